// k-atomicity: every read is told one of the last k values.
#pragma once

#include <cstdint>

#include "models/consistency/history.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

struct KAtomicitySettings {
  std::uint64_t configurations_per_key = 4'000'000;
  Explanation explanation = Explanation::minimal;
};

/// Aiyer, Alvisi, Bazzi, On the Availability of Non-strict Quorum Systems (2005): one order of a
/// key's operations keeps real time, and every read is told one of the last k values that were
/// written before it. Local, as linearizability is, which it is for k = 1. The order of versions
/// that the system offers is tried first (see version_order.hpp); in it each swap finds the newest.
/// Else a swap of a value for itself is a read of it.
/// Of a key that it does not explain and of which something is left out (see ValueSpans) `ok` is
/// said only if it is linearizable. Of several keys' contradictions the one that ends first is
/// explained.
[[nodiscard]] Judgement check_k_atomicity(const History& history, std::uint32_t k,
                                          const KAtomicitySettings& settings = {});

/// `ok` if there is such a k, with the smallest one in the remark, or between which two it lies.
[[nodiscard]] Judgement find_smallest_k(const History& history,
                                        const KAtomicitySettings& settings = {});

}  // namespace splitvote::consistency
