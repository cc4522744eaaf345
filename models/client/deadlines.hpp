// Deadlines: one moment per slot and the earliest of them all, because a process has few timers.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace splitvote::client {

/// A binary heap that knows where each slot lies (Knuth 5.2.3, with a position per slot), so that a
/// deadline is moved and not left behind. Equal moments come in the order of their slots. A value;
/// allocates only when it is made.
class Deadlines {
 public:
  explicit Deadlines(std::uint32_t slots) : when_(slots), position_(slots, absent) {
    heap_.reserve(slots);
  }

  /// Sets or moves the slot's deadline.
  void set(std::uint32_t slot, sim::LocalInstant when) {
    when_[slot] = when;
    if (position_[slot] == absent) {
      position_[slot] = static_cast<std::uint32_t>(heap_.size());
      heap_.push_back(slot);
    }
    rise(position_[slot]);
    sink(position_[slot]);
  }

  void clear(std::uint32_t slot) {
    const std::uint32_t hole = position_[slot];
    if (hole == absent) return;
    position_[slot] = absent;
    const std::uint32_t last = heap_.back();
    heap_.pop_back();
    if (last == slot) return;
    place(hole, last);
    rise(hole);
    sink(position_[last]);
  }

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  /// Of the earliest deadline; there must be one.
  [[nodiscard]] std::uint32_t slot() const { return heap_.front(); }
  [[nodiscard]] sim::LocalInstant when() const { return when_[heap_.front()]; }

  bool operator==(const Deadlines&) const = default;

 private:
  static constexpr std::uint32_t absent = UINT32_MAX;

  [[nodiscard]] bool before(std::uint32_t left, std::uint32_t right) const {
    return std::pair(when_[left], left) < std::pair(when_[right], right);
  }
  void place(std::uint32_t position, std::uint32_t slot) {
    heap_[position] = slot;
    position_[slot] = position;
  }
  void rise(std::uint32_t position) {
    const std::uint32_t slot = heap_[position];
    for (; position > 0 && before(slot, heap_[(position - 1) / 2]); position = (position - 1) / 2) {
      place(position, heap_[(position - 1) / 2]);
    }
    place(position, slot);
  }
  void sink(std::uint32_t position) {
    const std::uint32_t slot = heap_[position];
    for (;;) {
      std::uint32_t child = 2 * position + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
      if (!before(heap_[child], slot)) break;
      place(position, heap_[child]);
      position = child;
    }
    place(position, slot);
  }

  std::vector<sim::LocalInstant> when_;  // by slot
  std::vector<std::uint32_t> position_;  // by slot, in heap_
  std::vector<std::uint32_t> heap_;      // slots
};

}  // namespace splitvote::client
