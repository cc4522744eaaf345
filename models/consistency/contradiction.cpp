// The explanation of a violation: as few operations of one key as contradict, in words.
#include "models/consistency/contradiction.hpp"

#include <algorithm>

#include "models/consistency/listing.hpp"
#include "models/consistency/order_search.hpp"

namespace splitvote::consistency {

namespace {

// For all questions together, and for one: an explanation may take longer than the verdict, but
// not without end.
constexpr std::uint64_t configurations_max = 2'000'000;
constexpr std::uint64_t configurations_per_question = 50'000;

}  // namespace

ContradictionSearch::ContradictionSearch(const History& history,
                                         std::span<const KeyOperation> operations, Memory memory)
    : history_(history),
      operations_(operations),
      memory_(memory),
      zones_(history.values().size()),
      configurations_left_(configurations_max) {}

Contradiction ContradictionSearch::explain(const Clash& clash) {
  std::vector<std::uint32_t> believed = first_set(clash);
  Contradiction contradiction;
  contradiction.minimal =
      take_away(believed, [this](std::span<const std::uint32_t> some) { return ask(some); });
  for (const std::uint32_t at : believed) contradiction.operations.push_back(operations_[at].id);
  const auto words = [&](std::size_t at) {
    return history_.describe(contradiction.operations[at]);
  };
  contradiction.explanation = reason(clash, believed.size()) +
                              listed(believed.size(), contradiction.minimal, words) +
                              origins(believed);
  return contradiction;
}

// Where the values can have come from that the set has seen: for each the last write of it that
// was invoked in time. What appends make has no such write.
std::string ContradictionSearch::origins(std::span<const std::uint32_t> believed) const {
  std::string text;
  std::vector<ValueId> told;
  for (const std::uint32_t at : believed) {
    const KeyOperation& seer = operations_[at];
    const bool sees = seer.step == Step::equals || seer.step == Step::swap;
    if (!sees || std::ranges::find(told, seer.value) != told.end()) continue;
    told.push_back(seer.value);
    const KeyOperation* last = nullptr;
    for (const KeyOperation& writer : operations_) {
      if (writer.blind() && writer.step != Step::overwrite) return "";
      if (writer.writes() && writer.target == seer.value && writer.invoked < seer.returned)
        last = &writer;
    }
    if (last == nullptr || last == &seer) continue;
    if (std::ranges::find(believed, static_cast<std::uint32_t>(last - operations_.data())) !=
        believed.end())
      continue;
    text += " The last write of " + history_.values().describe(seer.value) +
            " that can be meant: " + history_.describe(last->id) + ".";
  }
  return text;
}

// What the clash names, if that is enough; else whatever returned last before it was complete, or
// everything that was invoked by then.
std::vector<std::uint32_t> ContradictionSearch::first_set(const Clash& clash) {
  std::vector<std::uint32_t> believed;
  for (const std::uint32_t at : clash.operations)
    if (at != nobody) believed.push_back(at);
  std::ranges::sort(believed);
  const auto repeated = std::ranges::unique(believed);
  believed.erase(repeated.begin(), repeated.end());
  if (!believed.empty() && ask(believed) == Answer::contradicts) return believed;
  believed = last_returns(clash.position);
  if (!believed.empty()) return believed;
  for (std::uint32_t at = 0; at < operations_.size(); ++at)
    if (operations_[at].invoked < clash.position) believed.push_back(at);
  return believed;
}

// Those that contradict among the last one, two, four, eight... that returned: of all others no
// more is believed than of any operation outside the set, that a write may have been made or not.
// So what contradicts here contradicts, and what is refuted by some return mostly hangs together
// with the few returns before it. Empty if that takes too long.
std::vector<std::uint32_t> ContradictionSearch::last_returns(Position position) {
  std::vector<std::uint32_t> returned;
  for (std::uint32_t at = 0; at < operations_.size(); ++at)
    if (operations_[at].returned < position) returned.push_back(at);
  std::ranges::sort(returned, std::ranges::greater(),
                    [this](std::uint32_t at) { return operations_[at].returned; });
  for (std::size_t count = 1; count < returned.size(); count *= 2) {
    std::vector<std::uint32_t> last(returned.begin(),
                                    returned.begin() + static_cast<std::ptrdiff_t>(count));
    std::ranges::sort(last);
    if (configurations_left_ < configurations_max / 2) break;
    if (ask(last) == Answer::contradicts) return last;
  }
  return {};
}

Answer ContradictionSearch::ask(std::span<const std::uint32_t> believed) {
  const ForgottenPast rest = forget_past(operations_, believed);
  const Answer answer = ask_of(rest.operations);
  if (answer == Answer::contradicts || answer == Answer::ended || rest.exact) return answer;
  return ask_of(relax(operations_, believed));
}

Answer ContradictionSearch::ask_of(std::span<const KeyOperation> operations) {
  if (configurations_left_ == 0) return Answer::ended;
  Clash clash;
  const ZoneAnswer answer = zones_.check(operations, history_.initial(), clash);
  if (answer == ZoneAnswer::ok) return Answer::fits;
  if (answer == ZoneAnswer::violated) return Answer::contradicts;
  OrderSearch search(history_.values(), operations, history_.initial(), memory_);
  const Verdict verdict = search.run(std::min(configurations_per_question, configurations_left_));
  configurations_left_ -= std::min(configurations_left_, search.configurations());
  if (verdict == Verdict::unknown) return Answer::cannot_say;
  return verdict == Verdict::violated ? Answer::contradicts : Answer::fits;
}

std::string ContradictionSearch::value(std::uint32_t at) const {
  if (at == nobody) return history_.values().describe(history_.initial());
  const KeyOperation& operation = operations_[at];
  return history_.values().describe(operation.writes() ? operation.target : operation.value);
}

std::string ContradictionSearch::reason(const Clash& clash, std::size_t size) const {
  const std::string key = history_.spell(history_.operation(operations_.front().id).key);
  const auto [first, second, third, fourth] = clash.operations;
  switch (clash.kind) {
    case ClashKind::unwritten:
      return "nothing that was written explains a value of " + key;
    case ClashKind::from_future:
      return key + " was " + value(first) + " before that was written";
    case ClashKind::swapped_twice:
      return "the same value of " + key + " was exchanged for " + value(first) + " and for " +
             value(second);
    case ClashKind::circular:
      return "values of " + key + " come only out of each other";
    case ClashKind::backwards:
      return key + " was " + value(first) + " after it had been exchanged for what led to " +
             value(second);
    case ClashKind::overlapping:
      return key + " cannot have been " + value(first) + " and " + value(third) +
             " at the same time";
    case ClashKind::contained:
      return key + " cannot have been " + value(third) + " while it was " + value(first) +
             " all the time";
    case ClashKind::never_absent:
      return key + " was " + value(first) + " all the time, but was found to be something else";
    case ClashKind::no_order:
      break;
  }
  return size == 1 ? "no order of the writes to " + key + " explains this"
                   : "no order of the operations on " + key + " explains these";
}

}  // namespace splitvote::consistency
