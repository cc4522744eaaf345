// Conditions that are asked of each group of servers: which they are, and which groups are to blame
// when one is not as it should be.
#include "scenarios/run/group_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/text.hpp"

namespace splitvote::run {

namespace {

using measure::ClusterState;
using Nodes = std::span<const sim::NodeId>;

constexpr std::array conditions{
    GroupCondition{"single_leader",
                   [](const ClusterState& of, Nodes) { return of.single_leader(); }},
    GroupCondition{"no_leader", [](const ClusterState& of, Nodes) { return of.no_leader(); }},
    GroupCondition{"logs_converged",
                   [](const ClusterState& of, Nodes) { return of.logs_converged(); }},
    GroupCondition{
        "votes", [](const ClusterState& of, Nodes nodes) { return of.membership().votes(nodes); }},
    GroupCondition{"leader_in",
                   [](const ClusterState& of, Nodes nodes) { return of.leader_in(nodes); }},
    GroupCondition{"joint", [](const ClusterState& of, Nodes) { return of.membership().joint(); },
                   Extent::any},
};

void blame(const load::Predicate& predicate, bool wanted, const Facts& facts, const Baseline& since,
           std::vector<bool>& blamed) {
  if (predicate.kind == load::PredicateKind::condition) {
    const GroupCondition* const condition = find_group_condition(predicate.measure.name);
    if (condition == nullptr) return;
    const std::vector<sim::NodeId> nodes = nodes_of(predicate.measure, facts);
    for (std::size_t group = 0; group < blamed.size(); ++group) {
      const bool is_so = condition->holds(facts.measurements.cluster(group), nodes);
      if (is_so != wanted) blamed[group] = true;
    }
    return;
  }
  const bool negated = predicate.kind == load::PredicateKind::negation;
  for (const load::Predicate& operand : predicate.operands) {
    if (holds(operand, facts, since) != (wanted != negated))
      blame(operand, wanted != negated, facts, since, blamed);
  }
}

}  // namespace

const GroupCondition* find_group_condition(std::string_view name) {
  const auto found = std::ranges::find(conditions, name, &GroupCondition::name);
  return found == conditions.end() ? nullptr : &*found;
}

std::vector<std::uint16_t> groups_to_blame(const load::Predicate& predicate, bool wanted,
                                           const Facts& facts, const Baseline& since) {
  std::vector<std::uint16_t> found;
  if (facts.cast.groups == 1) return found;
  std::vector<bool> blamed(facts.cast.groups);
  blame(predicate, wanted, facts, since, blamed);
  for (std::uint16_t group = 0; group < facts.cast.groups; ++group)
    if (blamed[group]) found.push_back(group);
  return found;
}

std::string blame_text(std::span<const std::uint16_t> blamed, std::uint16_t groups) {
  if (blamed.empty()) return {};
  if (blamed.size() == groups) return fmt::format(", in all {} groups", groups);
  return fmt::format(", because of group{} {}", blamed.size() == 1 ? "" : "s",
                     reports::numbers_text(blamed));
}

}  // namespace splitvote::run
