// The search for orders that keep the order of each session, by values alone: for histories of
// which nobody can tell whose write a read saw.
#pragma once

#include <cstdint>

#include "models/consistency/history.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

enum class Views : std::uint8_t {
  one,           // one order of all operations: sequential consistency
  each_session,  // for each session by itself one of all writes and its own reads: PRAM
};

/// Whether such orders keep the order of each session and explain the answers. Values may be
/// written more than once, and be texts to which others are appended; what has no answer takes
/// effect once or never. Of what contradicts as few as a bounded search finds, which contradict
/// though everything else is forgotten, with all that may have been seen of it.
[[nodiscard]] Judgement search_views(const History& history, Views views,
                                     std::uint64_t configurations_max, Explanation explanation);

}  // namespace splitvote::consistency
