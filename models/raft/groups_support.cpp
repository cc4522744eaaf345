// A server's node and the support of other nodes, with fortification: its groups share both.
#include <algorithm>

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
  const SupportEpoch epoch = support_.epoch_for(source);
  if (epoch == 0) return;  // to an earlier start of it
  wire::begin_frame(beat_, support_response_kind, epoch, incarnation, sent);
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

/// A node whose leaders hear nothing because of its disk is not to be supported on: their followers
/// would wait for nobody.
std::optional<sim::LocalInstant> GroupsProcess::support_due() {
  const auto stalls = [](const Group& group) {
    return group.supported_by != 0 && group.process.stalls();
  };
  support_.hold_up(!async_storage_ && std::ranges::any_of(groups_, stalls));
  return support_.due();
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
