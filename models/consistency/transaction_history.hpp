// A history of transactions: what the clients of some system did together, and what became of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/operation.hpp"
#include "models/consistency/text_table.hpp"
#include "models/consistency/values.hpp"
#include "models/consistency/words.hpp"

namespace splitvote::consistency {

/// The index of a transaction in its history, which is in the order of the invocations.
enum class TransactionId : std::uint32_t {};

enum class AccessKind : std::uint8_t {
  read,    // told that the key holds `value`
  write,   // the key's value becomes `value`
  append,  // the key's value, a list or nothing, has the last element `value`
};

/// One thing that a transaction does. A read without an answer is none.
struct Access {
  KeyId key{};
  ValueId value = nothing;
  AccessKind kind{};

  constexpr bool operator==(const Access&) const = default;
};

struct Transaction {
  SessionId session{};
  Outcome outcome = Outcome::unknown;  // ok: committed; failed: aborted
  Position invoked = 0;
  Position returned = never_returned;  // finite unless the outcome is `unknown`
  std::uint32_t first_access = 0;
  std::uint32_t accesses = 0;
};

/// A value, the sibling of `History`. The transactions of a session come one after the other, in
/// the order of their invocations.
class TransactionHistory {
 public:
  [[nodiscard]] KeyId key(std::string_view name);
  [[nodiscard]] SessionId session(std::string_view name);
  [[nodiscard]] ValueTable& values() { return values_; }

  /// What every key holds at the beginning; `nothing` unless this is called.
  void set_initial(ValueId value) { initial_ = value; }
  /// The order of the calls below tells the order within each session, and nothing else.
  void forget_real_time() { real_time_ = false; }

  TransactionId invoke(SessionId session);
  /// Once for each transaction, those without an answer too: with the accesses in the order in
  /// which the transaction made them, or was to make them. `mismatch` is no outcome of one.
  void complete(TransactionId transaction, Outcome outcome, std::span<const Access> accesses);

  /// In the order of their invocations.
  [[nodiscard]] std::span<const Transaction> transactions() const { return transactions_; }
  [[nodiscard]] const Transaction& transaction(TransactionId id) const {
    return transactions_[static_cast<std::size_t>(id)];
  }
  [[nodiscard]] std::span<const Access> accesses(const Transaction& transaction) const;

  [[nodiscard]] const ValueTable& values() const { return values_; }
  [[nodiscard]] ValueId initial() const { return initial_; }
  [[nodiscard]] bool has_real_time() const { return real_time_; }
  [[nodiscard]] std::string_view name(KeyId key) const;
  [[nodiscard]] std::string_view name(SessionId session) const;
  /// The same for people, see words.hpp.
  [[nodiscard]] std::string spell(KeyId key) const { return spelled(name(key)); }
  [[nodiscard]] std::string spell(SessionId session) const { return spelled(name(session)); }
  /// Ids are below these.
  [[nodiscard]] std::size_t keys() const { return keys_.size(); }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }

  /// "transaction 4 of client 7 (read x -> 3, write y = 4)": counted from 1 as they were invoked.
  [[nodiscard]] std::string describe(TransactionId id) const;
  /// "append 4 to x".
  [[nodiscard]] std::string describe(const Access& access) const;

 private:
  std::vector<Transaction> transactions_;
  std::vector<Access> accesses_;  // of a transaction together
  TextTable keys_;
  TextTable sessions_;
  ValueTable values_;
  ValueId initial_ = nothing;
  Position next_position_ = 0;
  bool real_time_ = true;
};

}  // namespace splitvote::consistency
