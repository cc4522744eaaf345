// The operations of one key sorted by what their answers say: the key's revisions, who wrote each
// and who saw it.
#include "models/check/register_operations.hpp"

#include <algorithm>
#include <utility>

namespace splitvote::check {

namespace {

using client::OperationKind;
using client::Outcome;

class Sorter {
 public:
  Sorter(const History& history, const NodeNames& names) : history_(history), names_(names) {}

  RegisterOperations sort(std::span<const std::uint32_t> entries) {
    collect_revisions(entries);
    for (const std::uint32_t index : entries) place(index);
    group_reads();
    return std::move(sorted_);
  }

 private:
  struct Read {
    std::uint32_t slot = 0;
    Window window;
  };

  [[nodiscard]] const HistoryEntry& entry(std::uint32_t index) const {
    return history_.entries()[index];
  }
  [[nodiscard]] std::string say(std::uint32_t index) const {
    return describe(history_, entry(index), names_);
  }
  [[nodiscard]] static bool has_answer(const HistoryEntry& operation) {
    return operation.outcome == Outcome::ok || operation.outcome == Outcome::mismatch;
  }

  // Also those that only a compare_and_swap without an answer expects: it may have met them.
  void collect_revisions(std::span<const std::uint32_t> entries) {
    std::vector<std::uint64_t> revisions{0};
    for (const std::uint32_t index : entries) {
      const HistoryEntry& operation = entry(index);
      const bool answered = has_answer(operation);
      if (answered) revisions.push_back(operation.revision);
      const bool swaps = operation.kind == OperationKind::compare_and_swap;
      const bool may_have_swapped =
          operation.outcome == Outcome::ok || operation.outcome == Outcome::unknown;
      if (swaps && may_have_swapped) revisions.push_back(operation.expected_revision);
    }
    std::ranges::sort(revisions);
    const auto repeated = std::ranges::unique(revisions);
    revisions.erase(repeated.begin(), repeated.end());
    sorted_.slots.resize(revisions.size());
    for (std::size_t at = 0; at < revisions.size(); ++at)
      sorted_.slots[at].revision = revisions[at];
  }

  [[nodiscard]] std::uint32_t slot_of(std::uint64_t revision) const {
    const auto at = std::ranges::lower_bound(sorted_.slots, revision, {}, &Slot::revision);
    return static_cast<std::uint32_t>(at - sorted_.slots.begin());
  }

  void clash(std::uint32_t index, std::string explanation) {
    if (!sorted_.clash.has_value()) sorted_.clash = Clash{index, std::move(explanation)};
  }
  void clash_alone(std::uint32_t index) { clash(index, "no store may answer this: " + say(index)); }

  void place(std::uint32_t index) {
    const HistoryEntry& operation = entry(index);
    if (operation.outcome == Outcome::unknown) return place_unknown(operation);
    if (operation.outcome == Outcome::failed) return;
    const Window window{operation.invoked, operation.returned, index};
    if (operation.kind == OperationKind::get) return place_get(window, operation);
    if (operation.outcome == Outcome::mismatch) return place_mismatch(window, operation);
    place_write(window, operation);
  }

  void place_unknown(const HistoryEntry& operation) {
    const bool swaps = operation.kind == OperationKind::compare_and_swap;
    if (operation.kind == OperationKind::remove)
      sorted_.maybe_removes.push_back(operation.invoked);
    else if (operation.writes())
      sorted_.maybe_writes.push_back(
          {operation.invoked, operation.expected_revision, operation.value, swaps});
  }

  void place_get(const Window& window, const HistoryEntry& operation) {
    const bool absent = operation.revision == 0;
    if (operation.outcome != Outcome::ok || (absent && operation.result != empty_text))
      return clash_alone(window.entry);
    if (absent) return sorted_.absent_reads.push_back(window);
    add_read(window, operation.revision);
    learn_value(window.entry, sorted_.slots[slot_of(operation.revision)], operation.result);
  }

  void place_mismatch(const Window& window, const HistoryEntry& operation) {
    const bool possible = operation.kind == OperationKind::compare_and_swap &&
                          operation.revision != operation.expected_revision;
    if (!possible) return clash_alone(window.entry);
    if (operation.revision == 0) return sorted_.absent_reads.push_back(window);
    add_read(window, operation.revision);
  }

  void place_write(const Window& window, const HistoryEntry& operation) {
    const bool removes = operation.kind == OperationKind::remove;
    if (operation.revision == 0) {
      // Removing what is not there tells the same as reading that it is not there.
      if (removes) return sorted_.absent_reads.push_back(window);
      return clash_alone(window.entry);
    }
    Slot& slot = sorted_.slots[slot_of(operation.revision)];
    if (slot.writer.entry != nobody)
      return clash(window.entry, "two writes were given the same revision: " +
                                     say(slot.writer.entry) + "; and " + say(window.entry));
    slot.writer = window;
    slot.optional = false;
    slot.removes = removes;
    if (removes && slot.seen_by != nobody)
      return clash(window.entry, "a removed key has no revision: " + say(window.entry) + "; yet " +
                                     say(slot.seen_by));
    if (!removes) learn_value(window.entry, slot, operation.value);
    if (operation.kind != OperationKind::compare_and_swap) return;
    slot.conditional = true;
    slot.expected = operation.expected_revision;
    if (operation.expected_revision != 0)
      see(window.entry, sorted_.slots[slot_of(operation.expected_revision)]);
  }

  void add_read(const Window& window, std::uint64_t revision) {
    const std::uint32_t slot = slot_of(revision);
    reads_.push_back({slot, window});
    see(window.entry, sorted_.slots[slot]);
  }

  void see(std::uint32_t index, Slot& slot) {
    if (slot.seen_by == nobody) slot.seen_by = index;
    slot.optional = false;
    if (slot.removes)
      clash(index,
            "a removed key has no revision: " + say(slot.writer.entry) + "; yet " + say(index));
  }

  void learn_value(std::uint32_t index, Slot& slot, TextId value) {
    if (slot.value_known && slot.value != value) {
      const bool written = slot.writer.entry != nobody && slot.writer.entry != index;
      const std::uint32_t other = written ? slot.writer.entry : slot.seen_by;
      return clash(index, "one revision has two values: " + say(other) + "; but " + say(index));
    }
    slot.value = value;
    slot.value_known = true;
  }

  void group_reads() {
    std::ranges::sort(reads_, {},
                      [](const Read& read) { return std::pair(read.slot, read.window.invoked); });
    for (const Read& read : reads_) sorted_.reads.push_back(read.window);
    std::uint32_t at = 0;
    for (std::uint32_t slot = 0; slot < sorted_.slots.size(); ++slot) {
      sorted_.slots[slot].reads_begin = at;
      while (at < reads_.size() && reads_[at].slot == slot) ++at;
      sorted_.slots[slot].reads_end = at;
    }
  }

  const History& history_;
  const NodeNames& names_;
  std::vector<Read> reads_;
  RegisterOperations sorted_;
};

}  // namespace

RegisterOperations sort_operations(const History& history, std::span<const std::uint32_t> entries,
                                   const NodeNames& names) {
  return Sorter(history, names).sort(entries);
}

}  // namespace splitvote::check
