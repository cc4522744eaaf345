// Which of many things must come before which others, directly or not.
#include "models/consistency/reachability.hpp"

#include <algorithm>

namespace splitvote::consistency {

Reachability::Reachability(std::uint32_t size) : size_(size), words_((size + 63) / 64) {}

bool Reachability::sort(std::span<const Arc> arcs) {
  ends_.assign(size_ + 1, 0);
  std::vector<std::uint32_t> before(size_, 0);
  for (const Arc& arc : arcs) {
    ++ends_[arc.earlier + 1];
    ++before[arc.later];
  }
  for (std::uint32_t at = 0; at < size_; ++at) ends_[at + 1] += ends_[at];
  laters_.resize(arcs.size());
  std::vector<std::uint32_t> next(ends_.begin(), ends_.end() - 1);
  for (const Arc& arc : arcs) laters_[next[arc.earlier]++] = arc.later;
  order_.clear();
  for (std::uint32_t at = 0; at < size_; ++at)
    if (before[at] == 0) order_.push_back(at);
  depths_.assign(size_, 0);
  for (std::uint32_t head = 0; head < order_.size(); ++head) {
    const std::uint32_t at = order_[head];
    for (std::uint32_t which = ends_[at]; which < ends_[at + 1]; ++which) {
      const std::uint32_t later = laters_[which];
      depths_[later] = std::max(depths_[later], depths_[at] + 1);
      if (--before[later] == 0) order_.push_back(later);
    }
  }
  return order_.size() == size_;
}

// Backwards: whatever an arc leads to is complete, and of several that it leads to the nearest
// comes first, which mostly knows the others.
void Reachability::close() {
  std::vector<std::uint32_t> places(size_, 0);
  for (std::uint32_t place = 0; place < size_; ++place) places[order_[place]] = place;
  rows_.assign(std::size_t{size_} * words_, 0);
  for (std::size_t left = order_.size(); left-- > 0;) {
    const std::uint32_t at = order_[left];
    rows_[std::size_t{at} * words_ + at / 64] |= std::uint64_t{1} << (at % 64);
    const auto begin = laters_.begin() + ends_[at];
    const auto end = laters_.begin() + ends_[at + 1];
    std::sort(begin, end, [&](auto one, auto other) { return places[one] < places[other]; });
    for (auto later = begin; later != end; ++later)
      if (!reaches(at, *later)) join(at, *later);
  }
}

void Reachability::join(std::uint32_t into, std::uint32_t from) {
  std::uint64_t* const row = &rows_[std::size_t{into} * words_];
  const std::uint64_t* const other = &rows_[std::size_t{from} * words_];
  for (std::size_t word = 0; word < words_; ++word) row[word] |= other[word];
  steps_ += words_;
}

}  // namespace splitvote::consistency
