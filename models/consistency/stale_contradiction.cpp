// The explanation of a violation of k-atomicity: as few operations of one key as contradict.
#include "models/consistency/stale_contradiction.hpp"

#include <algorithm>

#include "models/consistency/contradiction.hpp"
#include "models/consistency/listing.hpp"

namespace splitvote::consistency {

namespace {

// For all questions together: an explanation may take longer than the verdict, but not without end.
constexpr std::uint64_t stale_configurations_max = 2'000'000;

void add(std::vector<std::uint32_t>& operations, std::uint32_t one) {
  if (one != nobody) operations.push_back(one);
}

void make_set(std::vector<std::uint32_t>& operations) {
  std::ranges::sort(operations);
  const auto repeated = std::ranges::unique(operations);
  operations.erase(repeated.begin(), repeated.end());
}

}  // namespace

StaleClash too_stale(std::span<const ValueSpan> spans, std::uint32_t stalest, std::uint32_t k) {
  const ValueSpan& told = spans[stalest];
  StaleClash clash;
  clash.between = true;
  add(clash.operations, told.first_returned);
  add(clash.operations, told.last_invoked);
  for (const ValueSpan& span : spans) {
    if (span.opens <= told.closes || span.closes >= told.last_read || k == 0) continue;
    add(clash.operations, span.first_returned);
    --k;
  }
  make_set(clash.operations);
  return clash;
}

StaleClash without_order(std::span<const ValueSpan> spans, const WriteOrderSearch& search) {
  StaleClash clash;
  clash.clash.position = search.furthest();
  for (const std::uint32_t at : search.without_order()) {
    if (spans[at].opens > search.furthest()) break;
    add(clash.operations, spans[at].first_returned);
    add(clash.operations, spans[at].last_invoked);
  }
  make_set(clash.operations);
  return clash;
}

StaleContradiction::StaleContradiction(const History& history,
                                       std::span<const KeyOperation> operations, std::uint32_t k)
    : history_(history),
      operations_(operations),
      k_(k),
      configurations_left_(stale_configurations_max) {}

Contradiction StaleContradiction::explain(const StaleClash& clash) {
  if (clash.clash.kind != ClashKind::no_order)
    return ContradictionSearch(history_, operations_, Memory::hashed).explain(clash.clash);
  std::vector<std::uint32_t> believed = clash.operations;
  Contradiction contradiction;
  contradiction.minimal =
      take_away(believed, [this](std::span<const std::uint32_t> some) { return ask(some); });
  for (const std::uint32_t at : believed) contradiction.operations.push_back(operations_[at].id);
  const auto words = [&](std::size_t at) {
    return history_.describe(contradiction.operations[at]);
  };
  contradiction.explanation =
      reason(clash) + listed(believed.size(), contradiction.minimal, words) + origins(believed);
  return contradiction;
}

Answer StaleContradiction::ask(std::span<const std::uint32_t> believed) {
  const ValueSpans spans = read_spans(relax(operations_, believed), history_.initial());
  WriteOrderSearch search(spans.spans, k_);
  const Verdict verdict = search.run(configurations_left_);
  configurations_left_ -= search.configurations();
  if (verdict == Verdict::unknown) return Answer::cannot_say;
  return verdict == Verdict::violated ? Answer::contradicts : Answer::fits;
}

std::string StaleContradiction::reason(const StaleClash& clash) const {
  const std::string key = history_.spell(history_.operation(operations_.front().id).key);
  const std::string count = std::to_string(k_);
  if (clash.between) return key + " had " + count + " newer values when one of these was read";
  return "no order of the writes to " + key + " lets each of these reads have one of the last " +
         count + " values";
}

// Where the values were from that the set has read.
std::string StaleContradiction::origins(std::span<const std::uint32_t> believed) const {
  std::string text;
  std::vector<ValueId> told;
  for (const std::uint32_t at : believed) {
    const KeyOperation& read = operations_[at];
    if (read.writes() || std::ranges::find(told, read.value) != told.end()) continue;
    told.push_back(read.value);
    const std::string value = history_.values().describe(read.value);
    const auto writer = std::ranges::find_if(operations_, [&](const KeyOperation& one) {
      return one.writes() && one.target == read.value;
    });
    if (writer == operations_.end())
      text += " " + value + " was there at the beginning.";
    else if (std::ranges::find(believed, static_cast<std::uint32_t>(
                                             writer - operations_.begin())) == believed.end())
      text += " " + value + " was written here: " + history_.describe(writer->id) + ".";
  }
  return text;
}

}  // namespace splitvote::consistency
