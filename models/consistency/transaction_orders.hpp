// Serializability and snapshot isolation where not all versions have a known order.
#pragma once

#include <cstdint>

#include "models/consistency/forced_orders.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Some order of the transactions' moments keeps the order of every session and explains what was
/// seen; with one moment it may have to keep real time. What must come before what is followed as
/// far as it leads, then an order is searched for.
[[nodiscard]] Judgement judge_orders(const Observations& observations, Moments moments,
                                     std::uint64_t configurations_max,
                                     RealTime real_time = RealTime::ignored);

}  // namespace splitvote::consistency
