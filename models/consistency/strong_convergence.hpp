// Strong convergence: who has seen the same writes to a key is told the same of it.
#pragma once

#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Viotti and Vukolić (2016), section 3.2: the safety half of strong eventual consistency. Each
/// read may put what it sees into an order of its own, but reads that see the same writes to the
/// key are told the same. Only lists show what was seen.
[[nodiscard]] Judgement judge_strong_convergence(const Observations& observations);

}  // namespace splitvote::consistency
