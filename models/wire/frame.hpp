// The frame every message travels in: [checksum u32][kind u8][body]; the checksum covers kind and
// body.
#pragma once

#include "sim/base/bytes.hpp"
#include "sim/base/checksum.hpp"
#include "sim/world/host.hpp"

namespace splitvote::wire {

inline constexpr std::size_t header_size = 5;

/// Room for most messages, so that a new buffer is allocated once and not grown in steps.
inline constexpr std::size_t usual_size = 96;

/// Empties the buffer and leaves room for the checksum; the body is appended behind.
inline void begin_frame(sim::Bytes& frame, sim::MessageKind kind) {
  frame.reserve(usual_size);
  frame.resize(header_size);
  frame[header_size - 1] = static_cast<std::byte>(kind);
}

/// Seals the frame: call it after the last byte of the body.
inline void end_frame(sim::Bytes& frame) {
  const std::uint32_t checksum =
      sim::frame_checksum(sim::ByteView(frame).subspan(sizeof(std::uint32_t)));
  std::memcpy(frame.data(), &checksum, sizeof checksum);
}

/// Whether the frame arrived as it was sent.
[[nodiscard]] inline bool intact(sim::ByteView frame) {
  if (frame.size() < header_size) return false;
  std::uint32_t stored;
  std::memcpy(&stored, frame.data(), sizeof stored);
  return stored == sim::frame_checksum(frame.subspan(sizeof stored));
}

[[nodiscard]] inline sim::MessageKind kind(sim::ByteView frame) {
  return static_cast<sim::MessageKind>(frame[header_size - 1]);
}
[[nodiscard]] inline sim::ByteView body(sim::ByteView frame) { return frame.subspan(header_size); }

}  // namespace splitvote::wire
