// Which of many things must come before which others, directly or not.
#include "models/consistency/reachability.hpp"

#include <algorithm>

namespace splitvote::consistency {

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

// Each chain goes on by the first arc of its last thing that leads to one without a chain.
std::uint32_t Reachability::form_chains() {
  std::uint32_t chains = 0;
  chain_.assign(size_, UINT32_MAX);
  place_.assign(size_, 0);
  for (const std::uint32_t at : order_) {
    if (chain_[at] == UINT32_MAX) chain_[at] = chains++;
    const auto begin = laters_.begin() + ends_[at];
    const auto end = laters_.begin() + ends_[at + 1];
    const auto next =
        std::find_if(begin, end, [&](std::uint32_t later) { return chain_[later] == UINT32_MAX; });
    if (next == end) continue;
    chain_[*next] = chain_[at];
    place_[*next] = place_[at] + 1;
  }
  return chains;
}

bool Reachability::make_room() {
  if (!chain_.empty()) return true;
  width_ = form_chains();
  words_ = (size_ + 63) / 64;
  const std::size_t row = std::min(width_ * sizeof firsts_[0], words_ * sizeof bits_[0]);
  if (row * size_ > bytes_max) {
    chain_.clear();
    return false;
  }
  if (row < width_ * sizeof firsts_[0]) width_ = 0;
  firsts_.resize(size_ * width_);
  if (width_ == 0) bits_.resize(size_ * words_);
  return true;
}

// Backwards: whatever an arc leads to is complete, and of several that it leads to the nearest
// comes first, which mostly knows the others.
bool Reachability::close() {
  if (!make_room()) return false;
  std::vector<std::uint32_t> places(size_, 0);
  for (std::uint32_t place = 0; place < size_; ++place) places[order_[place]] = place;
  for (std::size_t left = order_.size(); left-- > 0;) {
    const std::uint32_t at = order_[left];
    clear(at);
    const auto begin = laters_.begin() + ends_[at];
    const auto end = laters_.begin() + ends_[at + 1];
    std::sort(begin, end, [&](auto one, auto other) { return places[one] < places[other]; });
    for (auto later = begin; later != end; ++later)
      if (!reaches(at, *later)) join(at, *later);
    add_itself(at);
  }
  return true;
}

void Reachability::clear(std::uint32_t at) {
  if (width_ > 0)
    std::fill_n(&firsts_[std::size_t{at} * width_], width_, UINT32_MAX);
  else
    std::fill_n(&bits_[std::size_t{at} * words_], words_, 0);
}

// Not before what is behind it, which would seem to be known by then.
void Reachability::add_itself(std::uint32_t at) {
  if (width_ > 0)
    firsts_[std::size_t{at} * width_ + chain_[at]] = place_[at];
  else
    bits_[std::size_t{at} * words_ + at / 64] |= std::uint64_t{1} << (at % 64);
}

void Reachability::join(std::uint32_t into, std::uint32_t from) {
  if (width_ > 0) {
    std::uint32_t* const row = &firsts_[std::size_t{into} * width_];
    const std::uint32_t* const other = &firsts_[std::size_t{from} * width_];
    for (std::size_t chain = 0; chain < width_; ++chain)
      row[chain] = std::min(row[chain], other[chain]);
    steps_ += (width_ + 1) / 2;
  } else {
    std::uint64_t* const row = &bits_[std::size_t{into} * words_];
    const std::uint64_t* const other = &bits_[std::size_t{from} * words_];
    for (std::size_t word = 0; word < words_; ++word) row[word] |= other[word];
    steps_ += words_;
  }
}

}  // namespace splitvote::consistency
