// Who saw whose writes: a history of operations or of transactions, reduced to what the models
// without real time ask.
#include "models/consistency/observations.hpp"

#include <algorithm>

#include "models/consistency/reduction.hpp"

namespace splitvote::consistency {

namespace {

void reduce(const Operation& operation, Reduction& reduction) {
  switch (operation.kind) {
    case OperationKind::read:
      if (operation.outcome == Outcome::ok) reduction.read(operation.key, operation.result);
      break;
    case OperationKind::remove:
      reduction.write(operation.key, nothing);
      break;
    case OperationKind::compare_and_swap:
      if (operation.outcome == Outcome::mismatch) {
        reduction.leave_out("a compare-and-swap that did not match tells what a key does not hold");
        break;
      }
      reduction.read(operation.key, operation.expected);
      if (operation.argument != operation.expected)
        reduction.write(operation.key, operation.argument);
      break;
    case OperationKind::write:
    case OperationKind::append_text:
    case OperationKind::append_element:
      reduction.write(operation.key, operation.argument);
      break;
  }
  reduction.add(operation.session, operation.outcome, operation.invoked, operation.returned);
}

}  // namespace

Observations Observations::of(const History& history) {
  Reduction reduction(history.keys(), history.sessions());
  for (std::size_t key = 0; key < history.keys(); ++key)
    reduction.set_initial(static_cast<KeyId>(key), history.initial());
  for (const Operation& operation : history.operations()) {
    const bool appends = operation.kind == OperationKind::append_text ||
                         operation.kind == OperationKind::append_element;
    if (appends && operation.outcome != Outcome::failed)
      reduction.mute(operation.key, "a key to which operations append is not judged");
    reduce(operation, reduction);
  }
  return reduction.finish(&history, nullptr);
}

bool Observations::writes(Node node, KeyId key) const {
  return std::ranges::binary_search(writes(node), key);
}

std::string Observations::describe(Node node) const {
  const std::uint32_t origin = origins_[node];
  return operations_ != nullptr ? operations_->describe(static_cast<OperationId>(origin))
                                : transactions_->describe(static_cast<TransactionId>(origin));
}

std::string_view Observations::name(KeyId key) const {
  return operations_ != nullptr ? operations_->name(key) : transactions_->name(key);
}

}  // namespace splitvote::consistency
