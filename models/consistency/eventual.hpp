// Eventual consistency with a bound: writes are visible to everybody some time after they returned.
#pragma once

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

struct EventualSettings {
  sim::Instant healed;  // before that nothing need become visible
  sim::Duration bound;  // how long it may take then
};

/// Viotti and Vukolić (2016), timed visibility, with one arbitration for everybody: every read that
/// is invoked more than `bound` after a write returned, and after `healed`, sees it. So when nobody
/// writes any more all reads agree. Of single operations of a history that has times; O(n log n).
[[nodiscard]] Judgement judge_eventual(const History& history, const EventualSettings& settings);

}  // namespace splitvote::consistency
