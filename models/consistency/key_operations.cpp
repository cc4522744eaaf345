// The operations of one key, reduced to what decides: what each asks of the key's value and does to
// it, and between which positions.
#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

namespace {

bool says_nothing(const Operation& operation) {
  if (operation.outcome == Outcome::failed) return true;
  if (operation.outcome != Outcome::unknown) return false;
  const bool swaps_alike =
      operation.kind == OperationKind::compare_and_swap && operation.argument == operation.expected;
  return operation.kind == OperationKind::read || swaps_alike;
}

Step step_of(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::read:
      return Step::equals;
    case OperationKind::write:
    case OperationKind::remove:
      return Step::overwrite;
    case OperationKind::compare_and_swap:
      if (operation.outcome == Outcome::mismatch) return Step::differs;
      return operation.argument == operation.expected ? Step::equals : Step::swap;
    case OperationKind::append_text:
      return Step::append_text;
    case OperationKind::append_element:
      return Step::append_element;
  }
  return Step::equals;
}

KeyOperation reduce(const Operation& operation, OperationId id) {
  const bool reads = operation.kind == OperationKind::read;
  const bool removes = operation.kind == OperationKind::remove;
  KeyOperation reduced;
  reduced.invoked = operation.invoked + 1;
  reduced.returned = operation.has_returned() ? operation.returned + 1 : never_returned;
  reduced.value = reads ? operation.result : operation.expected;
  reduced.target = removes ? nothing : operation.argument;
  reduced.id = id;
  reduced.step = step_of(operation);
  reduced.certain = operation.outcome != Outcome::unknown;
  reduced.reads = reads;
  return reduced;
}

}  // namespace

std::optional<KeyOperation> reduced(const Operation& operation, OperationId id) {
  if (says_nothing(operation)) return std::nullopt;
  return reduce(operation, id);
}

// A counting sort: both passes go through the history in its order, and the second writes to as
// many ends as there are keys.
KeyOperations::KeyOperations(const History& history) : ends_(history.keys()) {
  for (const Operation& operation : history.operations())
    if (!says_nothing(operation)) ++ends_[static_cast<std::size_t>(operation.key)];
  std::uint32_t begin = 0;
  for (std::uint32_t& end : ends_) {
    const std::uint32_t count = end;
    end = begin;
    begin += count;
  }
  operations_.resize(begin);
  std::uint32_t id = 0;
  for (const Operation& operation : history.operations()) {
    const auto here = static_cast<OperationId>(id++);
    if (says_nothing(operation)) continue;
    operations_[ends_[static_cast<std::size_t>(operation.key)]++] = reduce(operation, here);
  }
}

std::span<const KeyOperation> KeyOperations::of(std::size_t key) const {
  const std::uint32_t begin = key == 0 ? 0 : ends_[key - 1];
  return std::span(operations_).subspan(begin, ends_[key] - begin);
}

}  // namespace splitvote::consistency
