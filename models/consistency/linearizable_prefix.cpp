// How far a history can be explained that no order explains whole.
#include "models/consistency/linearizable_prefix.hpp"

#include <algorithm>
#include <vector>

#include "models/consistency/order_search.hpp"
#include "models/consistency/words.hpp"
#include "models/consistency/zones.hpp"

namespace splitvote::consistency {

namespace {

// For all questions together, and for one, as for the operations that contradict.
constexpr std::uint64_t prefix_configurations_max = 2'000'000;
constexpr std::uint64_t prefix_configurations_per_question = 200'000;

void cut(const History& history, std::span<const OperationId> ids, Position end,
         std::vector<KeyOperation>& known) {
  known.clear();
  for (const OperationId id : ids) {
    Operation operation = history.operation(id);
    if (operation.invoked >= end) break;
    if (operation.returned >= end) {
      operation.returned = never_returned;
      operation.outcome = Outcome::unknown;
    }
    if (const auto one = reduced(operation, id)) known.push_back(*one);
  }
}

/// A key, and how far it is known to have an order.
struct KeyReturns {
  KeyId key{};
  std::vector<OperationId> ids;
  std::vector<OperationId> returns;  // those of them that return, in this order
  std::size_t explained = 0;         // everything before this one is
  std::size_t refused = 0;           // everything up to this one is not
};

class PrefixSearch {
 public:
  PrefixSearch(const History& history, Memory memory)
      : history_(history),
        memory_(memory),
        zones_(history.values().size()),
        configurations_left_(prefix_configurations_max) {}

  LinearizablePrefix first_of(std::span<const KeyId> keys) {
    std::vector<KeyReturns> all = gather(keys);
    KeyReturns* first = &all.front();
    halve(*first);
    for (KeyReturns& other : std::span(all).subspan(1)) {
      if (!is_refuted_before(refuted(*first), other)) continue;
      halve(other);
      first = &other;
    }
    return prefix(*first);
  }

 private:
  [[nodiscard]] std::vector<KeyReturns> gather(std::span<const KeyId> keys) const {
    std::vector<std::uint32_t> places(history_.keys(), UINT32_MAX);
    std::vector<KeyReturns> all(keys.size());
    for (std::uint32_t place = 0; place < keys.size(); ++place) {
      all[place].key = keys[place];
      places[static_cast<std::size_t>(keys[place])] = place;
    }
    std::uint32_t at = 0;
    for (const Operation& operation : history_.operations()) {
      const OperationId id{at++};
      const std::uint32_t place = places[static_cast<std::size_t>(operation.key)];
      if (place == UINT32_MAX) continue;
      all[place].ids.push_back(id);
      if (operation.has_returned()) all[place].returns.push_back(id);
    }
    for (KeyReturns& one : all) {
      std::ranges::sort(one.returns, {}, [&](OperationId id) { return end_of(id); });
      one.refused = one.returns.size() - 1;
    }
    return all;
  }

  [[nodiscard]] Position end_of(OperationId id) const { return history_.operation(id).returned; }
  [[nodiscard]] Position refuted(const KeyReturns& one) const {
    return end_of(one.returns[one.refused]);
  }

  // One question mostly says no.
  [[nodiscard]] bool is_refuted_before(Position end, KeyReturns& one) {
    const auto behind =
        std::ranges::lower_bound(one.returns, end, {}, [&](OperationId id) { return end_of(id); });
    if (behind == one.returns.begin()) return false;
    if (behind == one.returns.end()) return true;
    if (judge(one, end) != Verdict::violated) return false;
    one.refused = static_cast<std::size_t>(behind - one.returns.begin()) - 1;
    return true;
  }

  // Up to the first return there are only invocations.
  void halve(KeyReturns& one) {
    std::size_t undecided = one.refused;
    while (one.explained < undecided) {
      const std::size_t middle = one.explained + (undecided - one.explained + 1) / 2;
      const Verdict verdict = judge(one, end_of(one.returns[middle]));
      if (verdict == Verdict::ok) one.explained = middle;
      if (verdict != Verdict::ok) undecided = middle - 1;
      if (verdict == Verdict::violated) one.refused = middle - 1;
    }
  }

  [[nodiscard]] Verdict judge(const KeyReturns& one, Position end) {
    cut(history_, one.ids, end, known_);
    Clash clash;
    const ZoneAnswer answer = zones_.check(known_, history_.initial(), clash);
    if (answer == ZoneAnswer::ok) return Verdict::ok;
    if (answer == ZoneAnswer::violated) return Verdict::violated;
    OrderSearch search(history_.values(), known_, history_.initial(), memory_);
    return run(search);
  }

  [[nodiscard]] Verdict run(OrderSearch& search) {
    const Verdict verdict =
        search.run(std::min(prefix_configurations_per_question, configurations_left_));
    configurations_left_ -= std::min(configurations_left_, search.configurations());
    return verdict;
  }

  [[nodiscard]] LinearizablePrefix prefix(const KeyReturns& one) {
    const OperationId next = one.returns[one.explained];
    LinearizablePrefix prefix{.key = one.key,
                              .end = end_of(next),
                              .next = next,
                              .longest = one.explained == one.refused,
                              .refuted = refuted(one),
                              .order = {}};
    cut(history_, one.ids, prefix.end, known_);
    OrderSearch search(history_.values(), known_, history_.initial(), memory_);
    if (run(search) != Verdict::ok) return prefix;
    for (const Position invoked : search.order())
      prefix.order.push_back(
          std::ranges::lower_bound(known_, invoked, {}, &KeyOperation::invoked)->id);
    return prefix;
  }

  const History& history_;
  const Memory memory_;
  ZoneCheck zones_;
  std::vector<KeyOperation> known_;  // of the cut
  std::uint64_t configurations_left_;
};

}  // namespace

LinearizablePrefix first_refuted(const History& history, std::span<const KeyId> keys,
                                 Memory memory) {
  return PrefixSearch(history, memory).first_of(keys);
}

std::vector<KeyOperation> known_before(const History& history, KeyId key, Position end) {
  std::vector<OperationId> ids;
  std::uint32_t at = 0;
  for (const Operation& operation : history.operations()) {
    const OperationId id{at++};
    if (operation.key == key) ids.push_back(id);
  }
  std::vector<KeyOperation> known;
  cut(history, ids, end, known);
  return known;
}

std::string describe(const LinearizablePrefix& prefix, const History& history) {
  const std::string end =
      history.times().empty()
          ? "position " + std::to_string(prefix.end)
          : to_text(history.times()[static_cast<std::size_t>(prefix.next)].returned);
  return "Some order explains all of " + history.spell(prefix.key) + " before " + end +
         (prefix.longest ? "; the first return that none explains: "
                         : "; of the next return the budget for this did not tell: ") +
         history.describe(prefix.next) + ".";
}

}  // namespace splitvote::consistency
