// Building, growing and shrinking the winner tree.
#include "sim/engine/winner_tree.hpp"

namespace splitvote::sim {

void WinnerTree::build() {
  for (std::uint32_t node = capacity_ - 1; node != 0; --node)
    nodes_[node] = smaller(nodes_[2 * node], nodes_[2 * node + 1]);
}

void WinnerTree::reset(std::uint32_t capacity) {
  capacity_ = capacity;
  size_ = 0;
  free_ = 0;
  hole_ = no_slot;
  // At an eighth, so that a queue that breathes by a factor of four is never rebuilt.
  sparse_below_ = capacity > dense_below ? capacity / 8 : 0;
  nodes_.assign(std::size_t{2} * capacity, no_key);
  events_.resize(capacity);
  for (std::uint32_t slot = 0; slot < capacity; ++slot) events_[slot].slot = slot + 1;
  events_[capacity - 1].slot = no_slot;
}

void WinnerTree::take_all(std::vector<PendingEvent>& target) {
  settle();
  target.reserve(target.size() + size_);
  for (std::uint32_t slot = 0; slot < capacity_; ++slot) {
    const PackedKey key = nodes_[capacity_ + slot];
    if (key != no_key) target.push_back(pending(key, events_[slot]));
  }
  reset(capacity_);
}

}  // namespace splitvote::sim
