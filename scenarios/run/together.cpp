// What can only be said of all runs of a scenario: what occurred sometimes, and the figures of all
// of them.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "models/measure/metric_table.hpp"
#include "reports/text.hpp"
#include "scenarios/run/run.hpp"

namespace splitvote::run {

namespace {

using reports::ExpectationOutcome;
using Runs = std::vector<RunOutcome*>;

/// A figure of all runs together: a number in its metric's unit, or parts of a million.
struct Figure {
  load::Unit unit = load::Unit::count;
  std::int64_t value = 0;
};

std::string figure_text(const Figure& figure) {
  switch (figure.unit) {
    case load::Unit::duration:
      return reports::duration_text({figure.value});
    case load::Unit::share:
      return reports::share_text(figure.value);
    case load::Unit::count:
    case load::Unit::rate:
    case load::Unit::bytes:
      break;
  }
  return reports::count_text(static_cast<std::uint64_t>(figure.value));
}

/// Whether this is the metric that was asked for, of that workload or of any.
bool is_meant(const reports::Metric& metric, const std::string& name, const std::string& workload) {
  if (!workload.empty()) return metric.name == workload + "." + name;
  return metric.name == name || metric.name.ends_with("." + name);
}

reports::Samples merged(const Runs& runs, const std::string& name, const std::string& workload) {
  reports::Samples all;
  for (const RunOutcome* run : runs) {
    for (const reports::Metric& metric : run->summary.metrics) {
      if (is_meant(metric, name, workload)) all.merge(metric.samples);
    }
  }
  return all;
}

std::int64_t sum(const reports::Samples& samples) {
  std::int64_t total = 0;
  for (const std::int64_t value : samples.sorted()) total += value;
  return total;
}

std::optional<std::int64_t> aggregate(const reports::Samples& samples,
                                      const load::Measure& measure) {
  switch (measure.aggregate) {
    case load::Aggregate::minimum:
      return samples.at({0});
    case load::Aggregate::mean:
      return samples.mean();
    case load::Aggregate::quantile: {
      const auto ppm =
          std::uint64_t{measure.quantile.numerator} * 1'000'000 / measure.quantile.denominator;
      return samples.at({static_cast<std::uint32_t>(ppm)});
    }
    case load::Aggregate::maximum:
    case load::Aggregate::count:
    case load::Aggregate::none:
      break;
  }
  return samples.at({1'000'000});
}

std::vector<Figure> messages(const Runs& runs) {
  std::vector<Figure> figures;
  for (const RunOutcome* run : runs) {
    std::uint64_t sent = 0;
    for (const reports::MessageCount& count : run->summary.messages) sent += count.sent;
    figures.push_back({load::Unit::count, static_cast<std::int64_t>(sent)});
  }
  return figures;
}

/// One figure for all runs, or for a count one of each run. Empty if nothing was measured.
std::vector<Figure> figures_of(const load::Measure& measure, const Runs& runs) {
  if (measure.name == "messages") return messages(runs);
  const std::string& name = measure.name;
  const std::optional<measure::Metric> metric = measure::find_metric(name);
  if (!metric) return {};
  const reports::Samples samples = merged(runs, name, measure.workload);
  switch (measure::help(*metric).kind) {
    case measure::MetricKind::share: {
      // Of all operations of all runs; a run with more of them counts for more.
      const std::int64_t all = sum(merged(runs, "operations", measure.workload));
      const std::int64_t good = sum(merged(runs, "operations_ok", measure.workload));
      if (all == 0) return {};
      const auto ppm = static_cast<__int128>(good) * 1'000'000 / all;
      return {{load::Unit::share, static_cast<std::int64_t>(ppm)}};
    }
    case measure::MetricKind::durations: {
      if (measure.aggregate == load::Aggregate::count) {
        return {{load::Unit::count, static_cast<std::int64_t>(samples.count())}};
      }
      const std::optional<std::int64_t> value = aggregate(samples, measure);
      if (!value) return {};
      return {{load::Unit::duration, *value}};
    }
    case measure::MetricKind::count:
      break;
  }
  std::vector<Figure> figures;
  for (const std::int64_t value : samples.sorted()) figures.push_back({load::Unit::count, value});
  return figures;
}

bool meets(const Figure& figure, load::Comparison comparison, const load::Quantity& threshold) {
  __int128 left = figure.value;
  __int128 right = threshold.value;
  if (threshold.unit == load::Unit::share) {
    left *= threshold.share.denominator;
    right = static_cast<__int128>(threshold.share.numerator) * 1'000'000;
  }
  switch (comparison) {
    case load::Comparison::less:
      return left < right;
    case load::Comparison::at_most:
      return left <= right;
    case load::Comparison::equal:
      return left == right;
    case load::Comparison::unequal:
      return left != right;
    case load::Comparison::at_least:
      return left >= right;
    case load::Comparison::greater:
      return left > right;
  }
  return false;
}

struct Finding {
  std::string text;
  ExpectationOutcome outcome = ExpectationOutcome::unknown;
  std::string remark;
};

Finding judge(const load::Predicate& predicate, const Runs& runs) {
  Finding finding{.text = "slo " + load::to_text(predicate)};
  const std::vector<Figure> figures = figures_of(predicate.measure, runs);
  if (figures.empty()) {
    finding.remark = "nothing was measured";
    return finding;
  }
  finding.outcome = ExpectationOutcome::held;
  finding.remark = "measured " + figure_text(figures.front());
  for (const Figure& figure : figures) {
    if (meets(figure, predicate.comparison, predicate.threshold)) continue;
    finding.outcome = ExpectationOutcome::broken;
    finding.remark = "measured " + figure_text(figure);
  }
  return finding;
}

/// The earlier value of the measure, from the JSON of an earlier summary; a sentence if it cannot
/// be had.
sim::Result<std::int64_t> baseline_value(const load::Slo::Regression& regression,
                                         const load::SourcePosition& position) {
  std::filesystem::path path = regression.baseline;
  if (path.is_relative() && position.source) {
    path = std::filesystem::path(position.source->name).parent_path() / path;
  }
  std::ifstream file(path);
  if (!file) return sim::failure("cannot read the baseline " + path.string());
  const nlohmann::json root = nlohmann::json::parse(file, nullptr, false);
  if (root.is_discarded()) return sim::failure(path.string() + " is no JSON");
  const nlohmann::json& run =
      root.contains("runs") && !root["runs"].empty() ? root["runs"].back() : root;
  const std::string metric =
      (regression.measure.workload.empty() ? "" : regression.measure.workload + ".") +
      regression.measure.name;
  std::string key = "max";
  if (regression.measure.aggregate == load::Aggregate::quantile) {
    const auto ppm = std::uint64_t{regression.measure.quantile.numerator} * 1'000'000 /
                     regression.measure.quantile.denominator;
    key = reports::to_string(reports::Quantile{static_cast<std::uint32_t>(ppm)});
  }
  const nlohmann::json::json_pointer pointer("/metrics/" + metric + "/quantiles/" + key);
  if (!run.contains(pointer) || !run[pointer].is_number_integer()) {
    return sim::failure(path.string() + " has no " + metric + "." + key);
  }
  return run[pointer].get<std::int64_t>();
}

Finding judge(const load::Slo::Regression& regression, const load::SourcePosition& position,
              const Runs& runs) {
  Finding finding{.text = "slo " + load::to_text(regression.measure) + " against " +
                          regression.baseline};
  const std::vector<Figure> figures = figures_of(regression.measure, runs);
  const sim::Result<std::int64_t> before = baseline_value(regression, position);
  if (!before || figures.empty()) {
    finding.remark = before ? "nothing was measured" : before.error().message;
    return finding;
  }
  const Figure& now = figures.front();
  const __int128 allowed =
      static_cast<__int128>(*before) * (regression.max.denominator + regression.max.numerator);
  const bool good = static_cast<__int128>(now.value) * regression.max.denominator <= allowed;
  finding.outcome = good ? ExpectationOutcome::held : ExpectationOutcome::broken;
  finding.remark = "measured " + figure_text(now) + ", before " + figure_text({now.unit, *before});
  return finding;
}

void judge_slo(const load::Slo& slo, const Runs& runs) {
  const auto* predicate = std::get_if<load::Predicate>(&slo.bound);
  Finding finding = predicate != nullptr
                        ? judge(*predicate, runs)
                        : judge(std::get<load::Slo::Regression>(slo.bound), slo.position, runs);
  reports::RunSummary& last = runs.back()->summary;
  if (finding.outcome == ExpectationOutcome::broken) {
    last.failures.push_back({finding.text,
                             reports::FailureKind::slo,
                             {},
                             sim::Instant{last.simulated.ns},
                             {},
                             "The objective was missed: " + finding.remark + ".",
                             load::to_text(slo.position)});
    last.verdict = reports::worse(last.verdict, reports::Verdict::liveness_missed);
  } else if (finding.outcome == ExpectationOutcome::unknown &&
             last.verdict == reports::Verdict::passed) {
    last.verdict = reports::Verdict::inconclusive;
    last.verdict_reason = finding.text + ": " + finding.remark;
  }
  last.expectations.push_back(
      {std::move(finding.text), finding.outcome, std::move(finding.remark)});
}

void judge_sometimes(const load::Sometimes& sometimes, std::size_t index, const Runs& runs) {
  const bool seen = std::any_of(runs.begin(), runs.end(), [&](const RunOutcome* run) {
    return index < run->seen.size() && run->seen[index];
  });
  const std::string text = "sometimes " + load::to_text(sometimes.that);
  const std::string where =
      runs.size() == 1 ? "in this run" : "in " + reports::count_text(runs.size()) + " runs";
  reports::RunSummary& last = runs.back()->summary;
  last.expectations.push_back({text, seen ? ExpectationOutcome::held : ExpectationOutcome::broken,
                               seen ? "" : "never " + where});
  if (seen) return;
  last.failures.push_back({text,
                           reports::FailureKind::sometimes,
                           {},
                           sim::Instant{last.simulated.ns},
                           {},
                           "It did not occur " + where + ": nothing was proved about it.",
                           load::to_text(sometimes.position)});
  last.verdict = reports::worse(last.verdict, reports::Verdict::liveness_missed);
}

}  // namespace

void judge_together(const load::Scenario& scenario, const Runs& runs) {
  if (runs.empty()) return;
  for (std::size_t i = 0; i < scenario.expect.sometimes.size(); ++i) {
    judge_sometimes(scenario.expect.sometimes[i], i, runs);
  }
  for (const load::Slo& slo : scenario.expect.slo) judge_slo(slo, runs);
}

}  // namespace splitvote::run
