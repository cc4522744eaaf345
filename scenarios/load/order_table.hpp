// The keys of an order, which are those that its protocol registered.
#pragma once

#include <vector>

#include "models/registry/order.hpp"
#include "scenarios/load/type.hpp"
#include "scenarios/load/verbs.hpp"

namespace splitvote::load {

/// The orders of all registered protocols, each name once, in the order of the registry.
[[nodiscard]] std::vector<const models::Order*> registered_orders();

/// `on` and the parameters. An order that says something without any may be written as the nodes
/// alone.
[[nodiscard]] Type<Order> order(const models::Order& registered);

}  // namespace splitvote::load
