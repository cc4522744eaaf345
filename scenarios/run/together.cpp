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
    case load::Unit::bytes:
      return reports::bytes_text(static_cast<std::uint64_t>(figure.value));
    case load::Unit::count:
    case load::Unit::rate:
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

bool has_samples(measure::MetricKind kind) {
  return kind == measure::MetricKind::durations || kind == measure::MetricKind::numbers ||
         kind == measure::MetricKind::bytes;
}

load::Unit unit_of(measure::MetricKind kind) {
  switch (kind) {
    case measure::MetricKind::durations:
    case measure::MetricKind::duration:
      return load::Unit::duration;
    case measure::MetricKind::bytes:
      return load::Unit::bytes;
    case measure::MetricKind::share:
      return load::Unit::share;
    case measure::MetricKind::numbers:
    case measure::MetricKind::count:
      break;
  }
  return load::Unit::count;
}

/// One figure for all runs, or for a count one of each run. Empty if nothing was measured.
std::vector<Figure> figures_of(const load::Measure& measure, const Runs& runs) {
  const std::string& name = measure.name;
  const std::optional<measure::Metric> metric = measure::find_metric(name);
  if (!metric) return {};
  const reports::Samples samples = merged(runs, name, measure.workload);
  const measure::MetricKind kind = measure::help(*metric).kind;
  switch (kind) {
    case measure::MetricKind::share: {
      // Of all operations of all runs; a run with more of them counts for more.
      const std::int64_t all = sum(merged(runs, "operations", measure.workload)) +
                               sum(merged(runs, "operations_refused", measure.workload));
      const std::int64_t good = sum(merged(runs, "operations_ok", measure.workload));
      if (all == 0) return {};
      const auto ppm = static_cast<__int128>(good) * 1'000'000 / all;
      return {{load::Unit::share, static_cast<std::int64_t>(ppm)}};
    }
    case measure::MetricKind::durations:
    case measure::MetricKind::numbers:
    case measure::MetricKind::bytes: {
      if (measure.aggregate == load::Aggregate::count) {
        return {{load::Unit::count, static_cast<std::int64_t>(samples.count())}};
      }
      const std::optional<std::int64_t> value = aggregate(samples, measure);
      if (!value) return {};
      return {{unit_of(kind), *value}};
    }
    case measure::MetricKind::count:
    case measure::MetricKind::duration:
      break;
  }
  std::vector<Figure> figures;
  for (const std::int64_t value : samples.sorted()) figures.push_back({unit_of(kind), value});
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

/// Samples and shares are those of all runs together; everything else has to hold in each.
bool is_of_all_runs(const load::Measure& measure) {
  const std::optional<measure::Metric> metric = measure::find_metric(measure.name);
  if (!metric || !measure.arguments.empty()) return false;
  const measure::MetricKind kind = measure::help(*metric).kind;
  return has_samples(kind) || kind == measure::MetricKind::share;
}

Finding judge_in_each(const load::Predicate& predicate, std::size_t index, const Runs& runs) {
  Finding finding{
      .text = "slo " + load::to_text(predicate), .outcome = ExpectationOutcome::held, .remark = {}};
  for (const RunOutcome* run : runs) {
    const RunOutcome::Objective& objective = run->objectives.at(index);
    if (objective.holds == true && finding.outcome == ExpectationOutcome::held) {
      finding.remark = "measured " + objective.measured;
    } else if (objective.holds == false) {
      finding.outcome = ExpectationOutcome::broken;
      finding.remark =
          "measured " + objective.measured + " with seed " + std::to_string(run->summary.seed);
      return finding;
    } else if (!objective.holds) {
      finding.outcome = ExpectationOutcome::unknown;
      finding.remark = "nothing was measured with seed " + std::to_string(run->summary.seed);
    }
  }
  return finding;
}

Finding judge(const load::Predicate& predicate, std::size_t index, const Runs& runs) {
  if (!is_of_all_runs(predicate.measure)) return judge_in_each(predicate, index, runs);
  Finding finding{.text = "slo " + load::to_text(predicate)};
  const std::vector<Figure> figures = figures_of(predicate.measure, runs);
  if (figures.empty()) {
    finding.remark = "nothing was measured";
    return finding;
  }
  const bool good = meets(figures.front(), predicate.comparison, predicate.threshold);
  finding.outcome = good ? ExpectationOutcome::held : ExpectationOutcome::broken;
  finding.remark = "measured " + figure_text(figures.front());
  return finding;
}

/// Where the JSON of a summary keeps the figure of a measure.
std::string json_path(const load::Measure& measure, measure::MetricKind kind) {
  const std::string metric =
      (measure.workload.empty() ? "" : measure.workload + ".") + measure.name;
  const std::string path = "/metrics/" + metric;
  if (!has_samples(kind)) return path + "/mean";
  switch (measure.aggregate) {
    case load::Aggregate::mean:
      return path + "/mean";
    case load::Aggregate::count:
      return path + "/count";
    case load::Aggregate::minimum:
      return path + "/quantiles/min";
    case load::Aggregate::quantile: {
      const auto ppm =
          std::uint64_t{measure.quantile.numerator} * 1'000'000 / measure.quantile.denominator;
      return path + "/quantiles/" +
             reports::to_string(reports::Quantile{static_cast<std::uint32_t>(ppm)});
    }
    case load::Aggregate::maximum:
    case load::Aggregate::none:
      break;
  }
  return path + "/quantiles/max";
}

/// The earlier figure, from the JSON of an earlier summary; a sentence if it cannot be had.
sim::Result<std::int64_t> baseline_value(const load::Slo::Regression& regression,
                                         measure::MetricKind kind,
                                         const load::SourcePosition& position,
                                         const std::string& variant) {
  std::filesystem::path path = regression.baseline;
  if (path.is_relative() && position.source) {
    path = std::filesystem::path(position.source->name).parent_path() / path;
  }
  std::ifstream file(path);
  if (!file) return sim::failure("cannot read the baseline " + path.string());
  const nlohmann::json root = nlohmann::json::parse(file, nullptr, false);
  if (root.is_discarded()) return sim::failure(path.string() + " is no JSON");
  const nlohmann::json* found = &root;
  if (root.is_object() && root.contains("together")) {
    for (const nlohmann::json& group : root["together"]) {
      if (group.value("variant", "") == variant) found = &group;
    }
  }
  const std::string place = json_path(regression.measure, kind);
  const nlohmann::json::json_pointer pointer(place);
  if (!found->contains(pointer) || !(*found)[pointer].is_number_integer()) {
    return sim::failure(path.string() + " has no number at " + place);
  }
  return (*found)[pointer].get<std::int64_t>();
}

/// Whether now is no more than the allowed share worse than before: later, more, or less available.
bool no_worse(const Figure& now, std::int64_t before, sim::Ratio allowed) {
  const __int128 whole = allowed.denominator;
  const __int128 part = allowed.numerator;
  if (now.unit == load::Unit::share) return now.value * whole >= before * (whole - part);
  return now.value * whole <= before * (whole + part);
}

Finding judge(const load::Slo::Regression& regression, const load::SourcePosition& position,
              const Runs& runs, bool& unusable) {
  Finding finding{.text = "slo " + load::to_text(regression.measure) + " against " +
                          regression.baseline};
  const std::vector<Figure> figures = figures_of(regression.measure, runs);
  const std::optional<measure::Metric> metric = measure::find_metric(regression.measure.name);
  if (!metric || figures.empty()) {
    finding.remark = "nothing was measured";
    return finding;
  }
  const sim::Result<std::int64_t> before = baseline_value(regression, measure::help(*metric).kind,
                                                          position, runs.back()->summary.variant);
  unusable = !before.has_value();
  if (unusable) {
    finding.remark = before.error().message;
    return finding;
  }
  const auto worst = std::find_if(figures.begin(), figures.end(), [&](const Figure& figure) {
    return !no_worse(figure, *before, regression.max);
  });
  const Figure& now = worst == figures.end() ? figures.front() : *worst;
  finding.outcome = worst == figures.end() ? ExpectationOutcome::held : ExpectationOutcome::broken;
  finding.remark = "measured " + figure_text(now) + ", before " + figure_text({now.unit, *before});
  return finding;
}

void judge_slo(const load::Slo& slo, std::size_t index, const Runs& runs) {
  const auto* predicate = std::get_if<load::Predicate>(&slo.bound);
  bool unusable = false;  // a baseline that cannot be read is a mistake of the user's
  Finding finding = predicate != nullptr ? judge(*predicate, index, runs)
                                         : judge(std::get<load::Slo::Regression>(slo.bound),
                                                 slo.position, runs, unusable);
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
  } else if (unusable) {
    last.verdict = reports::worse(last.verdict, reports::Verdict::usage_error);
    last.verdict_reason = finding.remark;
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
  for (std::size_t i = 0; i < scenario.expect.slo.size(); ++i)
    judge_slo(scenario.expect.slo[i], i, runs);
}

}  // namespace splitvote::run
