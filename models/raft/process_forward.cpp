// Requests that only the leader can answer, at a server that does not lead: passed on, once, or
// refused. Nothing is remembered of them here: the answer names its client, and what is lost is
// asked again by the client, whose session keeps it from being executed twice.
#include "models/raft/forward.hpp"
#include "models/raft/raft_process.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

/// What another server has passed on is never passed on again: two servers that take each other for
/// the leader would send it to and fro. Whoever passed it on gives the refusal to the client.
void RaftProcess::pass_on(sim::Host& host, const Caller& caller, sim::ByteView frame) {
  const bool first = caller.origin.via == sim::no_node;
  const NodeId leader = leader_for_clients();
  if (!options_.forward_proposals || !first || leader == sim::no_node) {
    return refuse(host, caller, client::Status::not_leader);
  }
  encode(forward_kind, {caller.origin.client, frame}, forwarded_);
  host.send(leader, forward_kind, forwarded_);
  host.note(models::note(models::NoteType::forwarded, caller.session, caller.sequence,
                         sim::number(leader)));
}

void RaftProcess::on_forwarded(sim::Host& host, NodeId source, sim::ByteView frame) {
  Forwarded forwarded;
  const sim::MessageKind kind = wire::kind(frame);
  if (!decode(frame, forwarded)) {
    return host.note(models::note(models::NoteType::frame_rejected, sim::number(kind)));
  }
  if (kind == forward_kind) {
    return on_request(host, {forwarded.client, source}, forwarded.frame);
  }
  frame_.assign(forwarded.frame.begin(), forwarded.frame.end());
  host.send(forwarded.client, client::response_kind, frame_);
}

}  // namespace splitvote::raft
