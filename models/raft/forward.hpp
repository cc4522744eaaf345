// A client's message on its way through a follower: its request to the leader, and the answer back.
#pragma once

#include "models/raft/types.hpp"
#include "sim/base/bytes.hpp"
#include "sim/network/message.hpp"

namespace splitvote::raft {

inline constexpr sim::MessageKind forward_kind{22};
inline constexpr sim::MessageKind forward_response_kind{23};

/// The frame is the client's own or the one meant for it, unchanged: `[client u16][frame]`.
struct Forwarded {
  NodeId client = sim::no_node;
  sim::ByteView frame;
};

/// Replaces the target by the frame of this kind, one of the two.
void encode(sim::MessageKind kind, const Forwarded& forwarded, sim::Bytes& target);

/// Expects a frame of one of the two kinds whose checksum is right; false unless what is inside is
/// a whole frame of the client's kind that belongs to it.
[[nodiscard]] bool decode(sim::ByteView frame, Forwarded& forwarded);

}  // namespace splitvote::raft
