// Which operations of a key must be believed for a contradiction: as few as a question tells.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

/// Whether those operations, given by their indices among the key's, contradict if no others are
/// believed.
enum class Answer : std::uint8_t { contradicts, fits, cannot_say };
using Question = std::function<Answer(std::span<const std::uint32_t> believed)>;

/// Of the operations that are not believed only the writes are left, which need not have been made.
[[nodiscard]] std::vector<KeyOperation> relax(std::span<const KeyOperation> operations,
                                              std::span<const std::uint32_t> believed);

/// Takes operations out of a set that contradicts as long as the rest contradicts. Smaller sets
/// contradict less, so one pass by single operations decides whether the rest is minimal; true if
/// that is known.
[[nodiscard]] bool shrink(std::vector<std::uint32_t>& believed, const Question& ask);

}  // namespace splitvote::consistency
