// A smallest circle in what must come before what.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

/// Its links in their order, or nothing if there is none; every circle goes through a node that is
/// no waypoint. It is one with the fewest links: those through waypoints that stand for nobody
/// count as one, as do those along a session, and the latter are one in the answer. If there are so
/// many circles that the search for a smaller one takes too long, it may be another one.
[[nodiscard]] std::vector<Link> find_circle(const Precedence& precedence);

/// Linear in the links.
[[nodiscard]] bool has_circle(const Precedence& precedence);

}  // namespace splitvote::consistency
