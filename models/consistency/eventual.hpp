// Eventual consistency with a bound: writes are visible to everybody some time after they returned.
#pragma once

#include <cstdint>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

struct EventualSettings {
  sim::Instant healed{INT64_MIN};  // before that nothing need become visible
  sim::Duration bound;             // how long it may take then; not below zero
};

/// Viotti and Vukolić (2016), timed visibility, with one arbitration for everybody: a write is due
/// `bound` after it returned, or after `healed` if that is later, and every read that is invoked
/// later than that sees it. What would be due behind the end of time never is. So when nobody
/// writes any more all reads agree. Of single operations of a history that has times; O(n log n).
[[nodiscard]] Judgement judge_eventual(const History& history, const EventualSettings& settings);

}  // namespace splitvote::consistency
