// How far a history can be explained that no order explains whole.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/key_operations.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Of keys whose operations no order explains the one for which that is known first, as far as a
/// bounded search tells; best the likely ones first. An order explains everything before one of its
/// returns, and none that return as well. What has not returned there is open, whatever became of
/// it. Whoever explains a history explains each of its beginnings, so halving finds the return; it
/// takes a verdict for each time the returns can be halved, of other keys mostly one.
[[nodiscard]] LinearizablePrefix first_refuted(const History& history, std::span<const KeyId> keys,
                                               Memory memory);

/// What was known of a key just before that position. Later answers are still to come, though what
/// is invoked may have taken effect.
[[nodiscard]] std::vector<KeyOperation> known_before(const History& history, KeyId key,
                                                     Position end);

/// A sentence.
[[nodiscard]] std::string describe(const LinearizablePrefix& prefix, const History& history);

}  // namespace splitvote::consistency
