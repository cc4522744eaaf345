// Conditions that are asked of each group of servers: which they are, and which groups are to blame
// when one is not as it should be.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/measure/cluster_state.hpp"
#include "scenarios/run/facts.hpp"

namespace splitvote::run {

/// How many groups must satisfy a condition for it to hold.
enum class Extent : std::uint8_t { every, any };

struct GroupCondition {
  std::string_view name;
  bool (*holds)(const measure::ClusterState& group, std::span<const sim::NodeId> nodes);
  Extent extent = Extent::every;
};

/// Null if no condition of groups has that name.
[[nodiscard]] const GroupCondition* find_group_condition(std::string_view name);

/// Of several groups those that keep the predicate from being `wanted`, in ascending order. None if
/// there is only one group, or if what decides concerns none in particular, such as a sum.
[[nodiscard]] std::vector<std::uint16_t> groups_to_blame(const load::Predicate& predicate,
                                                         bool wanted, const Facts& facts,
                                                         const Baseline& since);

/// `, because of group 2`, `, in all 4 groups`; nothing if nobody is to blame.
[[nodiscard]] std::string blame_text(std::span<const std::uint16_t> blamed, std::uint16_t groups);

}  // namespace splitvote::run
