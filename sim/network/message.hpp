// A message in flight: its frame, its ends, and the kind it is displayed and held by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/base/bytes.hpp"
#include "sim/base/ids.hpp"

namespace splitvote::sim {

/// The kind of a message, for display and for faults by kind; names are registered by the protocol.
enum class MessageKind : std::uint8_t {};
inline constexpr std::size_t message_kinds_max = 64;

/// What a machine answers for a process that is gone, as an operating system resets a connection.
/// Its frame is empty.
inline constexpr MessageKind refusal_kind{0};

/// What the trace says of a message that is sent: its kind, and which part of a process of several
/// it concerns, if it is one of them.
struct MessageLabel {
  MessageKind kind{};
  std::optional<std::uint16_t> group = {};

  constexpr MessageLabel(MessageKind of_kind, std::optional<std::uint16_t> of_group = {})
      : kind(of_kind), group(of_group) {}
};

/// Numbers every copy of every message of a run, from 1.
enum class MessageId : std::uint64_t {};

struct Message {
  Bytes frame;
  MessageId id{};
  NodeId source = no_node;
  NodeId target = no_node;
  Incarnation target_incarnation{};  // as it was when the message was sent
  MessageKind kind{};
};

}  // namespace splitvote::sim
