// The invocations and returns of a history in their order, as writers need them.
#pragma once

#include <vector>

#include "models/consistency/history.hpp"

namespace splitvote::histories {

struct Happening {
  consistency::OperationId operation{};
  bool returns = false;
};

/// Operations of unknown outcome are invoked only.
[[nodiscard]] std::vector<Happening> happenings(const consistency::History& history);

/// The keys and sessions that some operation has, each once, in the order of their ids.
[[nodiscard]] std::vector<consistency::KeyId> keys_of(const consistency::History& history);
[[nodiscard]] std::vector<consistency::SessionId> sessions_of(const consistency::History& history);

/// How many of the ids, which are sorted, are smaller: their numbers for formats without names.
[[nodiscard]] std::size_t rank_of(consistency::SessionId session,
                                  const std::vector<consistency::SessionId>& sessions);

}  // namespace splitvote::histories
