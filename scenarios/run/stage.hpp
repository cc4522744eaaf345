// Builds the world that a scenario describes, before anything happens in it.
#pragma once

#include <cstdint>

#include "scenarios/load/scenario.hpp"
#include "scenarios/run/cast.hpp"
#include "sim/world/world.hpp"

namespace splitvote::run {

/// Every node installed and due to start at time 0: servers by number, then clients.
[[nodiscard]] sim::World build_world(const load::Scenario& scenario, const Cast& cast,
                                     std::uint64_t seed);

/// A direction's profile when no fault changes it.
[[nodiscard]] sim::LinkProfile link_profile(const load::Topology& topology, const Cast& cast,
                                            sim::Direction direction);

}  // namespace splitvote::run
