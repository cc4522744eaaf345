// What is left of a key's operations if only some of them are believed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

/// Of the operations that are not believed, by their indices, only the writes are left, which need
/// not have been made.
[[nodiscard]] std::vector<KeyOperation> relax(std::span<const KeyOperation> operations,
                                              std::span<const std::uint32_t> believed);

/// Of the same, what is over before anybody who is believed was invoked becomes no more than what
/// it may have left behind: one write of each value, which need not have been made and asks for
/// nothing. Whatever had an order has one then.
struct ForgottenPast {
  std::vector<KeyOperation> operations;
  bool exact = true;  // what has an order now had one before
};
[[nodiscard]] ForgottenPast forget_past(std::span<const KeyOperation> operations,
                                        std::span<const std::uint32_t> believed);

}  // namespace splitvote::consistency
