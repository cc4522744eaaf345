// The four guarantees of Terry et al., Session Guarantees for Weakly Consistent Replicated Data
// (1994): promises to each session by itself.
#pragma once

#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// README.md has the definitions. Of single operations; linear time.
[[nodiscard]] Judgement judge_read_your_writes(const Observations& observations);
[[nodiscard]] Judgement judge_monotonic_reads(const Observations& observations);
[[nodiscard]] Judgement judge_monotonic_writes(const Observations& observations);
[[nodiscard]] Judgement judge_writes_follow_reads(const Observations& observations);

}  // namespace splitvote::consistency
