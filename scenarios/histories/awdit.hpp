// Histories of committed transactions without times: AWDIT's own text format, and Plume's.
#pragma once

#include <string_view>

#include "models/consistency/transaction_history.hpp"
#include "scenarios/histories/text.hpp"

namespace splitvote::histories {

/// `r key value` and `w key value` a line; `-----` ends a transaction, `=====` a session.
[[nodiscard]] consistency::TransactionHistory read_awdit(std::string_view text, Mistakes& mistakes);

/// `r(key,value,session,transaction)` and `w(…)` a line; lines of a transaction are adjacent, the
/// sessions' in their order. The transaction -1 is aborted; every key holds 0 at first.
[[nodiscard]] consistency::TransactionHistory read_plume(std::string_view text, Mistakes& mistakes);

}  // namespace splitvote::histories
