// What waits for a node's processor, first come first served.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/engine/event.hpp"

namespace splitvote::sim {

/// A value. Its memory stays when it is emptied.
class WorkQueue {
 public:
  [[nodiscard]] bool empty() const { return first_ == items_.size(); }

  void push(const Event& work) { items_.push_back(work); }

  /// Removes the first; only if not empty.
  [[nodiscard]] Event pop() {
    const Event work = items_[first_++];
    if (first_ == items_.size()) {
      clear();
    } else if (first_ >= 64 && first_ > items_.size() / 2) {
      // An overloaded node's queue may never be empty; its front goes when it is the larger half.
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    return work;
  }

  [[nodiscard]] std::span<const Event> items() const { return std::span(items_).subspan(first_); }

  void clear() {
    items_.clear();
    first_ = 0;
  }

 private:
  std::vector<Event> items_;
  std::size_t first_ = 0;
};

}  // namespace splitvote::sim
