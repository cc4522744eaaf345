// Linearizability of a history in which each key is one register with a revision.
#include "models/check/linearizability.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/check/register_operations.hpp"
#include "models/check/register_search.hpp"

namespace splitvote::check {

namespace {

/// Puts into words why the search's furthest state does not go on.
class Explainer {
 public:
  Explainer(const History& history, const NodeNames& names, const RegisterOperations& operations,
            const RegisterSearch& search)
      : history_(history),
        names_(names),
        operations_(operations),
        state_(search.furthest()),
        bound_(search.bound(state_)) {}

  Clash explain() {
    const std::uint32_t blocker = holding_up();
    const Slot& here = operations_.slots[state_.slot];
    const std::uint32_t read = here.reads_begin + state_.reads;
    if (read < here.reads_end) return stale_read(operations_.reads[read].entry, blocker);
    std::size_t ahead = state_.slot + 1;
    while (ahead < operations_.slots.size() && operations_.slots[ahead].optional) ++ahead;
    if (ahead == operations_.slots.size())
      return {blocker,
              "the key was at " + present() + " and nothing removed it, yet " + say(blocker)};
    const Slot& next = operations_.slots[ahead];
    if (next.writer.entry == nobody)
      return {next.seen_by, "nobody can have written revision " + std::to_string(next.revision) +
                                " after " + present() + ", yet " + say(next.seen_by)};
    if (next.writer.invoked >= bound_)
      return {blocker, "when the key was at " + present() + ", " + say(blocker) +
                           " cannot be explained: the next write was invoked after it had "
                           "returned: " +
                           say(next.writer.entry)};
    return {next.writer.entry,
            "the key was at " + present() + " when this took effect: " + say(next.writer.entry)};
  }

 private:
  [[nodiscard]] std::string say(std::uint32_t entry) const {
    return describe(history_, history_.entries()[entry], names_);
  }

  [[nodiscard]] std::string present() const {
    const Slot& here = operations_.slots[state_.slot];
    if (state_.slot == 0) return "its beginning, absent";
    std::string text = "revision " + std::to_string(here.revision);
    if (state_.absent) text += ", removed,";
    if (here.writer.entry != nobody) text += " (" + say(here.writer.entry) + ")";
    return text;
  }

  Clash stale_read(std::uint32_t read, std::uint32_t blocker) const {
    return {read, "a stale answer: " + say(read) +
                      "; before it was asked, this had returned: " + say(blocker)};
  }

  // The operation that returned first among those not placed.
  [[nodiscard]] std::uint32_t holding_up() const {
    std::uint32_t found = 0;
    const auto entries = history_.entries();
    const auto consider = [&](const Window& window) {
      if (window.entry != nobody && entries[window.entry].returned == bound_) found = window.entry;
    };
    std::ranges::for_each(operations_.reads, consider);
    std::ranges::for_each(operations_.absent_reads, consider);
    for (const Slot& slot : operations_.slots) consider(slot.writer);
    return found;
  }

  const History& history_;
  const NodeNames& names_;
  const RegisterOperations& operations_;
  RegisterState state_;
  std::uint64_t bound_;
};

std::vector<std::vector<std::uint32_t>> group_by_key(const History& history) {
  std::vector<std::vector<std::uint32_t>> keys;
  FlatMap<std::uint32_t> numbers;
  const std::span<const HistoryEntry> entries = history.entries();
  for (std::uint32_t index = 0; index < entries.size(); ++index) {
    std::uint32_t& place = numbers[static_cast<std::uint64_t>(entries[index].key)];
    if (place == 0) {
      keys.emplace_back();
      place = static_cast<std::uint32_t>(keys.size());
    }
    keys[place - 1].push_back(index);
  }
  return keys;
}

/// In the order of time; of those at one moment the key that was asked for first comes first.
void keep(LinearizabilityResult& result, const History& history, const Clash& clash) {
  const HistoryEntry& entry = history.entries()[clash.entry];
  result.verdict = Verdict::violated;
  std::string key(history.texts().text(entry.key));
  std::string explanation =
      "no order of the operations on " + key + " explains them: " + clash.explanation + ".";
  const auto when = [](const Contradiction& found) {
    return std::pair(found.moment.time, found.moment.event);
  };
  Contradiction found{std::move(key), entry.complete, entry.process, std::move(explanation)};
  std::vector<Contradiction>& all = result.contradictions;
  all.insert(std::ranges::upper_bound(all, when(found), {}, when), std::move(found));
}

}  // namespace

LinearizabilityResult check_linearizability(const History& history, const NodeNames& names,
                                            LinearizabilityBudget budget) {
  LinearizabilityResult result;
  for (const std::vector<std::uint32_t>& key : group_by_key(history)) {
    RegisterOperations operations = sort_operations(history, key, names);
    if (operations.clash.has_value()) {
      keep(result, history, *operations.clash);
      continue;
    }
    RegisterSearch search(operations);
    const Verdict verdict = search.run(budget.configurations_per_key);
    result.configurations += search.configurations();
    if (verdict == Verdict::violated)
      keep(result, history, Explainer(history, names, operations, search).explain());
    else if (verdict == Verdict::unknown && result.verdict == Verdict::ok)
      result.verdict = Verdict::unknown;
  }
  return result;
}

}  // namespace splitvote::check
