// Makes a run a second time to record it, under a file name no other run of the command has.
#include "scenarios/cli/artifacts.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "reports/history_picture.hpp"
#include "reports/picture.hpp"
#include "scenarios/cli/console.hpp"
#include "scenarios/histories/own_format.hpp"

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

sim::Result<Artifacts> Artifacts::in(const std::string& folder, bool with_pictures) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && !std::filesystem::is_directory(folder, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (error) return sim::failure(fmt::format("cannot create {}: {}", folder, error.message()));
  return Artifacts(folder, with_pictures);
}

std::string Artifacts::stem(const run::RunRequest& request) {
  constexpr std::size_t length_max = 150;  // a file name has 255 bytes at most
  const std::string variant = request.variant.empty() ? "" : "-" + request.variant;
  std::string name = file_name(request.scenario->name + variant).substr(0, length_max);
  name += fmt::format("-{}", request.seed);
  std::string unique = name;
  for (int n = 2; !stems_.insert(unique).second; ++n) unique = fmt::format("{}.{}", name, n);
  return (std::filesystem::path(folder_) / unique).string();
}

/// A picture for each consistency model that was violated, unless too many operations contradict.
sim::Result<void> Artifacts::draw_contradictions(const std::string& path,
                                                 const run::RunOutcome::Kept& kept,
                                                 reports::RunSummary& summary) {
  for (const auto& [model, contradiction] : kept.contradicted) {
    if (!reports::can_be_drawn(contradiction)) continue;
    const std::string file = fmt::format("{}.{}.svg", path, model);
    const std::string title =
        fmt::format("{}, seed {}, is not {}", summary.scenario, summary.seed, model);
    const sim::Result<void> written =
        write_file(file, reports::picture_of(kept.history, contradiction, title, kept.faults));
    if (!written) return written;
    summary.artifacts.push_back(file);
  }
  return {};
}

sim::Result<void> Artifacts::leave(run::RunRequest request, reports::RunSummary& summary) {
  const std::string path = stem(request);
  request.trace = path + ".trace";
  request.keep_history = true;
  const run::RunOutcome outcome = run::run(request);
  if (outcome.summary.artifacts.empty()) return sim::failure(outcome.summary.verdict_reason);
  if (outcome.summary.digest != summary.digest) {
    return sim::failure(fmt::format("the recorded run has the digest {}, the run itself had {}",
                                    sim::to_hex(outcome.summary.digest),
                                    sim::to_hex(summary.digest)));
  }
  summary.artifacts.push_back(request.trace);
  const sim::Result<std::string> history =
      histories::write_own(outcome.kept->history, outcome.kept->faults);
  if (!history) return std::unexpected(history.error());
  const sim::Result<void> kept = write_file(path + ".history.jsonl", *history);
  if (!kept) return kept;
  summary.artifacts.push_back(path + ".history.jsonl");
  if (with_pictures_) {
    const sim::Result<std::string> picture = reports::picture_of(request.trace);
    if (!picture) return std::unexpected(picture.error());
    const sim::Result<void> written = write_file(path + ".svg", *picture);
    if (!written) return written;
    summary.artifacts.push_back(path + ".svg");
    const sim::Result<void> drawn = draw_contradictions(path, *outcome.kept, summary);
    if (!drawn) return drawn;
  }
  summary.artifacts.push_back(path + ".json");
  return write_file(path + ".json", reports::to_json(summary, reports::SummaryStyle{}.quantiles));
}

}  // namespace splitvote::cli
