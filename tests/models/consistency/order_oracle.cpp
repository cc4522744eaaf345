// Linearizability and k-atomicity by brute force: every order, every choice of what unanswered
// operations did.
#include "tests/models/consistency/order_oracle.hpp"

#include <algorithm>

namespace splitvote::testing {

using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;

OrderOracle::OrderOracle(const consistency::History& history) : history_(history) {}

bool OrderOracle::linearizable() { return k_atomic(1); }

bool OrderOracle::linearizable(std::span<const OperationId> believed) {
  return k_atomic(1, believed);
}

bool OrderOracle::k_atomic(std::size_t k) {
  k_ = k;
  items_.clear();
  for (const Operation& operation : history_.operations())
    if (operation.outcome != Outcome::failed)
      items_.push_back({operation, operation.outcome != Outcome::unknown});
  return extend({spell(history_.initial())}, 0);
}

bool OrderOracle::k_atomic(std::size_t k, std::span<const OperationId> believed) {
  k_ = k;
  items_.clear();
  for (std::uint32_t at = 0; at < history_.operations().size(); ++at) {
    Operation operation = history_.operations()[at];
    if (operation.outcome == Outcome::failed) continue;
    if (std::ranges::find(believed, OperationId{at}) != believed.end()) {
      items_.push_back({operation, operation.outcome != Outcome::unknown});
      continue;
    }
    const bool writes =
        operation.kind != OperationKind::read && operation.outcome != Outcome::mismatch;
    operation.outcome = Outcome::unknown;
    if (writes) items_.push_back({operation, false});
  }
  return extend({spell(history_.initial())}, 0);
}

bool OrderOracle::extend(const States& states, std::uint32_t done) {
  bool complete = true;
  for (std::size_t at = 0; at < items_.size(); ++at)
    complete = complete && ((done >> at & 1) != 0 || !items_[at].must);
  if (complete) return true;
  for (std::size_t at = 0; at < items_.size(); ++at) {
    if ((done >> at & 1) != 0) continue;
    const Operation& here = items_[at].operation;
    bool may_come = true;
    for (std::size_t other = 0; other < items_.size(); ++other) {
      const Operation& there = items_[other].operation;
      const bool came = (done >> other & 1) != 0;
      if (came ? here.returned < there.invoked
               : items_[other].must && there.returned < here.invoked)
        may_come = false;
    }
    States next = states;
    if (may_come && apply(items_[at].operation, next) && extend(next, done | 1u << at)) return true;
  }
  return false;
}

// What an operation of unknown outcome did not do is one that never came.
bool OrderOracle::apply(const Operation& operation, States& states) const {
  std::string& state = states.back();
  switch (operation.kind) {
    case OperationKind::read: {
      const auto last = states.end() - static_cast<std::ptrdiff_t>(std::min(k_, states.size()));
      return operation.outcome == Outcome::ok &&
             std::find(last, states.end(), spell(operation.result)) != states.end();
    }
    case OperationKind::write:
      states.push_back(spell(operation.argument));
      return true;
    case OperationKind::remove:
      states.emplace_back();
      return true;
    case OperationKind::compare_and_swap:
      if (operation.outcome == Outcome::mismatch) return state != spell(operation.expected);
      if (state != spell(operation.expected)) return false;
      state = spell(operation.argument);
      return true;
    case OperationKind::append_text:
      if (state.empty()) state = "text ";
      state += history_.values().content(operation.argument);
      return true;
    case OperationKind::append_element:
      if (state.empty()) state = "list ";
      state += consistency::element_content(operation.argument);
      return true;
  }
  return false;
}

// Nothing is the empty string.
std::string OrderOracle::spell(consistency::ValueId value) const {
  if (value == consistency::nothing) return "";
  return (history_.values().is_list(value) ? "list " : "text ") +
         std::string(history_.values().content(value));
}

}  // namespace splitvote::testing
