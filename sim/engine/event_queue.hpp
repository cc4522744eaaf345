// The pending events, smallest key first.
#pragma once

#include <cstddef>

#include "sim/engine/event.hpp"
#include "sim/engine/ladder.hpp"
#include "sim/engine/winner_tree.hpp"

namespace splitvote::sim {

/// A value: a copy pops the same events in the same order. Nothing is allocated once it has been as
/// large as it gets.
///
/// The nearest events are in a winner tree, which is all there is up to some ten thousand. More
/// than that, and the tree keeps only what lies before the ladder's horizon.
class EventQueue {
 public:
  /// Keys are unique; a key may be smaller than keys popped before only if nothing smaller is
  /// pending.
  void push(EventKey key, const Event& event) {
    const PackedKey packed = pack(key);
    if (ladder_.behind_horizon(packed)) {
      ladder_.push(sim::pending(packed, event));
    } else if (!tree_.full()) [[likely]] {
      tree_.push(packed, event);
    } else {
      push_into_full(packed, event);
    }
  }

  /// If the smallest key's time is at most `limit`, removes that event into the arguments and
  /// returns true.
  [[nodiscard]] bool pop(Instant limit, EventKey& key, Event& event) {
    tree_.settle();
    if (tree_.empty()) [[unlikely]] {
      if (ladder_.empty()) return false;
      refill();
    }
    const EventKey smallest = unpack(tree_.top());
    if (smallest.time > limit) return false;
    key = smallest;
    tree_.pop(event);
    if (tree_.sparse()) [[unlikely]]
      resize_tree(tree_.capacity() / 4);
    return true;
  }

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return tree_.size() + ladder_.size(); }

 private:
  void push_into_full(PackedKey key, const Event& event);
  void refill();
  void resize_tree(std::uint32_t capacity);

  WinnerTree tree_;
  Ladder ladder_;
  std::vector<PendingEvent> moving_;  // empty between calls; kept for its memory
};

}  // namespace splitvote::sim
