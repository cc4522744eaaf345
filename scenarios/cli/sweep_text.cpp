#include "scenarios/cli/sweep_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/text.hpp"

namespace splitvote::cli {

namespace {

using reports::Align;
using reports::Colour;
using reports::count_text;
using reports::ExpectationOutcome;
using reports::Palette;
using reports::RunSummary;
using reports::Verdict;

using Runs = std::vector<const RunSummary*>;

constexpr std::size_t failures_shown = 10;

Colour colour_of(Verdict verdict) {
  if (verdict == Verdict::passed) return Colour::green;
  return verdict == Verdict::inconclusive ? Colour::yellow : Colour::red;
}

std::string value_text(std::int64_t value, reports::Unit unit) {
  const auto magnitude = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
  switch (unit) {
    case reports::Unit::nanoseconds:
      return reports::duration_text({value});
    case reports::Unit::parts_per_million:
      return reports::share_text(value);
    case reports::Unit::bytes:
      return reports::bytes_text(magnitude);
    case reports::Unit::count:
      break;
  }
  return count_text(magnitude);
}

std::string runs_text(std::size_t count) {
  return count_text(count) + (count == 1 ? " run" : " runs");
}

/// Runs that are shown together: those of a variant, or of all variants of one value of what the
/// scenario groups by.
struct Group {
  std::string name;  // `protocol.pre_vote=false`
  Runs runs;
};

/// The settings of the variant on the paths that the scenario groups by, or all of them.
std::string group_name(const run::Sweep::Variant& variant) {
  const std::vector<std::string>& paths = variant.scenario->report.group_by;
  if (paths.empty()) return variant.text;
  std::string name;
  if (!variant.scenario->sweep) return name;
  for (const load::Axis& axis : variant.scenario->sweep->matrix) {
    if (std::ranges::find(paths, axis.path) == paths.end()) continue;
    name += fmt::format("{}{}={}", name.empty() ? "" : " ", axis.path, axis.values.front());
  }
  return name;
}

/// In the order of the variants.
template <typename Name>
std::vector<Group> groups(const run::Sweep& sweep, const run::PlayedSweep& played, Name name) {
  std::vector<Group> found;
  std::vector<std::size_t> group_of;
  for (const run::Sweep::Variant& variant : sweep.variants) {
    const std::string text = name(variant);
    const auto same = std::ranges::find(found, text, &Group::name);
    group_of.push_back(static_cast<std::size_t>(same - found.begin()));
    if (same == found.end()) found.push_back({text, {}});
  }
  for (const run::PlayedRun& run : played.runs)
    found[group_of[sweep.variant_of(run.index)]].runs.push_back(&run.outcome.summary);
  std::erase_if(found, [](const Group& group) { return group.runs.empty(); });
  return found;
}

Verdict worst_of(const Runs& runs) {
  Verdict verdict = Verdict::passed;
  for (const RunSummary* run : runs) verdict = reports::worse(verdict, run->verdict);
  return verdict;
}

std::size_t failed_of(const Runs& runs) {
  return static_cast<std::size_t>(std::ranges::count_if(
      runs, [](const RunSummary* run) { return run->verdict != Verdict::passed; }));
}

std::string seeds_text(const Runs& runs) {
  const auto [least, most] = std::ranges::minmax(runs, {}, &RunSummary::seed);
  if (least->seed == most->seed) return fmt::format("seed {}", least->seed);
  return fmt::format("seeds {}..{}", least->seed, most->seed);
}

void add_line(const Group& group, const Palette& palette, reports::Table& table) {
  const Verdict verdict = worst_of(group.runs);
  const std::size_t failed = failed_of(group.runs);
  table.add({palette.paint(colour_of(verdict), reports::to_string(verdict)),
             group.runs.front()->scenario, group.name, seeds_text(group.runs),
             runs_text(group.runs.size()), failed == 0 ? "" : count_text(failed) + " failed"});
}

std::string expectations_text(const Runs& runs, const Palette& palette) {
  struct Tally {
    std::string expectation;
    std::array<std::size_t, 3> by_outcome{};
    std::string remark;
  };
  std::vector<Tally> tallies;
  for (const RunSummary* run : runs) {
    for (const reports::ExpectationResult& result : run->expectations) {
      auto tally = std::ranges::find(tallies, result.expectation, &Tally::expectation);
      if (tally == tallies.end())
        tally = tallies.insert(tally, {.expectation = result.expectation, .remark = {}});
      ++tally->by_outcome[static_cast<std::size_t>(result.outcome)];
      tally->remark = result.remark;
    }
  }
  reports::Table table({Align::left, Align::left, Align::left});
  for (const Tally& tally : tallies) {
    const auto [held, broken, unknown] = tally.by_outcome;
    const std::size_t all = held + broken + unknown;
    const ExpectationOutcome outcome = broken > 0    ? ExpectationOutcome::broken
                                       : unknown > 0 ? ExpectationOutcome::unknown
                                                     : ExpectationOutcome::held;
    const Colour colour = broken > 0 ? Colour::red : unknown > 0 ? Colour::yellow : Colour::green;
    const std::string extent =
        held == all ? "in " + runs_text(all)
                    : fmt::format("held in {} of {}", count_text(held), runs_text(all));
    // What is said of all runs is said once, and its remark holds what was measured.
    table.add({palette.paint(colour, reports::to_string(outcome)), tally.expectation,
               palette.paint(Colour::dim, all == 1 ? tally.remark : extent)});
  }
  return table.print(4);
}

std::string metrics_text(const Runs& runs, const std::vector<reports::Quantile>& quantiles,
                         const Palette& palette) {
  const std::vector<reports::Metric> metrics = merged_metrics(runs);
  if (metrics.empty()) return {};
  std::vector<Align> columns(2 + quantiles.size(), Align::right);
  columns[0] = Align::left;
  reports::Table table(columns);
  std::vector<std::string> head{"", palette.paint(Colour::dim, "n")};
  for (const reports::Quantile quantile : quantiles)
    head.push_back(palette.paint(Colour::dim, reports::to_string(quantile)));
  table.add(std::move(head));
  for (const reports::Metric& metric : metrics) {
    std::vector<std::string> row{metric.name, count_text(metric.samples.count())};
    for (const reports::Quantile quantile : quantiles) {
      const std::optional<std::int64_t> value = metric.samples.at(quantile);
      row.push_back(value ? value_text(*value, metric.unit) : "-");
    }
    table.add(std::move(row));
  }
  return table.print(4);
}

std::string details(const run::Sweep& sweep, const run::PlayedSweep& played,
                    const Palette& palette) {
  std::string text;
  for (const Group& group : groups(sweep, played, group_name)) {
    if (group.runs.size() == 1) continue;
    text += "\n" + palette.paint(Colour::bold, group.runs.front()->scenario);
    if (!group.name.empty()) text += "  " + group.name;
    text += fmt::format("  {}\n", runs_text(group.runs.size()));
    text += expectations_text(group.runs, palette) + "\n";
    text += metrics_text(group.runs, quantiles_of(*sweep.variants.front().scenario), palette);
  }
  if (!played.ended_early.empty())
    text +=
        fmt::format("\n{}: {} of {} were made: {}\n", sweep.file, count_text(played.runs.size()),
                    runs_text(played.planned), played.ended_early);
  return text;
}

/// One failed run: what broke first, and how to see it again.
std::string failure_line(const RunSummary& run, const Palette& palette) {
  std::string text = palette.paint(Colour::red, reports::to_string(run.verdict)) + "  " +
                     run.scenario + (run.variant.empty() ? "" : "  " + run.variant) +
                     fmt::format("  seed {}", run.seed);
  if (!run.failures.empty()) text += "  " + run.failures.front().what;
  if (run.failures.empty() && !run.verdict_reason.empty()) text += "  " + run.verdict_reason;
  return text + (run.replay.empty() ? "\n" : "\n    replay: " + run.replay + "\n");
}

std::string failures_text(const Runs& all, const RunSummary* worst, const Palette& palette) {
  std::string text;
  std::size_t shown = 0;
  for (const RunSummary* run : all) {
    if (run->verdict == Verdict::passed || run == worst) continue;
    if (shown++ < failures_shown) text += "\n" + failure_line(*run, palette);
  }
  if (shown > failures_shown)
    text += fmt::format("\n… and {} more\n", count_text(shown - failures_shown));
  return text;
}

const RunSummary* worst_run(const Runs& all) {
  const RunSummary* worst = nullptr;
  for (const RunSummary* run : all) {
    if (run->verdict == Verdict::passed) continue;
    const bool more =
        worst == nullptr || (run->verdict != worst->verdict &&
                             reports::worse(run->verdict, worst->verdict) == run->verdict);
    if (more) worst = run;
  }
  return worst;
}

std::string totals(const Runs& all) {
  std::map<Verdict, std::size_t> counts;
  for (const RunSummary* run : all) ++counts[run->verdict];
  std::string text = runs_text(all.size());
  for (const auto& [verdict, count] : counts)
    text += fmt::format(", {} {}", count_text(count), reports::to_string(verdict));
  return text + "\n";
}

}  // namespace

std::vector<reports::Quantile> quantiles_of(const load::Scenario& scenario) {
  std::vector<reports::Quantile> quantiles;
  for (const sim::Ratio& share : scenario.report.quantiles)
    quantiles.push_back({static_cast<std::uint32_t>(std::uint64_t{share.numerator} * 1'000'000 /
                                                    share.denominator)});
  constexpr reports::Quantile most{1'000'000};
  if (std::ranges::find(quantiles, most) == quantiles.end()) quantiles.push_back(most);
  return quantiles;
}

std::vector<reports::Metric> merged_metrics(std::span<const RunSummary* const> runs) {
  struct Pool {
    reports::Metric metric;
    std::vector<std::int64_t> values;
  };
  std::vector<Pool> pools;
  for (const RunSummary* run : runs) {
    for (const reports::Metric& metric : run->metrics) {
      auto pool = std::ranges::find_if(
          pools, [&](const Pool& each) { return each.metric.name == metric.name; });
      if (pool == pools.end())
        pool = pools.insert(pool, {.metric = {metric.name, metric.unit, {}}, .values = {}});
      const std::vector<std::int64_t>& values = metric.samples.sorted();
      pool->values.insert(pool->values.end(), values.begin(), values.end());
    }
  }
  std::vector<reports::Metric> merged;
  for (Pool& pool : pools) {
    merged.push_back(std::move(pool.metric));
    merged.back().samples = reports::Samples(std::move(pool.values));
  }
  return merged;
}

std::string sweeps_text(const std::vector<run::Sweep>& sweeps,
                        const std::vector<run::PlayedSweep>& played,
                        const reports::SummaryStyle& style) {
  const Palette& palette = style.palette;
  reports::Table table(
      {Align::left, Align::left, Align::left, Align::left, Align::right, Align::left});
  std::string text;
  Runs all;
  for (std::size_t i = 0; i < sweeps.size(); ++i) {
    const auto variant_text = [](const run::Sweep::Variant& variant) { return variant.text; };
    for (const Group& group : groups(sweeps[i], played[i], variant_text)) {
      add_line(group, palette, table);
      all.insert(all.end(), group.runs.begin(), group.runs.end());
    }
    if (!style.brief) text += details(sweeps[i], played[i], palette);
  }
  const RunSummary* worst = worst_run(all);
  text = table.print() + text + "\n" + totals(all);
  for (const RunSummary* run : all) {
    for (const std::string& artifact : run->artifacts) text += "wrote " + artifact + "\n";
  }
  text += failures_text(all, worst, palette);
  if (worst == nullptr) return text;
  RunSummary last = *worst;
  last.wall_ns = 0;  // so that many runs print the same whatever the machine does
  reports::SummaryStyle brief = style;
  brief.brief = true;
  return text + "\n" + reports::to_text(last, brief);
}

}  // namespace splitvote::cli
