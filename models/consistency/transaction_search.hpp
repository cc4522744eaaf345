// The search for an order of transactions on registers that keeps real time, by values alone.
#pragma once

#include <cstdint>

#include "models/consistency/transaction_history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Wing and Gong's search with Lowe's memory, in which the object is all keys together. It does not
/// matter who wrote a value, so values may be written more than once. Those without an answer may
/// take effect at any time, or never. The history has real time, and its keys hold no lists.
[[nodiscard]] Judgement search_strict_order(const TransactionHistory& history,
                                            std::uint64_t configurations_max);

/// That search has found that no order is possible. Here those are left out that are not needed to
/// say so: what is left contradicts though everything else is forgotten, with all that may have
/// been seen of it. It is minimal if the answer says so; else the budget ended.
[[nodiscard]] Contradiction smallest_strict_contradiction(const TransactionHistory& history,
                                                          const Contradiction& found);

/// Whether no transaction appends.
[[nodiscard]] bool are_registers(const TransactionHistory& history);

}  // namespace splitvote::consistency
