// The wire encoding of Raft's messages, as WIRE.md beside this file describes.
#pragma once

#include "models/raft/message.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::raft {

[[nodiscard]] sim::MessageKind kind_of(const Message& message);

/// Replaces the frame by the message's.
void encode(const Message& message, sim::Bytes& frame);

/// Expects a frame whose checksum is right; false if its kind or its body is not Raft's. Entries
/// are verified: their checksums, their types, consecutive indexes behind `previous`, and terms
/// that never decrease and never exceed the message's. `entries` is a view into the frame.
[[nodiscard]] bool decode(sim::ByteView frame, Message& message);

}  // namespace splitvote::raft
