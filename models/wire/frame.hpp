// The frame every message travels in: [checksum u32][kind u8][body]; the checksum covers kind and
// body.
#pragma once

#include <cstring>
#include <type_traits>

#include "sim/base/bytes.hpp"
#include "sim/base/checksum.hpp"
#include "sim/world/host.hpp"

namespace splitvote::wire {

inline constexpr std::size_t header_size = 5;

/// Room for most messages, so that a new buffer is allocated once and not grown in steps.
inline constexpr std::size_t usual_size = 96;

/// Replaces the buffer's content by room for the checksum, the kind, and the fields the body begins
/// with; the rest is appended behind. One growth for all, because each costs more than the field it
/// makes room for; and no copy, because it would wait for the last of the fields to be written.
template <typename... Fields>
requires(std::is_integral_v<Fields>&&...) void begin_frame(sim::Bytes& frame, sim::MessageKind kind,
                                                           Fields... fields) {
  frame.reserve(usual_size);
  frame.resize((header_size + ... + sizeof(Fields)));
  std::byte* target = frame.data();
  const auto put = [&target](auto value) {
    std::memcpy(target, &value, sizeof value);
    target += sizeof value;
  };
  put(std::uint32_t{0});
  put(sim::number(kind));
  (put(fields), ...);
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
