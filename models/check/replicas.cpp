// What the notes say each replica is and holds: leaders by term and the tree of terms.
#include "models/check/replicas.hpp"

#include <algorithm>
#include <ranges>

namespace splitvote::check {

const Leader* Leaders::add(const Leader& leader) {
  const auto at =
      std::lower_bound(leaders_.begin(), leaders_.end(), leader.term,
                       [](const Leader& known, std::uint64_t term) { return known.term < term; });
  if (at != leaders_.end() && at->term == leader.term) return &*at;
  leaders_.insert(at, leader);
  return nullptr;
}

std::span<const Leader> Leaders::above(std::uint64_t term) const {
  std::size_t count = 0;
  while (count < leaders_.size() && leaders_[leaders_.size() - 1 - count].term > term) ++count;
  return std::span(leaders_).last(count);
}

std::vector<TermTree::Beginning>::const_iterator TermTree::find(std::uint64_t term) const {
  return std::lower_bound(
      beginnings_.begin(), beginnings_.end(), term,
      [](const Beginning& known, std::uint64_t wanted) { return known.term < wanted; });
}

void TermTree::add(std::uint64_t term, std::uint64_t first, std::uint64_t previous) {
  const auto at = find(term);
  if (at == beginnings_.end() || at->term != term) beginnings_.insert(at, {term, first, previous});
}

std::uint64_t TermTree::term_at(std::uint64_t last, std::uint64_t last_term,
                                std::uint64_t index) const {
  if (index == 0 || index > last) return 0;
  std::uint64_t term = last_term;
  while (term != 0) {
    const auto at = find(term);
    if (at == beginnings_.end() || at->term != term) return 0;
    if (index >= at->first) return term;
    // Terms grow along a log; anything else is a broken log, and the walk must still end.
    if (at->previous >= term) return 0;
    term = at->previous;
  }
  return 0;
}

TermRuns TermTree::unroll(std::uint64_t last, std::uint64_t last_term) const {
  std::vector<TermRuns::Run> runs;
  for (std::uint64_t term = last_term; term != 0;) {
    const auto at = find(term);
    if (at == beginnings_.end() || at->term != term || at->first > last) break;
    runs.push_back({at->first, term});
    if (at->previous >= term) break;
    term = at->previous;
  }
  TermRuns log;
  for (const TermRuns::Run& run : std::views::reverse(runs)) log.append_at(run.first, run.term);
  if (log.last() < last) log.append_at(last, last_term);
  return log;
}

}  // namespace splitvote::check
