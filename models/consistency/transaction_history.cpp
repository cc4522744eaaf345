// A history of transactions: what the clients of some system did together, and what became of it.
#include "models/consistency/transaction_history.hpp"

#include "sim/base/check.hpp"

namespace splitvote::consistency {

KeyId TransactionHistory::key(std::string_view name) {
  return static_cast<KeyId>(keys_.intern(name));
}

SessionId TransactionHistory::session(std::string_view name) {
  return static_cast<SessionId>(sessions_.intern(name));
}

std::string_view TransactionHistory::name(KeyId key) const {
  return keys_.text(static_cast<TextId>(key));
}

std::string_view TransactionHistory::name(SessionId session) const {
  return sessions_.text(static_cast<TextId>(session));
}

TransactionId TransactionHistory::invoke(SessionId session) {
  SPLITVOTE_CHECK(next_position_ < never_returned);
  const auto id = static_cast<TransactionId>(transactions_.size());
  transactions_.push_back({.session = session, .invoked = next_position_++});
  return id;
}

void TransactionHistory::complete(TransactionId id, Outcome outcome,
                                  std::span<const Access> accesses) {
  SPLITVOTE_CHECK(next_position_ < never_returned && outcome != Outcome::mismatch);
  Transaction& transaction = transactions_[static_cast<std::size_t>(id)];
  SPLITVOTE_CHECK(transaction.outcome == Outcome::unknown && transaction.accesses == 0);
  transaction.first_access = static_cast<std::uint32_t>(accesses_.size());
  transaction.accesses = static_cast<std::uint32_t>(accesses.size());
  transaction.outcome = outcome;
  accesses_.insert(accesses_.end(), accesses.begin(), accesses.end());
  const Position now = next_position_++;
  if (outcome != Outcome::unknown) transaction.returned = now;
}

std::span<const Access> TransactionHistory::accesses(const Transaction& transaction) const {
  return std::span(accesses_).subspan(transaction.first_access, transaction.accesses);
}

std::string TransactionHistory::describe(TransactionId id) const {
  const Transaction& one = transaction(id);
  std::string text = "transaction " + std::to_string(static_cast<std::uint32_t>(id) + 1) + " of " +
                     spell(one.session) + " (";
  bool first = true;
  for (const Access& access : accesses(one)) {
    if (!first) text += ", ";
    first = false;
    text += describe(access);
  }
  text += ")";
  if (one.outcome == Outcome::failed) text += " -> aborted";
  if (one.outcome == Outcome::unknown) text += " -> no answer";
  return text;
}

std::string TransactionHistory::describe(const Access& access) const {
  const std::string key = spell(access.key);
  const std::string value = values_.describe(access.value);
  switch (access.kind) {
    case AccessKind::read:
      return "read " + key + " -> " + value;
    case AccessKind::write:
      return "write " + key + " = " + value;
    case AccessKind::append:
      return "append " + value + " to " + key;
  }
  return "?";
}

}  // namespace splitvote::consistency
