// Events become a history of single operations, or one of transactions.
#pragma once

#include <span>

#include "models/consistency/history.hpp"
#include "models/consistency/transaction_history.hpp"
#include "scenarios/histories/event.hpp"
#include "scenarios/histories/model.hpp"

namespace splitvote::histories {

/// In the order of the events. Times are kept if every event has one. A read of which nothing is
/// known but that it returned counts as failed: both say nothing.
[[nodiscard]] consistency::History assemble(std::span<const Event> events, const Meaning& meaning,
                                            Mistakes& mistakes);

/// Under a transactional model. Reads without an answer are left out.
[[nodiscard]] consistency::TransactionHistory assemble_transactions(std::span<const Event> events,
                                                                    const Meaning& meaning,
                                                                    Mistakes& mistakes);

/// Whether every transaction has one operation, so that they are single operations, too.
[[nodiscard]] bool are_single(std::span<const Event> transactions);

}  // namespace splitvote::histories
