// splitvote report: the picture of a window of a trace.
#include <fmt/format.h>

#include <array>

#include "reports/summary.hpp"
#include "scenarios/cli/artifacts.hpp"
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
    Option{"width", "PIXELS", false, "from 600 to 20000; default 1200"},
    colour_option,
};

std::optional<sim::Instant> time_of(const Arguments& arguments, std::string_view option,
                                    Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value(option);
  if (!text) return std::nullopt;
  const load::Parsed<sim::Duration> time = load::parse_duration(*text);
  if (time && time->ns >= 0) return sim::Instant{time->ns};
  mistakes.push_back(fmt::format("--{} '{}': {}", option, *text,
                                 time ? "it is before the start" : time.error().message));
  return std::nullopt;
}

int execute_report(const Arguments& arguments, Console& console) {
  Mistakes mistakes;
  const std::optional<sim::Instant> from = time_of(arguments, "from", mistakes);
  const std::optional<sim::Instant> to = time_of(arguments, "to", mistakes);
  const std::uint64_t width = integer(arguments, "width", 600, 20'000, mistakes).value_or(1200);
  if (!mistakes.empty()) return refuse(console, mistakes);

  const std::string& trace = arguments.files.front();
  const sim::Result<std::string> picture = picture_of(trace, from, to, static_cast<double>(width));
  if (!picture) return refuse(console, {picture.error().message});
  const std::string stem = trace.ends_with(".trace") ? trace.substr(0, trace.size() - 6) : trace;
  const std::string target = arguments.value("output").value_or(stem + ".svg");
  const sim::Result<void> written = write_file(target, *picture);
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
          .execute = execute_report};
}

}  // namespace splitvote::cli
