// Evaluates predicates, and says which notes can change their truth, so that they are seldom
// asked.
#include "scenarios/run/facts.hpp"

#include <algorithm>

#include "models/notes.hpp"
#include "reports/quantile.hpp"
#include "reports/text.hpp"
#include "scenarios/run/group_conditions.hpp"

namespace splitvote::run {

namespace {

using models::NoteType;
using sim::NodeId;
using Nodes = std::vector<NodeId>;

/// A measured value: a number in the unit of its metric, or a share.
struct Value {
  load::Unit unit = load::Unit::count;
  std::int64_t number = 0;
  sim::Ratio share;
};

/// Commits of a step's group count from the moment at which the step formed it, if that is later
/// than the window's.
measure::CommitMarks commits_from(const load::NodeSet& set, const Facts& facts,
                                  measure::CommitMarks since) {
  for (const load::Selector& selector : set.any_of) {
    if (selector.kind == load::SelectorKind::group) {
      const Firing* firing = facts.director.last_firing(selector.name);
      if (firing != nullptr && firing->commits.created > since.created) since = firing->commits;
    }
    for (const load::NodeSet& operand : selector.operands)
      since = commits_from(operand, facts, std::move(since));
  }
  return since;
}

std::uint64_t commits(const load::Measure& measure, const Facts& facts, const Baseline& since) {
  measure::CommitMarks mark = since.commits;
  for (const load::NodeSet& set : measure.arguments)
    mark = commits_from(set, facts, std::move(mark));
  return facts.measurements.commits_since(mark, nodes_of(measure, facts));
}

/// How many groups have their leader, the one of the newest term, among the nodes.
std::uint64_t groups_led(const load::Measure& measure, const Facts& facts) {
  const Nodes nodes = nodes_of(measure, facts);
  return facts.measurements.total(
      [&](const measure::ClusterState& group) { return group.leader_in(nodes) ? 1 : 0; });
}

std::uint64_t highest_term(const load::Measure& measure, const Facts& facts) {
  std::uint64_t highest = 0;
  for (const NodeId node : nodes_of(measure, facts)) {
    if (!facts.measurements.cluster().is_server(node)) continue;
    for (std::size_t group = 0; group < facts.measurements.groups(); ++group)
      highest = std::max(highest, facts.measurements.cluster(group).server(node).term);
  }
  return highest;
}

/// Those whose fate is known; what is in flight has none yet.
std::uint64_t messages_ended(sim::MessageKind kind, const Facts& facts) {
  std::uint64_t sum = 0;
  for (std::size_t fate = 0; fate < sim::fates; ++fate) {
    sum += facts.world.network().count(kind, static_cast<sim::Fate>(fate));
  }
  return sum;
}

std::uint64_t messages_ended(const load::Measure& measure, const Facts& facts) {
  std::uint64_t sum = 0;
  if (!measure.message.empty()) {
    for (const models::NamedMessage& each : message_names(facts.cast.protocol)) {
      if (each.name == measure.message) sum += messages_ended(each.kind, facts);
    }
    return sum;
  }
  for (std::uint8_t kind = 0; kind < sim::message_kinds_max; ++kind) {
    sum += messages_ended(sim::MessageKind{kind}, facts);
  }
  return sum;
}

std::size_t workload_index(const load::Measure& measure, const Facts& facts) {
  const auto& names = facts.cast.workloads;
  const auto found = std::find(names.begin(), names.end(), measure.workload);
  return found == names.end() ? measure::all_workloads
                              : static_cast<std::size_t>(found - names.begin());
}

std::optional<Value> of_samples(const load::Measure& measure, load::Unit unit,
                                std::vector<std::int64_t> values) {
  if (measure.aggregate == load::Aggregate::count) {
    return Value{load::Unit::count, static_cast<std::int64_t>(values.size()), {}};
  }
  const reports::Samples samples(std::move(values));
  std::optional<std::int64_t> value;
  switch (measure.aggregate) {
    case load::Aggregate::minimum:
      value = samples.at({0});
      break;
    case load::Aggregate::mean:
      value = samples.mean();
      break;
    case load::Aggregate::quantile: {
      const auto ppm = static_cast<std::uint64_t>(measure.quantile.numerator) * 1'000'000 /
                       measure.quantile.denominator;
      value = samples.at({static_cast<std::uint32_t>(ppm)});
      break;
    }
    case load::Aggregate::maximum:
    case load::Aggregate::count:
    case load::Aggregate::none:
      value = samples.at({1'000'000});
      break;
  }
  if (!value) return std::nullopt;
  return Value{unit, *value, {}};
}

std::optional<Value> evaluate(const load::Measure& measure, const Facts& facts,
                              const Baseline& since) {
  const auto count = [](std::uint64_t number) {
    return Value{load::Unit::count, static_cast<std::int64_t>(number), {}};
  };
  if (measure.name == "commits") return count(commits(measure, facts, since));
  if (measure.name == "leads") return count(groups_led(measure, facts));
  if (measure.name == "quiescent") {
    const Nodes nodes = nodes_of(measure, facts);
    return count(facts.measurements.total(
        [&](const measure::ClusterState& group) { return group.quiescent(nodes); }));
  }
  if (measure.name == "term") return count(highest_term(measure, facts));
  if (measure.name == "messages") return count(messages_ended(measure, facts));
  const std::optional<measure::Metric> metric = measure::find_metric(measure.name);
  const std::size_t workload = workload_index(measure, facts);
  if (!metric) {
    const std::optional<measure::Occurrence> occurrence = measure::find_occurrence(measure.name);
    if (!occurrence) return std::nullopt;
    return count(facts.measurements.occurrences()[*occurrence] - since.occurrences[*occurrence]);
  }
  switch (measure::help(*metric).kind) {
    case measure::MetricKind::count:
    case measure::MetricKind::duration:
      break;
    case measure::MetricKind::share: {
      const auto number = [&](measure::Metric of) {
        return facts.measurements.count_of(of, workload).value_or(0);
      };
      using measure::Metric;
      if (number(Metric::operations) + number(Metric::operations_refused) == 0) return std::nullopt;
      return Value{load::Unit::share, 0, *facts.measurements.share_of(*metric, workload)};
    }
    case measure::MetricKind::durations:
      return of_samples(measure, load::Unit::duration,
                        facts.measurements.durations(*metric, workload));
    case measure::MetricKind::numbers:
      return of_samples(measure, load::Unit::count, facts.measurements.numbers(*metric, workload));
    case measure::MetricKind::bytes:
      return of_samples(measure, load::Unit::bytes, facts.measurements.numbers(*metric, workload));
  }
  Value value = count(facts.measurements.count_of(*metric, workload).value_or(0));
  if (measure::help(*metric).kind == measure::MetricKind::duration)
    value.unit = load::Unit::duration;
  return value;
}

/// -1, 0 or 1 as the value is less than, equal to or greater than the threshold.
int compare(const Value& value, const load::Quantity& threshold) {
  if (threshold.unit == load::Unit::share) {
    const auto left =
        static_cast<std::uint64_t>(value.share.numerator) * threshold.share.denominator;
    const auto right =
        static_cast<std::uint64_t>(threshold.share.numerator) * value.share.denominator;
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return value.number < threshold.value ? -1 : value.number > threshold.value ? 1 : 0;
}

bool satisfies(int order, load::Comparison comparison) {
  switch (comparison) {
    case load::Comparison::less:
      return order < 0;
    case load::Comparison::at_most:
      return order <= 0;
    case load::Comparison::equal:
      return order == 0;
    case load::Comparison::unequal:
      return order != 0;
    case load::Comparison::at_least:
      return order >= 0;
    case load::Comparison::greater:
      return order > 0;
  }
  return false;
}

std::optional<bool> condition(const load::Measure& measure, const Facts& facts,
                              const Baseline& since) {
  if (const GroupCondition* const of_group = find_group_condition(measure.name)) {
    Nodes named;
    if (!measure.arguments.empty()) named = nodes_of(measure, facts);
    const std::span<const NodeId> nodes =
        measure.arguments.empty() ? facts.cast.servers : std::span<const NodeId>(named);
    const bool every = of_group->extent == Extent::every;
    const bool all_alike = facts.measurements.every(
        [&](const measure::ClusterState& group) { return of_group->holds(group, nodes) == every; });
    return all_alike == every;
  }
  const std::optional<Value> value = evaluate(measure, facts, since);
  if (!value) return std::nullopt;
  return value->number > 0;
}

constexpr std::uint64_t bit(NoteType type) {
  return std::uint64_t{1} << static_cast<std::uint64_t>(type);
}

/// Notes that change who runs and who leads. The faults that do are events after which everything
/// is asked.
constexpr std::uint64_t lives =
    bit(NoteType::role) | bit(NoteType::recovered) | bit(NoteType::halted);

/// By which it comes to be counted.
std::uint64_t notes_of(measure::Occurrence occurrence) {
  using enum measure::Occurrence;
  switch (occurrence) {
    case pre_vote_started:
    case election_started:
    case leader_elected:
    case leader_changed:
    case leader_lost:
    case leader_stepped_down:
    case leadership_transferred:
    case split_vote:
    case node_crashed:
    case node_lost_power:
    case unsynced_lost:
    case disk_wiped:
    case node_halted:
    case node_restarted:
    case node_paused:
      return lives;
    case transfer_aborted:
      return bit(NoteType::transfer);
    case proposal_throttled:
      return bit(NoteType::throttled);
    case request_forwarded:
      return bit(NoteType::forwarded);
    case stale_read_refused:
      return bit(NoteType::too_old);
    case snapshot_written:
      return bit(NoteType::saved);
    case snapshot_taken:
      return bit(NoteType::taken);
    case configuration_joint:
    case configuration_changed:
      return bit(NoteType::committed) | bit(NoteType::configuration);
    case learner_caught_up:
      return bit(NoteType::caught_up);
    case order_refused:
      return bit(NoteType::order);
    case log_truncated:
      return bit(NoteType::truncated);
    case log_compacted:
      return bit(NoteType::compacted);
    case snapshot_installed:
      return bit(NoteType::restored);
    case frame_rejected:
      return bit(NoteType::frame_rejected);
    case operation_refused:
      return bit(NoteType::overload);
    case operation_unknown:
    case operation_failed:
    case compare_and_swap_mismatch:
    case service_unavailable:
      return bit(NoteType::complete) | bit(NoteType::invoke);
  }
  return ~std::uint64_t{0};
}

}  // namespace

Nodes nodes_of(const load::Measure& measure, const Facts& facts) {
  if (measure.arguments.empty()) return facts.cast.servers;
  const NodeId leader = facts.measurements.cluster().leader();
  Selection selection{.cast = facts.cast, .groups = &facts.director.groups()};
  if (leader != sim::no_node) selection.leader = leader;
  Nodes nodes;
  for (const load::NodeSet& set : measure.arguments) {
    const Nodes more = resolve(set, selection);
    nodes.insert(nodes.end(), more.begin(), more.end());
  }
  return nodes;
}

Baseline baseline_of(const measure::Measurements& measurements) {
  return {measurements.commit_marks(), measurements.occurrences()};
}

std::optional<bool> holds(const load::Predicate& predicate, const Facts& facts,
                          const Baseline& since) {
  switch (predicate.kind) {
    case load::PredicateKind::condition:
      return condition(predicate.measure, facts, since);
    case load::PredicateKind::comparison: {
      const std::optional<Value> value = evaluate(predicate.measure, facts, since);
      if (!value) return std::nullopt;
      return satisfies(compare(*value, predicate.threshold), predicate.comparison);
    }
    case load::PredicateKind::negation: {
      const std::optional<bool> operand = holds(predicate.operands[0], facts, since);
      if (!operand) return std::nullopt;
      return !*operand;
    }
    case load::PredicateKind::every:
    case load::PredicateKind::any:
      break;
  }
  // Kleene's logic: one false decides `and`, one true decides `or`; what is unknown decides
  // nothing.
  const bool deciding = predicate.kind == load::PredicateKind::any;
  bool unknown = false;
  for (const load::Predicate& operand : predicate.operands) {
    const std::optional<bool> answer = holds(operand, facts, since);
    if (answer == deciding) return deciding;
    unknown |= !answer.has_value();
  }
  if (unknown) return std::nullopt;
  return !deciding;
}

std::string measured_text(const load::Measure& measure, const Facts& facts, const Baseline& since) {
  const std::optional<Value> value = evaluate(measure, facts, since);
  if (!value) return {};
  switch (value->unit) {
    case load::Unit::duration:
      return reports::duration_text({value->number});
    case load::Unit::share: {
      const auto ppm =
          static_cast<std::int64_t>(value->share.numerator) * 1'000'000 / value->share.denominator;
      return reports::share_text(ppm);
    }
    case load::Unit::bytes:
      return reports::bytes_text(static_cast<std::uint64_t>(value->number));
    case load::Unit::count:
    case load::Unit::rate:
      break;
  }
  return reports::count_text(static_cast<std::uint64_t>(value->number));
}

std::uint64_t notes_of_interest(const load::Predicate& predicate) {
  std::uint64_t interest = 0;
  for (const load::Predicate& operand : predicate.operands) interest |= notes_of_interest(operand);
  const std::string& name = predicate.measure.name;
  if (name.empty()) return interest;
  if (name == "joint" || name == "votes")
    return interest | bit(NoteType::committed) | bit(NoteType::configuration);
  if (name == "quiescent") return interest | lives | bit(NoteType::quiescence);
  if (name == "commits") return interest | bit(NoteType::committed);
  if (name == "logs_converged") {
    return interest | lives | bit(NoteType::appended) | bit(NoteType::truncated) |
           bit(NoteType::restored) | bit(NoteType::committed);
  }
  if (name == "single_leader" || name == "no_leader" || name == "leader_in" || name == "leads" ||
      name == "term")
    return interest | lives;
  if (const std::optional<measure::Occurrence> occurrence = measure::find_occurrence(name)) {
    return interest | notes_of(*occurrence);
  }
  return ~std::uint64_t{0};
}

}  // namespace splitvote::run
