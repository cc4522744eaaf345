// What may happen to a random world: every kind of fault that Raft promises to survive, and every
// order.
#pragma once

#include <span>
#include <string_view>

#include "sim/fault/fault.hpp"
#include "tests/models/raft/random_features.hpp"

namespace splitvote::raft {

/// One kind of trouble; `make` draws one of it.
struct Trouble {
  std::string_view name;
  sim::Fault (*make)(Dice& dice, const Features& features, sim::NodeId leader);
  bool order = false;  // of an operator, and not to be healed
};

/// Clocks that stand still break leases, and a client that is told that nothing arrives twice must
/// not be lied to.
[[nodiscard]] bool is_allowed(const Trouble& trouble, const Features& features);

[[nodiscard]] std::span<const Trouble> troubles();

}  // namespace splitvote::raft
