// How events move between the winner tree and the ladder as their number grows and falls.
#include "sim/engine/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace splitvote::sim {

namespace {

// Measured with tests/bench/engine.cpp: the tree wins up to some 20 000, and what lies between
// the two limits makes a queue that breathes stay in one structure.
constexpr std::uint32_t tree_max = 16'384;
constexpr std::size_t tree_only_below = 4'096;

// How many events the tree takes from the ladder at a time.
constexpr std::uint32_t batch = 64;

}  // namespace

void EventQueue::push_into_full(PackedKey key, const Event& event) {
  if (tree_.capacity() < tree_max) {
    if (tree_.capacity() == 0)
      tree_.reset(WinnerTree::capacity_min);
    else
      resize_tree(2 * tree_.capacity());
    tree_.push(key, event);
    return;
  }
  ladder_.lower_horizon(std::min(tree_.top(), key));
  tree_.take_all(moving_);
  moving_.push_back(sim::pending(key, event));
  tree_.reset(batch);
  for (const PendingEvent& item : moving_) {
    if (ladder_.behind_horizon(item.key()))
      ladder_.push(item);
    else
      tree_.push(item.key(), item.event);
  }
  moving_.clear();
}

void EventQueue::refill() {
  const auto place = [this](const PendingEvent& item) { tree_.place(item); };
  if (ladder_.size() < tree_only_below) {
    tree_.reset(2 * tree_only_below);
    ladder_.take_all(place);
  } else {
    if (tree_.capacity() != batch) tree_.reset(batch);
    ladder_.take_nearest(batch, place);
  }
  tree_.build();
}

void EventQueue::resize_tree(std::uint32_t capacity) {
  tree_.take_all(moving_);
  tree_.reset(capacity);
  for (const PendingEvent& item : moving_) tree_.place(item);
  tree_.build();
  moving_.clear();
}

}  // namespace splitvote::sim
