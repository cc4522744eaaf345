// The configurations a search has been at, where one that has used less stands for those that have
// used more.
#include "models/consistency/visited_set.hpp"

#include <algorithm>

namespace splitvote::consistency {

bool VisitedSet::insert(const Configuration& configuration) {
  if ((filled_ + 1) * 2 > slots_.size()) grow();
  ConfigurationHash fixed = configuration.fixed;
  if (fixed == ConfigurationHash{}) fixed.low = 1;
  Slot& slot = locate(fixed, configuration.words);
  for (std::uint32_t at = slot.first; at != none; at = nodes_[at].next)
    if (covers(nodes_[at], configuration)) return false;
  if (slot.first == none) {
    slot = {fixed, none, static_cast<std::uint32_t>(configuration.words.size()), words_.size()};
    words_.insert(words_.end(), configuration.words.begin(), configuration.words.end());
    ++filled_;
  }
  nodes_.push_back({slot.first, static_cast<std::uint32_t>(configuration.used.size()), used_.size(),
                    keep_more(configuration.more_used)});
  used_.insert(used_.end(), configuration.used.begin(), configuration.used.end());
  slot.first = static_cast<std::uint32_t>(nodes_.size() - 1);
  ++size_;
  return true;
}

VisitedSet::Slot& VisitedSet::locate(ConfigurationHash fixed,
                                     std::span<const std::uint64_t> words) {
  std::size_t at = fixed.low & (slots_.size() - 1);
  for (; slots_[at].first != none; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].fixed != fixed) continue;
    const auto known = std::span(words_).subspan(slots_[at].begin, slots_[at].words);
    if (std::ranges::equal(known, words)) break;
  }
  return slots_[at];
}

bool VisitedSet::covers(const Node& node, const Configuration& configuration) const {
  if (node.size > configuration.used.size()) return false;
  for (std::size_t word = 0; word < configuration.more_used.size(); ++word)
    if ((more_[node.more + word] & ~configuration.more_used[word]) != 0) return false;
  return std::ranges::includes(configuration.used, std::span(used_).subspan(node.begin, node.size));
}

// A search goes on where it was, so what changes seldom is mostly what it was the last time.
std::size_t VisitedSet::keep_more(std::span<const std::uint64_t> more) {
  const std::size_t size = more.size();
  if (more_.size() >= size && std::ranges::equal(std::span(more_).last(size), more))
    return more_.size() - size;
  more_.insert(more_.end(), more.begin(), more.end());
  return more_.size() - size;
}

void VisitedSet::grow() {
  std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.first == none) continue;
    std::size_t at = slot.fixed.low & (slots_.size() - 1);
    while (slots_[at].first != none) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

}  // namespace splitvote::consistency
