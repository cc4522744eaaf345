// Judges each expectation by what was found, and fills in the figures, messages and faults.
#include "scenarios/run/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/client/placement.hpp"
#include "models/registry/protocol.hpp"
#include "reports/history_fault.hpp"
#include "reports/text.hpp"
#include "scenarios/run/expectation_text.hpp"

namespace splitvote::run {

namespace {

using reports::ExpectationOutcome;
using reports::Failure;
using reports::FailureKind;

bool contains(const std::vector<load::CheckName>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const load::CheckName& check) { return check.name == name; });
}

ExpectationOutcome outcome_of(Finding finding) {
  switch (finding) {
    case Finding::held:
      return ExpectationOutcome::held;
    case Finding::broken:
      return ExpectationOutcome::broken;
    case Finding::unknown:
      break;
  }
  return ExpectationOutcome::unknown;
}

/// Adds each kind of expectation with what became of it, and what was broken as a failure.
class Judge {
 public:
  Judge(const RunResult& result, reports::RunSummary& summary)
      : result_(result), summary_(summary) {}

  void judge() {
    judge_checks();
    judge_never();
    judge_eventually();
    tell_safety_first();
    decide();
  }

 private:
  void tell_safety_first() {
    std::vector<Failure> ordered;
    for (const bool safety : {true, false}) {
      for (const Failure& failure : summary_.failures) {
        if ((failure.kind == FailureKind::safety) == safety) ordered.push_back(failure);
      }
    }
    summary_.failures = std::move(ordered);
  }
  void judge_checks();
  void judge_never();
  void judge_eventually();
  void decide();
  void judge_check(const load::CheckName& check, bool expected_violated);

  /// What became of a check or a model, whoever judged it.
  struct Found {
    Finding finding = Finding::held;
    sim::Moment moment;
    sim::NodeId node = sim::no_node;
    std::string words;  // what contradicts, why nothing can be said, or a remark
    std::vector<std::uint16_t> groups = {};
  };
  [[nodiscard]] Found find(std::string_view name) const;
  [[nodiscard]] Found find(const check::ModelFinding& model) const;
  [[nodiscard]] Found told_by_values(const check::Violation& violation) const;
  [[nodiscard]] std::string search_ended() const;
  [[nodiscard]] std::string extent(const std::vector<std::uint16_t>& groups) const;
  [[nodiscard]] std::vector<std::uint16_t> groups_of(
      const std::vector<consistency::OperationId>& operations) const;
  [[nodiscard]] std::string faults_during(sim::Instant since, sim::Instant until) const;

  void add(std::string text, ExpectationOutcome outcome, std::string remark,
           std::vector<std::uint16_t> groups = {}) {
    summary_.expectations.push_back(
        {std::move(text), outcome, std::move(remark), std::move(groups)});
  }
  void fail(std::string_view name, const Found& found, const load::SourcePosition& place) {
    const bool of_node = found.node != sim::no_node;
    summary_.failures.push_back({std::string(name), FailureKind::safety, found.moment.event,
                                 found.moment.time,
                                 of_node ? result_.cast.name(found.node) : std::string(),
                                 found.words, load::to_text(place), found.groups});
  }
  void fail(std::string what, FailureKind kind, const sim::Moment& moment, std::string detail,
            const load::SourcePosition& place, const std::vector<std::uint16_t>& groups = {}) {
    summary_.failures.push_back({std::move(what),
                                 kind,
                                 moment.event,
                                 moment.time,
                                 {},
                                 std::move(detail),
                                 load::to_text(place),
                                 groups});
  }

  const RunResult& result_;
  reports::RunSummary& summary_;
};

std::string Judge::search_ended() const {
  return "the budget of " + reports::count_text(result_.scenario.run.max_configurations) +
         " configurations ended; run.max_configurations sets it";
}

Judge::Found Judge::find(std::string_view name) const {
  for (const check::ModelFinding& model : result_.models) {
    if (model.model == name) return find(model);
  }
  for (const check::Violation& found : result_.checks.violations()) {
    if (check::name(found.check) != name) continue;
    if (found.check == check::Check::linearizable && result_.shown_by_values != nullptr)
      return told_by_values(found);
    return {Finding::broken, found.moment, found.node, found.explanation + extent(found.groups),
            found.groups};
  }
  const check::LinearizabilityResult* linearizability = result_.checks.linearizability();
  const bool undecided = name == check::name(check::Check::linearizable) &&
                         linearizability != nullptr &&
                         linearizability->verdict == check::Verdict::unknown;
  if (undecided) return {.finding = Finding::unknown, .words = search_ended()};
  return {};
}

Judge::Found Judge::told_by_values(const check::Violation& violation) const {
  Found found = find(*result_.shown_by_values);
  for (const std::uint16_t group : violation.groups)
    if (std::ranges::find(found.groups, group) == found.groups.end()) found.groups.push_back(group);
  found.words += extent(found.groups);
  return found;
}

Judge::Found Judge::find(const check::ModelFinding& model) const {
  switch (model.verdict) {
    case check::Verdict::ok:
      return {.words = model.remark};
    case check::Verdict::unknown:
      return {.finding = Finding::unknown,
              .words = model.undecided.empty() ? search_ended() : model.undecided};
    case check::Verdict::violated:
      break;
  }
  const check::ModelFinding::Contradiction& found = *model.contradiction;
  std::vector<std::uint16_t> groups = groups_of(found.found.operations);
  std::string words;
  if (!groups.empty())
    words =
        fmt::format("group{} {}: ", groups.size() == 1 ? "" : "s", reports::numbers_text(groups));
  words += found.found.explanation + faults_during(found.since, found.moment.time);
  return {Finding::broken, found.moment, found.node, std::move(words), std::move(groups)};
}

/// How many of the groups broke a promise that each keeps alone; nothing if there is only one.
std::string Judge::extent(const std::vector<std::uint16_t>& groups) const {
  if (groups.empty()) return {};
  const std::string which = groups.size() > 1 ? ": " + reports::numbers_text(groups) : "";
  return fmt::format(" Broken in {} of {} groups{}.", groups.size(), result_.cast.groups, which);
}

/// Those whose keys the operations are about, in ascending order; none if there is only one.
std::vector<std::uint16_t> Judge::groups_of(
    const std::vector<consistency::OperationId>& operations) const {
  std::vector<std::uint16_t> groups;
  if (result_.cast.groups == 1) return groups;
  const check::History& history = result_.checks.history();
  for (const consistency::OperationId id : operations) {
    const check::HistoryEntry& entry = history.entries()[static_cast<std::size_t>(id)];
    groups.push_back(client::group_of(history.texts().text(entry.key), result_.cast.groups));
  }
  std::ranges::sort(groups);
  groups.erase(std::ranges::unique(groups).begin(), groups.end());
  return groups;
}

/// Which of the faults that changed something were in force at some time in between.
std::string Judge::faults_during(sim::Instant since, sim::Instant until) const {
  std::vector<reports::HistoryFault> active;
  for (const sim::LedgerEntry& entry : result_.director.injector().ledger(result_.world)) {
    const bool fired = entry.fired.has_value() && *entry.fired <= until && entry.changes > 0;
    const std::optional<sim::Instant> over = entry.over();
    if (!fired || (over && *over < since)) continue;
    active.push_back({.name = entry.text, .began = entry.fired, .healed = over});
  }
  return reports::faults_sentence(active);
}

void Judge::judge_check(const load::CheckName& check, bool expected_violated) {
  const Found found = find(check.name);
  std::string text = (expected_violated ? "violated " : "always ") + check.name;
  if (check.within)
    text += " within " + reports::duration_text(*check.within) + " after " +
            (check.after ? anchor_text(*check.after) : "the last fault");
  if (found.finding == Finding::unknown) return add(text, ExpectationOutcome::unknown, found.words);
  const bool broken = found.finding == Finding::broken;
  if (!expected_violated) {
    if (!broken) return add(text, ExpectationOutcome::held, found.words);
    fail(check.name, found, check.position);
    return add(text, ExpectationOutcome::broken, {}, found.groups);
  }
  if (broken) {
    const std::string when = "at " + reports::time_text(found.moment.time) + ": ";
    return add(text, ExpectationOutcome::held, when + found.words, found.groups);
  }
  add(text, ExpectationOutcome::broken, "no violation was found");
  fail(text, FailureKind::safety, result_.world.moment(),
       "The scenario shows a flaw, but the check found no violation.", check.position);
}

void Judge::judge_checks() {
  const load::Expectations& expect = result_.scenario.expect;
  for (const load::CheckName& check : expect.always) judge_check(check, false);
  for (const load::CheckName& check : expect.violated) judge_check(check, true);
  // What a protocol promises is checked in every run, listed or not.
  const models::Protocol* protocol = models::find_protocol(result_.scenario.protocol.kind);
  for (const check::Violation& found : result_.checks.violations()) {
    const std::string_view name = check::name(found.check);
    const bool promised =
        std::any_of(protocol->checks.begin(), protocol->checks.end(),
                    [&](const models::NamedHelp& check) { return check.name == name; });
    if (!promised || contains(expect.always, name) || contains(expect.violated, name)) continue;
    add("always " + std::string(name), ExpectationOutcome::broken, "promised by the protocol",
        found.groups);
    fail(name, find(name), result_.scenario.protocol.position);
  }
}

void Judge::judge_never() {
  const std::vector<load::Never>& all = result_.scenario.expect.never;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Verdict& verdict = result_.monitor.never()[i];
    const std::string text = "never " + load::to_text(all[i].that) + window_text(all[i].window);
    add(text, outcome_of(verdict.finding), verdict.remark, verdict.groups);
    if (verdict.finding != Finding::broken) continue;
    fail(text, FailureKind::safety, verdict.moment, "It " + verdict.remark + ".", all[i].position,
         verdict.groups);
  }
}

void Judge::judge_eventually() {
  const std::vector<load::Eventually>& all = result_.scenario.expect.eventually;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Verdict& verdict = result_.monitor.eventually()[i];
    std::string text = "eventually " + load::to_text(all[i].that);
    if (all[i].within) text += " within " + reports::duration_text(*all[i].within);
    text += " after " + anchor_text(all[i].after);
    add(text, outcome_of(verdict.finding), verdict.remark, verdict.groups);
    if (verdict.finding != Finding::broken) continue;
    fail(text, FailureKind::liveness, verdict.moment, "It was " + verdict.remark + ".",
         all[i].position, verdict.groups);
  }
}

void Judge::decide() {
  using reports::Verdict;
  for (const Failure& failure : summary_.failures) {
    summary_.verdict = reports::worse(summary_.verdict, failure.kind == FailureKind::safety
                                                            ? Verdict::safety_violated
                                                            : Verdict::liveness_missed);
  }
  if (!summary_.failures.empty()) return;
  if (result_.budget_ended) {
    summary_.verdict = Verdict::inconclusive;
    summary_.verdict_reason = "the budget of " +
                              reports::count_text(result_.scenario.run.max_events) +
                              " events ended at " + reports::time_text(result_.world.now());
    return;
  }
  for (const reports::ExpectationResult& expectation : summary_.expectations) {
    if (expectation.outcome != ExpectationOutcome::unknown) continue;
    summary_.verdict = Verdict::inconclusive;
    summary_.verdict_reason = expectation.expectation + ": " + expectation.remark;
    return;
  }
}

reports::Unit unit_of(measure::MetricKind kind) {
  switch (kind) {
    case measure::MetricKind::durations:
    case measure::MetricKind::duration:
      return reports::Unit::nanoseconds;
    case measure::MetricKind::bytes:
      return reports::Unit::bytes;
    case measure::MetricKind::share:
      return reports::Unit::parts_per_million;
    case measure::MetricKind::numbers:
    case measure::MetricKind::count:
      break;
  }
  return reports::Unit::count;
}

std::vector<std::int64_t> values_of(const measure::Measurements& measurements,
                                    const measure::MetricHelp& help, std::size_t workload) {
  switch (help.kind) {
    case measure::MetricKind::durations:
      return measurements.durations(help.metric, workload);
    case measure::MetricKind::numbers:
    case measure::MetricKind::bytes:
      return measurements.numbers(help.metric, workload);
    case measure::MetricKind::share: {
      const std::optional<sim::Ratio> share = measurements.share_of(help.metric, workload);
      if (!share) return {};
      return {static_cast<std::int64_t>(share->numerator) * 1'000'000 / share->denominator};
    }
    case measure::MetricKind::count:
    case measure::MetricKind::duration:
      break;
  }
  const std::optional<std::uint64_t> count = measurements.count_of(help.metric, workload);
  if (!count) return {};
  return {static_cast<std::int64_t>(*count)};
}

void add_metrics(const RunResult& result, reports::RunSummary& summary) {
  const auto add = [&](const std::string& name, const measure::MetricHelp& help,
                       std::size_t workload) {
    std::vector<std::int64_t> values = values_of(result.measurements, help, workload);
    if (values.empty()) return;
    summary.metrics.push_back({name, unit_of(help.kind), reports::Samples(std::move(values))});
  };
  for (const measure::MetricHelp& help : measure::metric_table) {
    if (!help.per_workload) {
      add(std::string(help.name), help, measure::all_workloads);
      continue;
    }
    for (std::size_t w = 0; w < result.cast.workloads.size(); ++w) {
      add(result.cast.workloads[w] + "." + std::string(help.name), help, w);
    }
  }
}

void add_messages(const RunResult& result, reports::RunSummary& summary) {
  for (const models::NamedMessage& message : message_names(result.cast.protocol)) {
    reports::MessageCount count{.kind = std::string(message.name)};
    for (std::size_t fate = 0; fate < sim::fates; ++fate) {
      const std::uint64_t met =
          result.world.network().count(message.kind, static_cast<sim::Fate>(fate));
      count.by_fate[fate] = met;
      count.sent += met;
    }
    if (count.sent > 0) summary.messages.push_back(std::move(count));
  }
}

void add_ledger(const RunResult& result, reports::RunSummary& summary) {
  for (const sim::LedgerEntry& entry : result.director.injector().ledger(result.world)) {
    summary.ledger.push_back({entry.text, entry.fired.value_or(entry.requested), entry.healed,
                              reports::count_text(entry.changes) + " changes", entry.changes > 0});
  }
}

}  // namespace

reports::RunSummary summarise(const RunRequest& request, const RunResult& result) {
  reports::RunSummary summary{.scenario = result.scenario.name,
                              .file = request.file,
                              .description = result.scenario.description,
                              .variant = request.variant,
                              .seed = request.seed};
  summary.replay = request.replay;
  summary.digest = result.world.digest();
  summary.events = number(result.world.last_event());
  summary.simulated = result.world.now() - sim::Instant{};
  Judge(result, summary).judge();
  add_metrics(result, summary);
  add_messages(result, summary);
  add_ledger(result, summary);
  return summary;
}

std::string_view build_name() {
#if defined(__clang__)
  return "splitvote 0.1.0, clang++ " __clang_version__;
#else
  return "splitvote 0.1.0, g++ " __VERSION__;
#endif
}

}  // namespace splitvote::run
