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

/// The sequence of 64-bit draws that (seed, name) stands for. A value of 24 bytes; a copy continues
/// alike.
class Stream {
 public:
  Stream() = default;
  Stream(std::uint64_t seed, StreamName name);

  /// The next draw, uniform over all 2^64 values.
  [[nodiscard]] std::uint64_t draw();

  /// How many draws have been made.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  std::uint64_t key_ = 0;
  std::uint64_t name_ = 0;
  std::uint64_t position_ = 0;
};

/// Uniform over [first, last], both included; first <= last. One draw.
[[nodiscard]] std::int64_t uniform(Stream& stream, std::int64_t first, std::int64_t last);

}  // namespace splitvote::sim
