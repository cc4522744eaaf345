// An order of operations, gone through from the front.
#include "tests/models/consistency/replay.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace splitvote::testing {

using consistency::History;
using consistency::nothing;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Position;
using consistency::ValueId;
using consistency::ValueTable;

namespace {

/// What a key holds, spelled out once something was appended.
struct Holding {
  ValueId value = nothing;
  bool grown = false;
  bool list = false;
  std::string content;
};

class Replay {
 public:
  explicit Replay(const History& history)
      : values_(history.values()),
        keys_(history.keys(), Holding{history.initial(), false, false, {}}) {}

  /// False if the key does not hold what the answer says.
  bool step(const Operation& operation) {
    Holding& here = keys_[static_cast<std::size_t>(operation.key)];
    switch (operation.kind) {
      case OperationKind::read:
        return operation.outcome != Outcome::ok || holds(here, operation.result);
      case OperationKind::write:
        here = {operation.argument, false, false, {}};
        return true;
      case OperationKind::remove:
        here = {};
        return true;
      case OperationKind::compare_and_swap: {
        const bool equal = holds(here, operation.expected);
        if (operation.outcome == Outcome::mismatch) return !equal;
        if (equal) here = {operation.argument, false, false, {}};
        return equal || operation.outcome == Outcome::unknown;
      }
      case OperationKind::append_text:
        return append(here, false, values_.content(operation.argument));
      case OperationKind::append_element:
        return append(here, true, element_content(operation.argument));
    }
    return false;
  }

 private:
  [[nodiscard]] bool holds(const Holding& here, ValueId value) const {
    if (!here.grown) return here.value == value;
    return value != nothing && values_.is_list(value) == here.list &&
           values_.content(value) == here.content;
  }

  // What is appended to a value of the other form makes a value that nobody can have seen.
  bool append(Holding& here, bool list, std::string_view more) {
    if (!here.grown) {
      here.content = values_.content(here.value);
      here.list = here.value == nothing ? list : values_.is_list(here.value);
      here.grown = true;
    }
    if (here.list != list) return false;
    here.content += more;
    return true;
  }

  const ValueTable& values_;
  std::vector<Holding> keys_;
};

}  // namespace

bool explains(const History& history, std::span<const OperationId> order) {
  Replay replay(history);
  std::vector<std::uint8_t> placed(history.operations().size());
  Position latest = 0;  // invocation of all that came before
  for (const OperationId id : order) {
    const auto at = static_cast<std::size_t>(id);
    if (at >= placed.size() || placed[at] != 0) return false;
    placed[at] = 1;
    const Operation& operation = history.operation(id);
    if (operation.outcome == Outcome::failed || operation.returned < latest) return false;
    latest = std::max(latest, operation.invoked);
    if (!replay.step(operation)) return false;
  }
  for (std::size_t at = 0; at < placed.size(); ++at) {
    const Outcome outcome = history.operations()[at].outcome;
    const bool needed = outcome == Outcome::ok || outcome == Outcome::mismatch;
    if (needed && placed[at] == 0) return false;
  }
  return true;
}

}  // namespace splitvote::testing
