// The pending events, smallest key first.
#pragma once

#include <cstddef>

#include "sim/engine/event.hpp"

namespace splitvote::sim {

/// A value: a copy pops the same events in the same order. Nothing is allocated once it has been as
/// large as it gets.
class EventQueue {
 public:
  /// Keys are unique; a key may be smaller than keys popped before only if nothing smaller is
  /// pending.
  void push(EventKey key, const Event& event);

  /// If the smallest key's time is at most `limit`, removes that event into the arguments and
  /// returns true.
  [[nodiscard]] bool pop(Instant limit, EventKey& key, Event& event);

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

}  // namespace splitvote::sim
