// Some of a group's servers, as bits by their numbers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "models/raft/types.hpp"

namespace splitvote::raft {

using NodeSet = std::uint64_t;
static_assert(members_max == 64);

/// Empty if the node's number is too high for a member.
[[nodiscard]] constexpr NodeSet set_of(NodeId node) {
  return sim::number(node) < members_max ? NodeSet{1} << sim::number(node) : 0;
}

/// The numbers of the nodes, from the lowest on.
template <typename Visit>
constexpr void for_each(NodeSet nodes, Visit&& visit) {
  for (; nodes != 0; nodes &= nodes - 1) visit(static_cast<std::size_t>(std::countr_zero(nodes)));
}

}  // namespace splitvote::raft
