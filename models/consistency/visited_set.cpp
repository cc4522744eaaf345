// The configurations a search has been at, where one that has used less stands for those that have
// used more.
#include "models/consistency/visited_set.hpp"

#include <algorithm>

namespace splitvote::consistency {

namespace {

std::uint32_t hash_of(std::uint32_t chain, std::span<const std::uint32_t> used,
                      std::span<const std::uint64_t> more) {
  ConfigurationHash hash = hash_words(chain, used.size());
  for (const std::uint32_t one : used) hash = hash ^ hash_words(1, one);
  for (const std::uint64_t word : more) hash = hash_words(hash.high ^ word, hash.low);
  return static_cast<std::uint32_t>(hash.low);
}

}  // namespace

// A long chain is not gone through to its end, or a configuration would cost ever more: then one
// that could be left out is not, which costs the search a configuration and never an answer.
bool VisitedSet::insert(const Configuration& configuration) {
  if ((filled_ + 1) * 2 > slots_.size()) grow();
  ConfigurationHash fixed = configuration.fixed;
  if (fixed == ConfigurationHash{}) fixed.low = 1;
  Slot& slot = locate(fixed, configuration.words);
  std::uint32_t compared = 0;
  for (std::uint32_t at = slot.first; at != none && compared < compared_max; at = nodes_[at].next) {
    if (covers(nodes_[at], configuration)) return false;
    ++compared;
  }
  if (slot.size > compared_max && is_known(slot, configuration)) return false;
  const auto added = static_cast<std::uint32_t>(nodes_.size());
  if (slot.first == none) {
    slot = {fixed, none, static_cast<std::uint32_t>(configuration.words.size()), words_.size()};
    slot.oldest = added;
    words_.insert(words_.end(), configuration.words.begin(), configuration.words.end());
    ++filled_;
  }
  nodes_.push_back({slot.first, static_cast<std::uint32_t>(configuration.used.size()), used_.size(),
                    keep_more(configuration.more_used)});
  used_.insert(used_.end(), configuration.used.begin(), configuration.used.end());
  slot.first = added;
  ++slot.size;
  ++size_;
  const std::size_t more = configuration.more_used.size();
  if (slot.size > compared_max + 1) know(slot, added, more);
  for (std::uint32_t at = added; slot.size == compared_max + 1 && at != none; at = nodes_[at].next)
    know(slot, at, more);
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

bool VisitedSet::is_same(const Node& node, const Configuration& configuration) const {
  return node.size == configuration.used.size() && covers(node, configuration) &&
         std::ranges::equal(std::span(more_).subspan(node.more, configuration.more_used.size()),
                            configuration.more_used);
}

bool VisitedSet::is_known(const Slot& slot, const Configuration& configuration) const {
  const std::uint32_t hash = hash_of(slot.oldest, configuration.used, configuration.more_used);
  for (std::size_t at = hash & (known_.size() - 1); known_[at].node != none;
       at = (at + 1) & (known_.size() - 1))
    if (known_[at].hash == hash && known_[at].chain == slot.oldest &&
        is_same(nodes_[known_[at].node], configuration))
      return true;
  return false;
}

void VisitedSet::know(const Slot& slot, std::uint32_t node, std::size_t more) {
  if ((known_filled_ + 1) * 2 > known_.size()) grow_known();
  const std::uint32_t hash =
      hash_of(slot.oldest, std::span(used_).subspan(nodes_[node].begin, nodes_[node].size),
              std::span(more_).subspan(nodes_[node].more, more));
  std::size_t at = hash & (known_.size() - 1);
  while (known_[at].node != none) at = (at + 1) & (known_.size() - 1);
  known_[at] = {hash, node, slot.oldest};
  ++known_filled_;
}

void VisitedSet::grow_known() {
  std::vector<Known> old(known_.empty() ? 64 : known_.size() * 2);
  old.swap(known_);
  for (const Known& known : old) {
    if (known.node == none) continue;
    std::size_t at = known.hash & (known_.size() - 1);
    while (known_[at].node != none) at = (at + 1) & (known_.size() - 1);
    known_[at] = known;
  }
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
