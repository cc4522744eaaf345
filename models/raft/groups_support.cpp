// A server's node and the support of other nodes, with fortification: its groups share both.
#include "models/raft/groups_process.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

void GroupsProcess::on_support_request(sim::Host& host, NodeId source, sim::ByteView frame) {
  sim::Reader reader(wire::body(frame));
  const auto incarnation = reader.integer<std::uint64_t>();
  const auto sent = reader.integer<std::uint64_t>();
  if (!reader.finished()) return reject(host, support_request_kind);
  if (halted_ || !fortification_) return;
  if (support_.on_request(source, incarnation, host.now())) lose_support(host);
  wire::begin_frame(beat_, support_response_kind, support_.epoch_for(source), incarnation, sent);
  wire::end_frame(beat_);
  host.send(source, support_response_kind, beat_);
}

/// One to an earlier start means nothing: what led then leads no more.
void GroupsProcess::on_support_response(sim::Host& host, NodeId source, sim::ByteView frame) {
  sim::Reader reader(wire::body(frame));
  const auto epoch = reader.integer<std::uint64_t>();
  const auto incarnation = reader.integer<std::uint64_t>();
  const sim::LocalInstant sent{static_cast<std::int64_t>(reader.integer<std::uint64_t>())};
  if (!reader.finished()) return reject(host, support_response_kind);
  if (halted_ || incarnation != sim::number(host.incarnation())) return;
  support_.on_response(source, epoch, sent);
  for (Group& group : groups_) group.process.on_support(source, epoch, sent);
}

void GroupsProcess::send_support_requests(sim::Host& host) {
  for_each(support_.take_requests(host.now()), [&](std::size_t number) {
    wire::begin_frame(beat_, support_request_kind, std::uint64_t{sim::number(host.incarnation())},
                      static_cast<std::uint64_t>(host.now().ns));
    wire::end_frame(beat_);
    host.send(NodeId{static_cast<std::uint16_t>(number)}, support_request_kind, beat_);
  });
}

/// Keeps the node's requests informed of whom the group's leader, if it is here, needs.
void GroupsProcess::follow_leadership(sim::Host& host, Group& group) {
  const Raft& core = group.process.core();
  const bool leads = core.role() == Role::leader && !group.process.halted();
  const NodeSet now = leads ? others(core) : 0;
  if (now == group.supported_by) return;
  support_.need(group.supported_by, now, host.now());
  group.supported_by = now;
}

}  // namespace splitvote::raft
