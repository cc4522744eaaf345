// References to nodes, datacenters, steps, groups, workloads, checks and messages.
#include "scenarios/load/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/type.hpp"

namespace splitvote::load {
namespace {

bool has_nodes(const Verb& verb) {
  return !std::holds_alternative<Heal>(verb) && !std::holds_alternative<Mark>(verb);
}

/// What `step.…` may name.
std::vector<std::string> groups_of(const Step& step) {
  std::vector<std::string> groups;
  for (const Action& action : step.actions) {
    if (has_nodes(action.verb)) groups.emplace_back("nodes");
    if (const Partition* const partition = std::get_if<Partition>(&action.verb))
      std::ranges::copy(group_names(*partition), std::back_inserter(groups));
  }
  return groups;
}

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

void add(std::vector<std::string_view>& known, const std::string& name) {
  if (!name.empty() && std::ranges::find(known, name) == known.end()) known.push_back(name);
}

bool is_drawn(SelectorKind kind) {
  return kind == SelectorKind::one || kind == SelectorKind::minority ||
         kind == SelectorKind::majority || kind == SelectorKind::pick;
}

template <typename Range>
std::vector<std::string_view> names_in(const Range& range) {
  std::vector<std::string_view> names;
  for (const auto& each : range)
    if (!each.name.empty()) names.push_back(each.name);
  return names;
}

}  // namespace

Names::Names(Reader& reader, const Scenario& scenario, const models::Protocol* protocol)
    : reader_(reader), scenario_(scenario), protocol_(protocol), terms_(terms_of(protocol)) {}

void Names::check(NodeSet& set, Place place) {
  std::vector<Selector> all;
  for (Selector& selector : set.any_of)
    std::ranges::move(resolved(std::move(selector), place), std::back_inserter(all));
  set.any_of = std::move(all);
}

std::vector<Selector> Names::resolved(Selector selector, Place place) {
  for (NodeSet& operand : selector.operands)
    check(operand, place == Place::partition ? Place::run : place);
  if (place == Place::topology && !is_static({{selector}, {}})) {
    reader_.error(selector.position,
                  fmt::format("\"{}\" is not known before the run", to_text(selector)),
                  "name nodes, all, dc:east or clients", to_text(selector).size());
    return {selector};
  }
  if (place == Place::predicate && is_drawn(selector.kind)) {
    reader_.error(selector.position,
                  fmt::format("\"{}\" would be drawn anew at each look", to_text(selector)),
                  "name a step's group, which is drawn when the step fires",
                  to_text(selector).size());
    return {selector};
  }
  switch (selector.kind) {
    case SelectorKind::node:
      return nodes(selector);
    case SelectorKind::datacenter:
      check_datacenter(selector.name, selector.position);
      break;
    case SelectorKind::workload:
      check_workload(selector.name, selector.position);
      break;
    case SelectorKind::group:
      check_group(selector);
      break;
    case SelectorKind::rest:
      if (place != Place::partition)
        reader_.error(selector.position, "\"rest\" outside of a partition's groups",
                      "it is what the other groups leave; write except(all, …)", 4);
      break;
    default:
      break;
  }
  return {std::move(selector)};
}

/// One node, or the run of nodes that `n1..n3` stands for.
std::vector<Selector> Names::nodes(const Selector& selector) {
  if (scenario_.topology.nodes.empty()) return {selector};
  const NodeSettings* const first = node(selector.name, selector.position);
  const NodeSettings* const last =
      selector.group.empty() ? first : node(selector.group, selector.position);
  if (!first || !last) return {selector};
  if (last < first) {
    reader_.error(selector.position,
                  fmt::format("the range \"{}..{}\" runs backwards", selector.name, selector.group),
                  "nodes are in the order of the topology",
                  selector.name.size() + 2 + selector.group.size());
    return {selector};
  }
  std::vector<Selector> all;
  for (const NodeSettings* each = first; each <= last; ++each) {
    Selector one = selector;
    one.name = each->name;
    one.group.clear();
    one.node = static_cast<std::uint32_t>(each - scenario_.topology.nodes.data());
    all.push_back(std::move(one));
  }
  return all;
}

const NodeSettings* Names::node(std::string_view name, const SourcePosition& at) {
  const auto found = std::ranges::find(scenario_.topology.nodes, name, &NodeSettings::name);
  if (found != scenario_.topology.nodes.end()) return &*found;
  std::vector<std::string_view> known = names_in(scenario_.topology.nodes);
  for (const std::string_view word :
       {"leader", "followers", "all", "one", "minority", "majority", "rest", "clients"})
    known.push_back(word);
  reader_.unknown(at, "node", name, known);
  return nullptr;
}

std::vector<std::string_view> Names::server_datacenters() const {
  std::vector<std::string_view> known;
  for (const NodeSettings& each : scenario_.topology.nodes) add(known, each.datacenter);
  return known;
}

void Names::check_datacenter(std::string_view name, const SourcePosition& at) {
  std::vector<std::string_view> known = server_datacenters();
  for (const Workload& each : scenario_.workloads) add(known, each.datacenter);
  check_datacenter(name, at, std::move(known));
}

void Names::check_home(const Workload& workload) {
  std::vector<std::string_view> known = server_datacenters();
  for (const DatacenterLatency& each : scenario_.topology.network.latencies)
    add(known, each.source);
  if (!workload.datacenter.empty())
    check_datacenter(workload.datacenter, workload.position, std::move(known));
}

void Names::check_datacenter(std::string_view name, const SourcePosition& at,
                             std::vector<std::string_view> known) {
  if (scenario_.topology.nodes.empty() || std::ranges::find(known, name) != known.end()) return;
  if (!known.empty()) return reader_.unknown(at, "datacenter", name, known);
  reader_.error(at, fmt::format("unknown datacenter \"{}\"", name),
                "give nodes one: {n1: {dc: east}}", name.size());
}

void Names::check_workload(std::string_view name, const SourcePosition& at) {
  const auto known = names_in(scenario_.workloads);
  if (std::ranges::find(known, name) == known.end()) reader_.unknown(at, "workload", name, known);
}

void Names::check_message(const MessageName& message) {
  if (!protocol_ || !is_name(message.name)) return;
  std::vector<std::string_view> known = {"refusal", "request", "response"};
  for (const models::NamedMessage& each : protocol_->messages) known.push_back(each.name);
  if (std::ranges::find(known, message.name) == known.end())
    reader_.unknown(message.position, "message", message.name, known);
}

void Names::check_order(const Order& order) {
  if (!protocol_ || order.name.empty()) return;
  const std::vector<std::string_view> known = names_in(protocol_->orders);
  if (std::ranges::find(known, order.name) != known.end()) return;
  if (!known.empty())
    return reader_.unknown(order.position, fmt::format("order of {}", protocol_->name), order.name,
                           known);
  reader_.error(order.position,
                fmt::format("the order \"{}\" to servers of {}", order.name, protocol_->name),
                "they take no orders; remove the step");
}

std::uint32_t Names::step(std::string_view name, const SourcePosition& at) {
  const auto found = std::ranges::find(scenario_.timeline, name, &Step::name);
  if (found != scenario_.timeline.end())
    return static_cast<std::uint32_t>(found - scenario_.timeline.begin());
  if (!is_doubtful(name)) reader_.unknown(at, "step", name, names_in(scenario_.timeline));
  return 0;
}

bool Names::is_doubtful(std::string_view name) const {
  return std::ranges::any_of(scenario_.timeline, [name](const Step& step) {
    return std::ranges::any_of(step.actions, [&](const Action& action) {
      const std::string_view verb = verb_name(action.verb);
      return !action.whole && step.name == verb && name.starts_with(std::string(verb) + "-");
    });
  });
}

void Names::check_group(const Selector& selector) {
  const auto found = std::ranges::find(scenario_.timeline, selector.name, &Step::name);
  if (found == scenario_.timeline.end()) return (void)step(selector.name, selector.position);
  const std::vector<std::string> groups = groups_of(*found);
  if (std::ranges::find(groups, selector.group) != groups.end()) return;
  if (found->actions.empty() || !std::ranges::all_of(found->actions, &Action::whole)) return;
  SourcePosition at = selector.position;
  at.column += static_cast<std::uint32_t>(selector.name.size() + 1);
  if (!groups.empty())
    return reader_.unknown(at, fmt::format("group of step {}", selector.name), selector.group,
                           views(groups));
  reader_.error(at, fmt::format("the step \"{}\" has no nodes", selector.name),
                "name a step with a partition", selector.group.size());
}

void Names::check(Anchor& anchor) {
  if (anchor.kind == Anchor::Kind::time || !is_name(anchor.step)) return;
  anchor.index = step(anchor.step, anchor.position);
}

void Names::check_check(CheckName& check) {
  check.name = name_meant(check_aliases(), check.name);
  if (check.after) this->check(*check.after);
  const bool bounded = check.within || check.after;
  if (check.name == "eventual" && !check.within)
    return reader_.error(check.position, "\"eventual\" without the time that it may take",
                         "write {check: eventual, within: 1s}", check.name.size());
  if (check.name != "eventual" && bounded)
    return reader_.error(check.position,
                         fmt::format("\"{}\" has no \"after\" and \"within\"", check.name),
                         fmt::format("write {}", check.name));
  const auto known = names_in(checks_of(protocol_));
  if (!is_check_name(check.name) || std::ranges::find(known, check.name) != known.end()) return;
  // A check of a protocol that is unknown itself is not a second mistake.
  if (protocol_)
    reader_.unknown(check.position, "check", check.name, spellings(known, check_aliases()));
}

void Names::check(Predicate& predicate) {
  for (Predicate& operand : predicate.operands) check(operand);
  const bool measures =
      predicate.kind == PredicateKind::condition || predicate.kind == PredicateKind::comparison;
  if (!measures || predicate.measure.name.empty()) return;
  for (NodeSet& set : predicate.measure.arguments) check(set, Place::predicate);
  const Term* const term = find_term(predicate.measure);
  if (!term) return;
  check_arguments(predicate.measure, *term);
  check_comparison(predicate, *term);
}

void Names::check(Measure& measure) {
  if (measure.name.empty()) return;
  for (NodeSet& set : measure.arguments) check(set, Place::predicate);
  const Term* const term = find_term(measure);
  if (!term) return;
  check_arguments(measure, *term);
  check_aggregate(measure, *term);
  if (term->kind == TermKind::condition)
    reader_.error(measure.position, fmt::format("\"{}\" is not a number", term->name),
                  "name a metric such as failover_time.p99", measure.name.size());
}

/// `messages.heartbeat`: the kind is the protocol's word.
void Names::split_message(Measure& measure) {
  constexpr std::string_view prefix = "messages.";
  if (!measure.name.starts_with(prefix)) return;
  measure.message = measure.name.substr(prefix.size());
  measure.name = "messages";
  SourcePosition at = measure.position;
  at.column += static_cast<std::uint32_t>(prefix.size());
  check_message({measure.message, at});
}

/// Splits the workload off the name.
const Term* Names::find_term(Measure& measure) {
  split_message(measure);
  const std::size_t dot = measure.name.find('.');
  SourcePosition at = measure.position;
  if (dot != std::string::npos) {
    measure.workload = measure.name.substr(0, dot);
    measure.name.erase(0, dot + 1);
    check_workload(measure.workload, at);
    at.column += static_cast<std::uint32_t>(measure.workload.size() + 1);
  }
  measure.name = name_meant(term_aliases(), measure.name);
  const auto term = std::ranges::find(terms_, measure.name, &Term::name);
  if (term == terms_.end()) {
    if (protocol_)
      reader_.unknown(at, "measure", measure.name, spellings(names_in(terms_), term_aliases()));
    return nullptr;
  }
  if (!measure.workload.empty() && !term->per_workload)
    reader_.error(measure.position, fmt::format("\"{}\" is not measured per workload", term->name),
                  fmt::format("write {}", term->name), measure.workload.size());
  return &*term;
}

void Names::check_arguments(const Measure& measure, const Term& term) {
  if (measure.arguments.empty() && term.arguments == Arguments::nodes)
    reader_.error(measure.position, fmt::format("\"{}\" needs nodes", term.name),
                  fmt::format("write {}(n1, n2)", term.name), measure.name.size());
  if (!measure.arguments.empty() && term.arguments == Arguments::none)
    reader_.error(measure.position, fmt::format("\"{}\" takes no nodes", term.name),
                  fmt::format("write {}", term.name), measure.name.size());
}

void Names::check_aggregate(const Measure& measure, const Term& term) {
  const bool needs = term.kind == TermKind::samples;
  if (needs == (measure.aggregate != Aggregate::none) || takes_any_unit(term)) return;
  if (needs)
    reader_.error(measure.position, fmt::format("\"{}\" is a distribution", term.name),
                  fmt::format("write {}.p99, .max, .min, .mean or .count", term.name),
                  measure.name.size());
  else
    reader_.error(measure.position, fmt::format("\"{}\" is one number", term.name),
                  fmt::format("write {} without an aggregate", term.name), measure.name.size());
}

void Names::check_comparison(const Predicate& predicate, const Term& term) {
  // An event alone asks whether it has occurred, and compared, how often.
  const bool event = term.kind == TermKind::event;
  const bool truth = term.kind == TermKind::condition;
  const bool compared = predicate.kind == PredicateKind::comparison;
  if (truth && compared)
    return reader_.error(predicate.position,
                         fmt::format("\"{}\" is true or false by itself", term.name),
                         "remove the comparison", predicate.measure.name.size());
  if (!truth && !event && !compared)
    return reader_.error(predicate.position,
                         fmt::format("\"{}\" is a {}", term.name, to_text(term.kind)),
                         "compare it: write > 0 or < 2s behind it", predicate.measure.name.size());
  check_aggregate(predicate.measure, term);
  if (!compared || takes_any_unit(term)) return;
  const bool counts = predicate.measure.aggregate == Aggregate::count;
  const Unit unit = counts ? Unit::count : term.unit;
  if (predicate.threshold.unit == unit) return;
  const std::string shown = to_text(predicate.threshold);
  const std::string hint =
      unit == Unit::count ? "write a number without a unit"
      : unit == Unit::duration
          ? fmt::format("{}ms?", predicate.threshold.unit == Unit::count ? shown : "10")
          : fmt::format("{}%?", predicate.threshold.unit == Unit::count ? shown : "99");
  const std::string_view due = unit == Unit::count      ? "a number without a unit"
                               : unit == Unit::duration ? "a duration"
                                                        : "a share";
  reader_.error(
      predicate.threshold_position,
      fmt::format("\"{}\" is compared with \"{}\" where {} is due", term.name, shown, due), hint,
      shown.size());
}

}  // namespace splitvote::load
