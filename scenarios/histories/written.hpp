// A history in another system's format, and what that format has no words for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/transaction_history.hpp"
#include "sim/base/error.hpp"

namespace splitvote::histories {

struct Written {
  std::string text;
  std::vector<std::string> notes;  // one sentence each: what is lost, or how it is to be read
};

/// A history that a format would leave nothing of; a file without operations says `unknown`.
inline constexpr std::string_view nothing_left =
    "nothing would be left: here is no operation that says anything";

/// Operation maps with :read, :write and :cas; with :get, :put and :append if texts are appended or
/// keys hold the empty text at first; with Elle's transactions of one operation if elements are.
/// Several keys become the pairs of jepsen.independent, but for :get and :put, which have a :key.
/// In EDN these are written for porcupine's parser, and what says nothing is left out.
[[nodiscard]] sim::Result<Written> write_jepsen_edn(const consistency::History& history);
/// The same in an array; keywords are texts.
[[nodiscard]] sim::Result<Written> write_jepsen_json(const consistency::History& history);

/// Transactions of [:append k v] and [:r k vs], or of [:w k v] and [:r k v].
[[nodiscard]] sim::Result<Written> write_transactions_edn(
    const consistency::TransactionHistory& history);
[[nodiscard]] sim::Result<Written> write_transactions_json(
    const consistency::TransactionHistory& history);

/// What encoding/json makes of porcupine's []Event. What a Value is the model decides; FORMAT.md
/// has the one that is meant here.
[[nodiscard]] sim::Result<Written> write_porcupine(const consistency::History& history);

}  // namespace splitvote::histories
