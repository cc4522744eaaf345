// Named random streams: Philox2x64-10 in counter mode, so a draw depends on nothing but its name
// and number.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"

namespace splitvote::sim {

/// What a stream is drawn for. Values from `first_model_purpose` on belong to the protocols.
enum class Purpose : std::uint16_t {
  link_latency,
  link_loss,
  link_burst,
  link_duplication,
  link_reordering,
  link_corruption,
  disk_latency,
  disk_power_loss,
  disk_fault,
  fault_time,
  fault_target,
  fault_value,
  first_model_purpose = 256,
};

/// A stream's name within a run: `link_latency/2->1` is {link_latency, 2, 1}. Names are unique by
/// construction.
struct StreamName {
  Purpose purpose{};
  std::uint32_t first = 0;   // below 2^24: usually the node, or the source of a link
  std::uint32_t second = 0;  // below 2^24: the target of a link, or an index

  constexpr bool operator==(const StreamName&) const = default;
};

/// Philox2x64-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// 2011): a bijection of the 128-bit counter for every key, whose outputs pass as random.
struct PhiloxBlock {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  constexpr bool operator==(const PhiloxBlock&) const = default;
};

[[nodiscard]] constexpr PhiloxBlock philox(PhiloxBlock counter, std::uint64_t key) {
  constexpr std::uint64_t multiplier = 0xd2b74407b1ce6e93;
  constexpr std::uint64_t key_step = 0x9e3779b97f4a7c15;  // the golden ratio, 2^64 / 1.618…
  for (int round = 0; round < 10; ++round) {
    const auto product = static_cast<unsigned __int128>(multiplier) * counter.first;
    counter.first = static_cast<std::uint64_t>(product >> 64) ^ key ^ counter.second;
    counter.second = static_cast<std::uint64_t>(product);
    key += key_step;
  }
  return counter;
}

/// The sequence of 64-bit draws that (seed, name) stands for. A value of 24 bytes; a copy continues
/// alike.
class Stream {
 public:
  Stream() = default;
  Stream(std::uint64_t seed, StreamName name);

  /// The next draw, uniform over all 2^64 values. The second word of the block is not used: it
  /// would have to be kept, and a stream that is a plain counter is worth more.
  [[nodiscard]] std::uint64_t draw() { return philox({position_++, name_}, key_).first; }

  /// Of the same seed, purpose and `first`, under another `second`, from the given draw on: for a
  /// process of several parts, so that no part's draws shift another's.
  [[nodiscard]] Stream sibling(std::uint32_t second, std::uint64_t position) const;

  /// How many draws have been made.
  [[nodiscard]] std::uint64_t position() const { return position_; }

  bool operator==(const Stream&) const = default;

 private:
  std::uint64_t key_ = 0;
  std::uint64_t name_ = 0;  // purpose:16 | first:24 | second:24
  std::uint64_t position_ = 0;
};

/// Uniform over [0, count), count > 0. One draw, multiplied and shifted (Lemire 2019, without the
/// rejection, so that the number of draws never depends on their values): each P(result < x) is
/// within 2^-64 of x / count, hence no single value's chance is off by more than 2^-64.
[[nodiscard]] constexpr std::uint64_t below(std::uint64_t draw, std::uint64_t count) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(draw) * count >> 64);
}

/// Uniform over [first, last], both included; first <= last. One draw, biased as `below` is.
[[nodiscard]] inline std::int64_t uniform(Stream& stream, std::int64_t first, std::int64_t last) {
  const std::uint64_t count =
      static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
  const std::uint64_t draw = stream.draw();
  // All 2^64 values: their number does not fit, but every draw is one of them.
  const std::uint64_t distance = count == 0 ? draw : below(draw, count);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + distance);
}

}  // namespace splitvote::sim
