// A tournament among some thousands of pending events: each inner node holds the smaller of its two
// children's keys.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/packed_key.hpp"

namespace splitvote::sim {

/// The structure for few events: a push or a pop walks from one leaf to the root without a
/// branch that depends on a key. A value of two vectors, as large as the power of two above what is
/// pending.
class WinnerTree {
 public:
  static constexpr std::uint32_t capacity_min = 16;
  static constexpr std::uint32_t dense_below = 64;  // not worth shrinking

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return free_ == no_slot && hole_ == no_slot; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

  /// Few enough are left that a smaller tree is worth the move.
  [[nodiscard]] bool sparse() const { return size_ < sparse_below_; }

  /// Replays what the last pop left open. Before `top`, `pop`, `place` and `build`.
  void settle() {
    if (hole_ == no_slot) return;
    replay(hole_, no_key);
    events_[hole_].slot = free_;
    free_ = hole_;
    hole_ = no_slot;
  }

  /// The smallest key with its slot; only if settled and not empty.
  [[nodiscard]] PackedKey top() const { return nodes_[1]; }

  /// Only if not full. The key's slot is 0.
  void push(PackedKey key, const Event& event) {
    if (hole_ != no_slot) {
      const std::uint32_t slot = hole_;
      hole_ = no_slot;
      ++size_;
      events_[slot] = event;
      replay(slot, key | slot);
      return;
    }
    std::uint32_t node = occupy(key, event);
    const PackedKey winner = nodes_[node];
    // The leaf was free, so the new key can only lower the nodes above it: no sibling is read.
    for (node >>= 1; node != 0; node >>= 1) nodes_[node] = smaller(nodes_[node], winner);
  }

  /// Removes the smallest key's event; only if settled and not empty. The leaf stays as it is: most
  /// events schedule another one, and then one walk to the root does for both.
  void pop(Event& event) {
    hole_ = slot_of(top());
    event = events_[hole_];
    --size_;
  }

  /// Like push, for many at once: the tree is a tree again only after `build`.
  void place(const PendingEvent& item) { (void)occupy(item.key(), item.event); }
  void build();

  /// Makes an empty tree for `capacity` events, a power of two.
  void reset(std::uint32_t capacity);

  /// Moves what is pending to the end of `target` and is empty afterwards.
  void take_all(std::vector<PendingEvent>& target);

 private:
  static constexpr std::uint32_t no_slot = UINT32_MAX;

  std::uint32_t occupy(PackedKey key, const Event& event) {
    const std::uint32_t slot = free_;
    free_ = events_[slot].slot;
    events_[slot] = event;
    nodes_[capacity_ + slot] = key | slot;
    ++size_;
    return capacity_ + slot;
  }
  void replay(std::uint32_t slot, PackedKey winner) {
    PackedKey* const nodes = nodes_.data();
    std::uint32_t node = capacity_ + slot;
    nodes[node] = winner;
    while (node > 1) {
      winner = smaller(winner, nodes[node ^ 1]);
      node >>= 1;
      nodes[node] = winner;
    }
  }

  // nodes_[1] is the root, the children of n are 2n and 2n + 1, the leaf of slot s is capacity_ +
  // s. A free slot's leaf is no_key, and its event's `slot` names the next free one.
  std::vector<PackedKey> nodes_;
  std::vector<Event> events_;
  std::uint32_t capacity_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t free_ = no_slot;
  std::uint32_t hole_ =
      no_slot;  // the slot whose event was popped last, if its leaf is still as it was
  std::uint32_t sparse_below_ = 0;
};

}  // namespace splitvote::sim
