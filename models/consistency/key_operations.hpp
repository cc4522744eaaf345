// The operations of one key, reduced to what decides: what each asks of the key's value and does to
// it, and between which positions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/consistency/history.hpp"

namespace splitvote::consistency {

enum class Step : std::uint8_t {
  equals,     // the key's value is `value`, and stays
  differs,    // the key's value is anything but `value`, and stays
  overwrite,  // whatever it is, it becomes `target`
  swap,       // it is `value` and becomes `target`, which is another one
  append_text,
  append_element,  // whatever it is, `target` comes behind it
};

/// Positions count from 1 here, so that 0 is before everything.
struct KeyOperation {
  Position invoked = 0;
  Position returned = never_returned;
  ValueId value = nothing;
  ValueId target = nothing;
  OperationId id{};
  Step step{};
  bool certain = false;  // it took effect; else perhaps, and then before its return as well
  bool reads = false;    // it is a read: a swap that changes nothing asks the same, but is a write

  [[nodiscard]] constexpr bool writes() const {
    return step != Step::equals && step != Step::differs;
  }
  /// Needs nothing of the value it meets, and tells nothing of it.
  [[nodiscard]] constexpr bool blind() const { return writes() && step != Step::swap; }
};
static_assert(sizeof(KeyOperation) == 24);

/// Absent if the operation says nothing.
[[nodiscard]] std::optional<KeyOperation> reduced(const Operation& operation, OperationId id);

/// Every key's operations in the order of their invocations, without those that say nothing: what
/// failed, reads without an answer.
class KeyOperations {
 public:
  explicit KeyOperations(const History& history);

  [[nodiscard]] std::size_t keys() const { return ends_.size(); }
  [[nodiscard]] std::span<const KeyOperation> of(std::size_t key) const;

 private:
  std::vector<KeyOperation> operations_;
  std::vector<std::uint32_t> ends_;  // by key
};

}  // namespace splitvote::consistency
