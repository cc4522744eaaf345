// A witness: an order of the operations that somebody offers, put to the test.
#pragma once

#include <span>

#include "models/consistency/history.hpp"

namespace splitvote::consistency {

/// Whether the order has every operation that is known to have taken effect, none twice and none
/// that failed, keeps real time and explains every answer. Linear time.
[[nodiscard]] bool explains(const History& history, std::span<const OperationId> order);

}  // namespace splitvote::consistency
