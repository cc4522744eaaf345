// Histories of committed and aborted transactions without times in dbcop's binary format, which
// PolySI's artifact has.
#pragma once

#include <string_view>

#include "models/consistency/transaction_history.hpp"
#include "scenarios/histories/text.hpp"

namespace splitvote::histories {

/// Whether there is a header that a history could stand behind.
[[nodiscard]] bool begins_as_dbcop(std::string_view bytes);

/// FORMAT.md describes it. What did not succeed is left out, who did not commit is aborted, and
/// every key holds 0 at first. A mistake says at which byte it is.
[[nodiscard]] consistency::TransactionHistory read_dbcop(std::string_view bytes,
                                                         Mistakes& mistakes);

}  // namespace splitvote::histories
