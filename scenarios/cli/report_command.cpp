// splitvote report: the picture of a window of a trace.
#include <fmt/format.h>

#include <array>

#include "models/client/placement.hpp"
#include "reports/picture.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::cli {

namespace {

constexpr std::array options{
    Option{"output", "FILE", false,
           "the SVG file; default: the trace's name with .svg; - is standard output", 'o'},
    Option{"from", "TIME", false,
           "where the window begins; default: shortly before the first fault"},
    Option{"to", "TIME", false, "where it ends; default: when service is back"},
    Option{"group", "N", false,
           "which of several groups of servers is shown; default: the first that broke a promise, "
           "or 0"},
    Option{"width", "PIXELS", false, "from 600 to 20000; default 1200"},
    colour_option,
};

std::optional<sim::Instant> time_of(const Arguments& arguments, std::string_view option,
                                    Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value(option);
  if (!text) return std::nullopt;
  const load::Parsed<sim::Duration> time = load::parse_duration(*text);
  if (time && time->ns >= 0) return sim::Instant{time->ns};
  mistakes.push_back(
      time ? fmt::format("--{}: {} is before the start", option, *text)
           : fmt::format("--{}: {}; {}", option, time.error().message, time.error().hint));
  return std::nullopt;
}

reports::Frame frame_of(const Arguments& arguments, Mistakes& mistakes) {
  reports::Frame frame;
  frame.from = time_of(arguments, "from", mistakes);
  frame.to = time_of(arguments, "to", mistakes);
  if (const auto width = integer(arguments, "width", 600, 20'000, mistakes))
    frame.width = static_cast<std::uint32_t>(*width);
  if (const auto group = integer(arguments, "group", 0, client::groups_max - 1, mistakes))
    frame.group = *group;
  if (frame.from && frame.to && *frame.to <= *frame.from)
    mistakes.push_back("the window ends before it begins; --from is before --to");
  return frame;
}

void check_report(const Arguments& arguments, Mistakes& mistakes) {
  (void)frame_of(arguments, mistakes);
}

int execute_report(const Arguments& arguments, Console& console) {
  Mistakes none;
  const reports::Frame frame = frame_of(arguments, none);
  const std::string& trace = arguments.files.front();
  const sim::Result<std::string> picture = reports::picture_of(trace, frame);
  if (!picture) return refuse(console, {picture.error().message});
  const std::string stem = trace.ends_with(".trace") ? trace.substr(0, trace.size() - 6) : trace;
  const std::string target = arguments.value("output").value_or(stem + ".svg");
  const sim::Result<void> written = console.save(target, *picture);
  if (!written) return refuse(console, {written.error().message});
  if (target != "-") console.print(fmt::format("wrote {}\n", target));
  return 0;
}

}  // namespace

Command report_command() {
  return {.name = "report",
          .usage = "TRACE",
          .help = "Draws a window of a trace as a space-time diagram (SVG).",
          .options = options,
          .files_min = 1,
          .files_max = 1,
          .check = check_report,
          .execute = execute_report};
}

}  // namespace splitvote::cli
