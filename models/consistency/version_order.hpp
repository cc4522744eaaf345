// The order of a key's versions, where the answers tell it, put to the test.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "models/consistency/history.hpp"
#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

/// A system that numbers the versions of a key offers an order of its writes. If that explains all
/// answers: how many newer versions there certainly were when the stalest of them was told, so that
/// the key is linearizable if it is 0, and (k + 1)-atomic if it is k. Nothing if no numbers are
/// told or if their order does not explain the answers, which another one may. Where a number is
/// left out the value decides. O(n log n).
[[nodiscard]] std::optional<std::uint64_t> stalest_by_versions(
    const History& history, std::span<const KeyOperation> operations);

}  // namespace splitvote::consistency
