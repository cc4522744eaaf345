// How far a history can be explained that no order explains whole.
#pragma once

#include <string>

#include "models/consistency/history.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Of a key whose operations no order explains: an order explains everything before one of its
/// returns, and none that return as well. What has not returned there is open, whatever became of
/// it. Whoever explains a history explains each of its beginnings, so halving finds the return; it
/// takes a verdict for each time the returns can be halved.
[[nodiscard]] LinearizablePrefix longest_linearizable_prefix(const History& history, KeyId key,
                                                             Memory memory = Memory::hashed);

/// A sentence.
[[nodiscard]] std::string describe(const LinearizablePrefix& prefix, const History& history);

}  // namespace splitvote::consistency
