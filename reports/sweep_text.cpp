// Many runs for people: a line for each variant and each failed run, the figures of all runs
// together, the worst failure.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/summary_parts.hpp"
#include "reports/sweep.hpp"

namespace splitvote::reports {

namespace {

constexpr std::size_t failed_lines_max = 10;   // of a variant
constexpr std::size_t figure_tables_max = 16;  // of all variants

std::uint64_t failures_of(Group group) {
  return static_cast<std::uint64_t>(
      std::count_if(group.begin(), group.end(),
                    [](const RunSummary& run) { return run.verdict != Verdict::passed; }));
}

void add_line(Table& table, const RunSummary& run, std::string what, const SummaryStyle& style) {
  table.add({style.palette.paint(colour_of(run.verdict), to_string(run.verdict)), run.scenario,
             run.variant, std::move(what), fmt::format("{} events", count_text(run.events))});
}

void add_lines(Table& table, Group group, const RunSummary& all, const SummaryStyle& style) {
  if (group.size() == 1) return add_line(table, all, fmt::format("seed {}", all.seed), style);
  add_line(
      table, all,
      fmt::format("{} runs, {} failed", count_text(group.size()), count_text(failures_of(group))),
      style);
  std::size_t told = 0;
  for (const RunSummary& run : group) {
    if (run.verdict == Verdict::passed || told++ >= failed_lines_max) continue;
    add_line(table, run, fmt::format("seed {}", run.seed), style);
  }
}

std::string figures(const RunSummary& all, std::size_t runs, const SummaryStyle& style) {
  std::string title = style.palette.paint(Colour::bold, all.scenario);
  if (!all.variant.empty()) title += "  " + all.variant;
  return fmt::format("\n{}  {} runs together\n", title, count_text(runs)) +
         print_expectations(all, style.palette) + print_metrics(all, style);
}

std::string totals(std::span<const RunSummary> runs) {
  std::map<std::string_view, std::uint64_t> counts;
  for (const RunSummary& run : runs) ++counts[to_string(run.verdict)];
  std::string text = fmt::format("\n{} runs", count_text(runs.size()));
  for (const auto& [verdict, count] : counts)
    text += fmt::format(", {} {}", count_text(count), verdict);
  return text + "\n";
}

/// The first of the runs whose verdict is the worst, or null if none has anything to tell.
const RunSummary* worst_of(std::span<const RunSummary> runs) {
  const RunSummary* worst = nullptr;
  for (const RunSummary& run : runs) {
    if (run.failures.empty()) continue;
    if (worst == nullptr || worse(run.verdict, worst->verdict) != worst->verdict) worst = &run;
  }
  return worst;
}

}  // namespace

std::string to_text(std::span<const RunSummary> runs, const SummaryStyle& style) {
  if (runs.size() == 1) return to_text(runs.front(), style);
  Table table({Align::left, Align::left, Align::left, Align::left, Align::right});
  std::string tables;
  std::size_t figure_tables = 0;
  for (const Group group : groups_of(runs)) {
    const RunSummary all = merged(group);
    add_lines(table, group, all, style);
    if (group.size() == 1 || style.brief || figure_tables++ >= figure_tables_max) continue;
    tables += figures(all, group.size(), style);
  }
  std::string text = table.print() + tables + totals(runs);
  const RunSummary* worst = worst_of(runs);
  if (worst == nullptr) return text;
  SummaryStyle brief = style;
  brief.brief = true;
  return text + "\n" + to_text(*worst, brief);
}

}  // namespace splitvote::reports
