// As few operations as contradict a model without real time, and how they knew of each other.
#pragma once

#include <functional>

#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// `judge` has found something in the observations. The operations of its answer need not
/// contradict by themselves: what made one know of another may lie between. Here those are added,
/// and what is left contradicts though everything else is forgotten, with all that
/// was seen of it. It is minimal if the answer says so; if it does not, the budget ended, and it
/// may be what was found.
[[nodiscard]] Contradiction smallest_contradiction(
    const Observations& observations, const Contradiction& found,
    const std::function<Judgement(const Observations&)>& judge);

}  // namespace splitvote::consistency
