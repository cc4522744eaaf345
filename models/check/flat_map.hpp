// A small hash map from 64-bit keys: open addressing in one array, the same on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"

namespace splitvote::check {

/// Keys must not be `no_key`. Nothing is allocated once it has been as full as it gets; it is never
/// iterated, so its inner order cannot leak.
template <typename Value>
class FlatMap {
 public:
  static constexpr std::uint64_t no_key = UINT64_MAX;

  [[nodiscard]] Value* find(std::uint64_t key) {
    if (slots_.empty()) return nullptr;
    Slot& slot = slots_[locate(key)];
    return slot.key == key ? &slot.value : nullptr;
  }
  [[nodiscard]] const Value* find(std::uint64_t key) const {
    return const_cast<FlatMap*>(this)->find(key);
  }

  /// The key's value, made anew if there is none. Valid until the next change.
  [[nodiscard]] Value& operator[](std::uint64_t key) {
    SPLITVOTE_CHECK(key != no_key);
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    Slot& slot = slots_[locate(key)];
    if (slot.key != key) {
      slot = {key, Value{}};
      ++size_;
    }
    return slot.value;
  }

  void erase(std::uint64_t key) {
    if (slots_.empty()) return;
    std::size_t hole = locate(key);
    if (slots_[hole].key != key) return;
    --size_;
    // Whoever probed past the hole moves into it, so no tombstones are needed.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = (hole + 1) & mask; slots_[at].key != no_key; at = (at + 1) & mask) {
      if (((at - home(slots_[at].key)) & mask) < ((at - hole) & mask)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole].key = no_key;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t key = no_key;
    Value value{};
  };

  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    // Fibonacci hashing: neighbouring keys land far apart, the high bits are the well-mixed ones.
    const std::uint64_t mixed = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15;
    return static_cast<std::size_t>(mixed >> 32) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t locate(std::uint64_t key) const {
    std::size_t at = home(key);
    while (slots_[at].key != key && slots_[at].key != no_key) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.key != no_key) slots_[locate(slot.key)] = slot;
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace splitvote::check
