// Sequential consistency: one order of everything that keeps the order of each session.
#pragma once

#include <cstdint>

#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Lamport, How to Make a Multiprocessor Computer That Correctly Executes Multiprocess Programs
/// (1979). Of single operations. NP-complete even if all sights are known (Gibbons and Korach
/// 1997), and not local: weaker models refute it first, then it is serializability of transactions
/// of one operation each.
[[nodiscard]] Judgement judge_sequential(const Observations& observations,
                                         std::uint64_t configurations_max);

}  // namespace splitvote::consistency
