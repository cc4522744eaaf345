#include "scenarios/cli/artifacts.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "reports/svg.hpp"
#include "reports/timeline.hpp"
#include "scenarios/cli/console.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::cli {

namespace {

/// Letters, digits, dots, dashes and underscores; the rest become dashes.
std::string file_name(const std::string& text) {
  std::string name = text;
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_';
    if (!plain) c = '-';
  }
  return name;
}

}  // namespace

sim::Result<void> leave_artifacts(const run::Job& job, const std::string& file,
                                  const ArtifactOptions& options, reports::RunSummary& summary) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error)
    return sim::failure(fmt::format("cannot create {}: {}", options.folder, error.message()));
  const std::string variant = job.variant_text.empty() ? "" : "-" + job.variant_text;
  const std::string stem = options.folder + "/" +
                           file_name(fmt::format("{}{}-{}", job.scenario->name, variant, job.seed));

  const run::RunOutcome outcome = run::run({.scenario = job.scenario,
                                            .file = file,
                                            .variant = job.variant_text,
                                            .seed = job.seed,
                                            .trace = stem + ".trace",
                                            .replay = job.replay});
  if (outcome.summary.artifacts.empty()) return sim::failure(outcome.summary.verdict_reason);
  summary.artifacts.push_back(stem + ".trace");
  if (options.picture) {
    const sim::Result<std::string> picture = picture_of(stem + ".trace", {}, {}, 1200);
    if (!picture) return std::unexpected(picture.error());
    const sim::Result<void> written = write_file(stem + ".svg", *picture);
    if (!written) return written;
    summary.artifacts.push_back(stem + ".svg");
  }
  summary.artifacts.push_back(stem + ".json");
  return write_file(stem + ".json", reports::to_json(summary, reports::SummaryStyle{}.quantiles));
}

sim::Result<std::string> picture_of(const std::string& trace, std::optional<sim::Instant> from,
                                    std::optional<sim::Instant> to, double width) {
  const sim::Result<sim::TraceReader> reader = sim::TraceReader::open(trace);
  if (!reader) return std::unexpected(reader.error());
  sim::Result<reports::Window> window = reports::suggested_window(*reader);
  if (!window) return std::unexpected(window.error());
  if (from) window->from = *from;
  if (to) window->to = *to;
  if (window->to <= window->from) return sim::failure("the window ends before it begins");
  const sim::Result<reports::Timeline> timeline = reports::read_timeline(*reader, *window);
  if (!timeline) return std::unexpected(timeline.error());
  reports::SvgStyle style;
  style.width = width;
  return reports::to_svg(*timeline, style);
}

}  // namespace splitvote::cli
