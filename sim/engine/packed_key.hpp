// A key in one 128-bit number, so that the order of events is one branch-free comparison.
#pragma once

#include <cstdint>

#include "sim/base/check.hpp"
#include "sim/engine/event.hpp"

namespace splitvote::sim {

/// time:64 | sequence:40 | slot:24, most significant first. Keys are unique without the slot, which
/// only names the place of the event that belongs to the key.
using PackedKey = unsigned __int128;

inline constexpr unsigned slot_bits = 24;
inline constexpr unsigned sequence_bits = 40;
inline constexpr std::uint64_t slot_mask = (std::uint64_t{1} << slot_bits) - 1;

/// Behind every event that can exist: times are never negative, so the top bit of a key is 0.
inline constexpr PackedKey no_key = ~PackedKey{0};

/// The key with slot 0.
[[nodiscard]] inline PackedKey pack(EventKey key) {
  SPLITVOTE_CHECK(key.time.ns >= 0);
  SPLITVOTE_CHECK(key.sequence >> sequence_bits == 0);
  return PackedKey{static_cast<std::uint64_t>(key.time.ns)} << 64 | key.sequence << slot_bits;
}

[[nodiscard]] inline EventKey unpack(PackedKey key) {
  return {{static_cast<std::int64_t>(key >> 64)}, static_cast<std::uint64_t>(key) >> slot_bits};
}

[[nodiscard]] inline std::uint32_t slot_of(PackedKey key) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(key) & slot_mask);
}

/// Without a branch: which of two pending events comes first is as good as random.
[[nodiscard]] inline PackedKey smaller(PackedKey left, PackedKey right) {
#if defined(__clang__)
  // Clang makes a branch even of a mask, unless it cannot see where the mask comes from; at 1000
  // pending events that costs three times as much.
  std::uint64_t mask = -static_cast<std::uint64_t>(left < right);
  asm("" : "+r"(mask));
  const PackedKey wide = PackedKey{mask} << 64 | mask;
  return right ^ ((left ^ right) & wide);
#else
  return left < right ? left : right;
#endif
}

/// One item outside the winner tree: a key whose slot is 0, in halves to keep the alignment at 8.
struct PendingEvent {
  std::uint64_t key_high = 0;
  std::uint64_t key_low = 0;
  Event event;

  [[nodiscard]] PackedKey key() const { return PackedKey{key_high} << 64 | key_low; }
};

[[nodiscard]] inline PendingEvent pending(PackedKey key, const Event& event) {
  return {static_cast<std::uint64_t>(key >> 64), static_cast<std::uint64_t>(key) & ~slot_mask,
          event};
}

}  // namespace splitvote::sim
