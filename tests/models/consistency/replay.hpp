// An order of operations, gone through from the front.
#pragma once

#include <span>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// Whether the order has every operation that is known to have taken effect, none twice and none
/// that failed, keeps real time and explains every answer. Linear time.
[[nodiscard]] bool explains(const consistency::History& history,
                            std::span<const consistency::OperationId> order);

}  // namespace splitvote::testing
