// The models in which each session has an order of its own: PRAM and causal memory.
#pragma once

#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Lipton and Sandberg, PRAM: A Scalable Shared Memory (1988): every session sees all writes and
/// its own reads in one order, which keeps the order of all sessions.
[[nodiscard]] Judgement judge_pram(const Observations& observations);

/// Ahamad et al., Causal Memory (1995): that order keeps causality as well.
[[nodiscard]] Judgement judge_causal_memory(const Observations& observations);

}  // namespace splitvote::consistency
