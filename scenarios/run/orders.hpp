// From the words of an order to the frame that each of its servers gets.
#pragma once

#include "scenarios/load/verbs.hpp"
#include "scenarios/run/selection.hpp"
#include "scenarios/run/verbs.hpp"

namespace splitvote::run {

/// At the moment at which the step fires: `reconfigure on n1: add n4, n5; remove n2`.
[[nodiscard]] ResolvedVerb resolve_order(const load::Order& order, const Selection& selection);

}  // namespace splitvote::run
