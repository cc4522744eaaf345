// Many runs for people: a line for each variant, the figures of all its runs together, every failed
// run with the way to see it again, and the worst failure in full.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "reports/summary_parts.hpp"
#include "reports/sweep.hpp"

namespace splitvote::reports {

namespace {

constexpr std::size_t failed_runs_told = 10;
constexpr std::size_t figure_tables_max = 16;

std::string runs_text(std::size_t count) {
  return count_text(count) + (count == 1 ? " run" : " runs");
}

std::size_t failures_of(Group group) {
  return static_cast<std::size_t>(std::ranges::count_if(
      group, [](const RunSummary& run) { return run.verdict != Verdict::passed; }));
}

std::string seeds_text(Group group) {
  const auto [least, most] = std::ranges::minmax(group, {}, &RunSummary::seed);
  if (least.seed == most.seed) return fmt::format("seed {}", least.seed);
  return fmt::format("seeds {}..{}", least.seed, most.seed);
}

void add_line(Table& table, Group group, const Palette& palette) {
  Verdict verdict = Verdict::passed;
  for (const RunSummary& run : group) verdict = worse(verdict, run.verdict);
  const std::size_t failed = failures_of(group);
  table.add({palette.paint(colour_of(verdict), to_string(verdict)), group.front().scenario,
             group.front().variant, seeds_text(group), runs_text(group.size()),
             failed == 0 ? "" : count_text(failed) + " failed"});
}

/// How often each expectation held. What is judged over all runs is said once, with its remark.
std::string tallies(Group group, const Palette& palette) {
  struct Tally {
    std::string_view expectation;
    std::array<std::size_t, 3> by_outcome{};
    std::string_view remark;
  };
  std::vector<Tally> all;
  for (const RunSummary& run : group) {
    for (const ExpectationResult& result : run.expectations) {
      auto tally = std::ranges::find(all, result.expectation, &Tally::expectation);
      if (tally == all.end()) tally = all.insert(tally, {.expectation = result.expectation});
      ++tally->by_outcome[static_cast<std::size_t>(result.outcome)];
      tally->remark = result.remark;
    }
  }
  RunSummary told;
  for (const Tally& tally : all) {
    const auto [held, broken, unknown] = tally.by_outcome;
    const std::size_t count = held + broken + unknown;
    const std::string extent =
        held == count ? "in " + runs_text(count)
                      : fmt::format("held in {} of {}", count_text(held), runs_text(count));
    const ExpectationOutcome outcome = broken > 0    ? ExpectationOutcome::broken
                                       : unknown > 0 ? ExpectationOutcome::unknown
                                                     : ExpectationOutcome::held;
    told.expectations.push_back(
        {std::string(tally.expectation), outcome, count == 1 ? std::string(tally.remark) : extent});
  }
  return print_expectations(told, palette);
}

/// The settings of a variant that are named, or all of them if none is.
std::string shown_settings(std::string_view variant, const std::vector<std::string>& paths) {
  if (paths.empty()) return std::string(variant);
  std::string shown;
  while (!variant.empty()) {
    const std::size_t end = variant.find(settings_separator);
    const std::string_view setting = variant.substr(0, end);
    const std::string path(setting.substr(0, setting.find('=')));
    if (std::ranges::find(paths, path) != paths.end())
      shown += (shown.empty() ? "" : std::string(settings_separator)) + std::string(setting);
    variant = end == std::string_view::npos ? std::string_view{}
                                            : variant.substr(end + settings_separator.size());
  }
  return shown;
}

/// The runs whose figures stand together: those of neighbouring variants that are shown alike come
/// from one scenario, so each is copied once.
std::string figures(std::span<const RunSummary> runs, const SummaryStyle& style) {
  std::vector<std::pair<std::string, std::vector<RunSummary>>> sets;
  for (const Group group : groups_of(runs)) {
    std::string title = style.palette.paint(Colour::bold, group.front().scenario);
    const std::string settings = shown_settings(group.front().variant, style.group_by);
    if (!settings.empty()) title += "  " + settings;
    auto set = std::ranges::find(sets, title, [](const auto& each) { return each.first; });
    if (set == sets.end()) set = sets.insert(set, {title, {}});
    set->second.insert(set->second.end(), group.begin(), group.end());
  }
  std::string text;
  std::size_t told = 0;
  for (const auto& [title, set] : sets) {
    if (set.size() == 1 || told++ >= figure_tables_max) continue;
    text += fmt::format("\n{}  {} together\n", title, runs_text(set.size())) +
            tallies(set, style.palette) + print_metrics(merged(set), style);
  }
  if (told > figure_tables_max)
    text += fmt::format("\n… and the figures of {} more variants; --json has them all\n",
                        told - figure_tables_max);
  return text;
}

std::string totals(std::span<const RunSummary> runs) {
  std::map<Verdict, std::size_t> counts;
  for (const RunSummary& run : runs) ++counts[run.verdict];
  std::string text = "\n" + runs_text(runs.size());
  for (const auto& [verdict, count] : counts)
    text += fmt::format(", {} {}", count_text(count), to_string(verdict));
  return text + "\n";
}

/// The first of the runs whose verdict is the worst, or null if all passed.
const RunSummary* worst_of(std::span<const RunSummary> runs) {
  const RunSummary* worst = nullptr;
  for (const RunSummary& run : runs) {
    if (run.verdict == Verdict::passed) continue;
    if (worst == nullptr || worse(run.verdict, worst->verdict) != worst->verdict) worst = &run;
  }
  return worst;
}

/// What broke first in a failed run, and how to see it again.
std::string failed_run(const RunSummary& run, const Palette& palette) {
  std::string text = "\n" + palette.paint(colour_of(run.verdict), to_string(run.verdict)) + "  " +
                     run.scenario + (run.variant.empty() ? "" : "  " + run.variant) +
                     fmt::format("  seed {}", run.seed);
  if (!run.failures.empty()) text += "  " + run.failures.front().what;
  if (run.failures.empty() && !run.verdict_reason.empty()) text += "  " + run.verdict_reason;
  return text + "\n" + (run.replay.empty() ? "" : "  replay: " + run.replay + "\n");
}

std::string other_failed_runs(std::span<const RunSummary> runs, const RunSummary* worst,
                              const Palette& palette) {
  std::string text;
  std::size_t found = 0;
  for (const RunSummary& run : runs) {
    if (run.verdict == Verdict::passed || &run == worst) continue;
    if (found++ < failed_runs_told) text += failed_run(run, palette);
  }
  if (found > failed_runs_told)
    text += fmt::format("\n… and {} more\n", count_text(found - failed_runs_told));
  return text;
}

}  // namespace

std::string to_text(std::span<const RunSummary> runs, const SummaryStyle& style) {
  if (runs.size() == 1) return to_text(runs.front(), style);
  Table table({Align::left, Align::left, Align::left, Align::left, Align::right, Align::left});
  for (const Group group : groups_of(runs)) add_line(table, group, style.palette);
  std::string text = table.print();
  if (!style.brief) text += figures(runs, style);
  text += totals(runs);
  for (const RunSummary& run : runs)
    for (const std::string& artifact : run.artifacts) text += "wrote " + artifact + "\n";
  const RunSummary* worst = worst_of(runs);
  if (worst == nullptr) return text;
  RunSummary last = *worst;
  last.wall_ns = 0;  // so that many runs print the same however the machine is loaded
  SummaryStyle brief = style;
  brief.brief = true;
  return text + other_failed_runs(runs, worst, style.palette) + "\n" + to_text(last, brief);
}

}  // namespace splitvote::reports
