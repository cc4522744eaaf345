// Long histories of transactions on registers, as clients of a true store see them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "models/consistency/transaction_history.hpp"

namespace splitvote::testing {

struct TransactionStoreSettings {
  std::uint64_t seed = 0;
  std::size_t transactions = 0;
  std::uint32_t clients = 10;  // each with one transaction after the other
  std::uint32_t keys = 1;
  std::uint32_t accesses = 4;  // of a transaction, at most
  std::uint32_t values = 0;    // that are written, again and again; 0: every time another one
  std::size_t stale = 0;  // the first read from this transaction on that could have been told what
                          // was there before is told that; 0: none
};

/// Each transaction takes effect at one moment between its invocation and its return.
[[nodiscard]] consistency::TransactionHistory simulate_transactions(
    const TransactionStoreSettings& settings);

}  // namespace splitvote::testing
