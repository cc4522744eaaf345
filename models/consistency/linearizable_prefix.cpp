// How far a history can be explained that no order explains whole.
#include "models/consistency/linearizable_prefix.hpp"

#include <algorithm>
#include <vector>

#include "models/consistency/key_operations.hpp"
#include "models/consistency/order_search.hpp"
#include "models/consistency/words.hpp"
#include "models/consistency/zones.hpp"

namespace splitvote::consistency {

namespace {

// For all questions together, and for one, as for the operations that contradict.
constexpr std::uint64_t configurations_max = 2'000'000;
constexpr std::uint64_t configurations_per_question = 200'000;

class PrefixSearch {
 public:
  PrefixSearch(const History& history, KeyId key, Memory memory)
      : history_(history),
        key_(key),
        memory_(memory),
        zones_(history.values().size()),
        configurations_left_(configurations_max) {
    std::uint32_t at = 0;
    for (const Operation& operation : history.operations()) {
      const OperationId id{at++};
      if (operation.key != key) continue;
      ids_.push_back(id);
      if (operation.has_returned()) returns_.push_back(id);
    }
    std::ranges::sort(returns_, {}, [&](OperationId id) { return end_of(id); });
  }

  LinearizablePrefix longest() {
    LinearizablePrefix prefix{.key = key_};
    // Up to the first return there are only invocations, and with all of them there is no order.
    std::size_t explained = 0;
    std::size_t refused = returns_.size() - 1;
    std::size_t undecided = refused;
    while (explained < undecided) {
      const std::size_t middle = explained + (undecided - explained + 1) / 2;
      cut(end_of(returns_[middle]));
      const Verdict verdict = judge();
      if (verdict == Verdict::ok) explained = middle;
      if (verdict != Verdict::ok) undecided = middle - 1;
      if (verdict == Verdict::violated) refused = middle - 1;
    }
    prefix.next = returns_[explained];
    prefix.end = end_of(prefix.next);
    prefix.longest = explained == refused;
    cut(prefix.end);
    prefix.order = order();
    return prefix;
  }

 private:
  [[nodiscard]] Position end_of(OperationId id) const { return history_.operation(id).returned; }

  /// What was known just before that position.
  void cut(Position end) {
    operations_.clear();
    for (const OperationId id : ids_) {
      Operation operation = history_.operation(id);
      if (operation.invoked > end) break;
      if (operation.returned >= end) {
        operation.returned = never_returned;
        operation.outcome = Outcome::unknown;
      }
      if (const auto one = reduced(operation, id)) operations_.push_back(*one);
    }
  }

  [[nodiscard]] Verdict judge() {
    Clash clash;
    const ZoneAnswer answer = zones_.check(operations_, history_.initial(), clash);
    if (answer == ZoneAnswer::ok) return Verdict::ok;
    if (answer == ZoneAnswer::violated) return Verdict::violated;
    OrderSearch search(history_.values(), operations_, history_.initial(), memory_);
    return run(search);
  }

  [[nodiscard]] Verdict run(OrderSearch& search) {
    const Verdict verdict = search.run(std::min(configurations_per_question, configurations_left_));
    configurations_left_ -= std::min(configurations_left_, search.configurations());
    return verdict;
  }

  [[nodiscard]] std::vector<OperationId> order() {
    OrderSearch search(history_.values(), operations_, history_.initial(), memory_);
    std::vector<OperationId> order;
    if (run(search) != Verdict::ok) return order;
    for (const Position invoked : search.order())
      order.push_back(
          std::ranges::lower_bound(operations_, invoked, {}, &KeyOperation::invoked)->id);
    return order;
  }

  const History& history_;
  const KeyId key_;
  const Memory memory_;
  ZoneCheck zones_;
  std::vector<OperationId> ids_;          // of the key
  std::vector<OperationId> returns_;      // those of them that return, in this order
  std::vector<KeyOperation> operations_;  // of the cut
  std::uint64_t configurations_left_;
};

}  // namespace

LinearizablePrefix longest_linearizable_prefix(const History& history, KeyId key, Memory memory) {
  return PrefixSearch(history, key, memory).longest();
}

std::string describe(const LinearizablePrefix& prefix, const History& history) {
  const std::string end =
      history.times().empty()
          ? "position " + std::to_string(prefix.end)
          : to_text(history.times()[static_cast<std::size_t>(prefix.next)].returned);
  return "Some order explains all of " + std::string(history.name(prefix.key)) + " before " + end +
         (prefix.longest ? "; the first return that none explains: "
                         : "; of the next return the budget for this did not tell: ") +
         history.describe(prefix.next) + ".";
}

}  // namespace splitvote::consistency
