// A client's frame inside a frame of Raft's.
#include "models/raft/forward.hpp"

#include "models/client/message.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

void encode(sim::MessageKind kind, const Forwarded& forwarded, sim::Bytes& target) {
  wire::begin_frame(target, kind, sim::number(forwarded.client));
  sim::append(target, forwarded.frame);
  wire::end_frame(target);
}

bool decode(sim::ByteView frame, Forwarded& forwarded) {
  const bool request = wire::kind(frame) == forward_kind;
  sim::Reader reader(wire::body(frame));
  forwarded.client = NodeId{reader.integer<std::uint16_t>()};
  forwarded.frame = reader.rest();
  if (reader.failed() || !wire::intact(forwarded.frame)) return false;
  const sim::MessageKind inner = wire::kind(forwarded.frame);
  return inner == (request ? client::request_kind : client::response_kind);
}

}  // namespace splitvote::raft
