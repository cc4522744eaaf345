// What comes to a server goes on to the group it is meant for: a request by its key, a message by
// its tag, a disk operation by its token, a timer by its place among the deadlines.
#include "models/raft/groups_process.hpp"

#include <algorithm>

#include "models/client/placement.hpp"
#include "models/raft/orders.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {
namespace {

/// Whom a sleeping group depends on: a follower on its leader, a leader on all members.
NodeSet sleeps_with(const Raft& core) {
  if (!core.quiescent()) return 0;
  if (core.role() != Role::leader) return set_of(core.leader());
  return others(core);
}

/// An incarnation draws from where no other one has drawn.
constexpr unsigned draws_of_incarnation = 40;

}  // namespace

GroupsProcess::GroupsProcess(const ProcessOptions& options, const Configuration& initial,
                             NodeId self, std::uint16_t groups)
    : groups_(groups, Group{RaftProcess(options, initial, self), {}, 0}),
      timers_(groups * std::uint32_t{group_timers}),
      fortification_(options.core.fortification),
      async_storage_(options.async_storage),
      support_(node_support(options)),
      watch_(options.heartbeat_interval, options.election_timeout.first) {
  SPLITVOTE_CHECK(groups > 0 && groups <= client::groups_max);
}

/// Calls a group's process with its host, and looks what came of it.
template <typename Call>
void GroupsProcess::with(sim::Host& host, std::uint16_t group, Call&& call) {
  Group& of = groups_[group];
  GroupHost own(host, {group, groups()}, timers_, of.streams);
  of.process.use(fortification_ ? &support_ : nullptr);
  call(of.process, own);
  of.process.use(nullptr);
  follow_sleep(host, of);
  if (fortification_) follow_leadership(host, of);
  if (of.process.halted() && !halted_) halt_all(host, group);
}

void GroupsProcess::on_start(sim::Host& host) {
  support_.start(sim::number(host.incarnation()));
  const std::uint64_t begin = std::uint64_t{sim::number(host.incarnation())}
                              << draws_of_incarnation;
  for (std::uint16_t number = 0; number < groups(); ++number) {
    GroupStreams& streams = groups_[number].streams;
    streams[0] = host.random(election_purpose).sibling(number + 1u, begin);
    streams[1] = host.random(salt_purpose).sibling(number + 1u, begin);
    with(host, number, [](RaftProcess& process, sim::Host& own) { process.on_start(own); });
  }
  arm(host);
}

void GroupsProcess::on_message(sim::Host& host, NodeId source, sim::ByteView frame) {
  if (!wire::intact(frame)) return reject(host, {});
  watch_.on_message(source, host.now());
  dispatch(host, source, frame);
  arm(host);
}

void GroupsProcess::reject(sim::Host& host, sim::MessageKind kind) {
  host.note(models::note(models::NoteType::frame_rejected, sim::number(kind)));
}

void GroupsProcess::dispatch(sim::Host& host, NodeId source, sim::ByteView frame) {
  if (source == host.self()) return on_order(host, frame);
  if (wire::kind(frame) == client::request_kind) return on_request(host, source, frame);
  if (wire::kind(frame) == node_beat_kind) return on_beat(host, source, frame);
  if (wire::kind(frame) == support_request_kind) return on_support_request(host, source, frame);
  if (wire::kind(frame) == support_response_kind) return on_support_response(host, source, frame);
  on_tagged(host, source, frame);
}

void GroupsProcess::on_request(sim::Host& host, NodeId client, sim::ByteView frame) {
  client::Request request;
  if (!client::decode(frame, request)) return reject(host, client::request_kind);
  const std::uint16_t group = client::group_of(request.operation.key, groups());
  with(host, group,
       [&](RaftProcess& process, sim::Host& own) { process.take(own, client, frame); });
}

/// For the group that it names, or for all.
void GroupsProcess::on_order(sim::Host& host, sim::ByteView frame) {
  GroupOrder order;
  const bool named = wire::kind(frame) == group_order_kind && decode(frame, order);
  if (named && order.group >= groups()) return host.note(refusal(order));
  const sim::ByteView own_frame = named ? order.frame : frame;
  for (std::uint16_t group = 0; group < groups(); ++group) {
    if (named && group != order.group) continue;
    with(host, group,
         [&](RaftProcess& process, sim::Host& own) { process.take(own, own.self(), own_frame); });
  }
}

void GroupsProcess::on_tagged(sim::Host& host, NodeId source, sim::ByteView frame) {
  const sim::MessageKind kind = wire::kind(frame);
  if (wire::body(frame).size() < group_tag_size) return reject(host, kind);
  const auto group = sim::Reader(frame.last(group_tag_size)).integer<std::uint16_t>();
  if (group >= groups()) return reject(host, kind);
  const sim::ByteView own_frame = frame.first(frame.size() - group_tag_size);
  with(host, group,
       [&](RaftProcess& process, sim::Host& own) { process.take(own, source, own_frame); });
}

void GroupsProcess::on_timer(sim::Host& host, sim::TimerId timer) {
  if (timer == watch_timer) {
    on_watch(host);
    return arm(host);
  }
  armed_.reset();
  while (!timers_.empty() && timers_.when() <= host.now()) {
    const std::uint32_t slot = timers_.slot();
    timers_.clear(slot);
    const sim::TimerId own_timer{static_cast<std::uint8_t>(slot % group_timers)};
    with(host, static_cast<std::uint16_t>(slot / group_timers),
         [&](RaftProcess& process, sim::Host& own) { process.on_timer(own, own_timer); });
  }
  arm(host);
}

void GroupsProcess::on_disk(sim::Host& host, const sim::DiskCompletion& completion) {
  sim::DiskCompletion own_completion = completion;
  own_completion.token = without_group(completion.token);
  with(host, group_of(completion.token),
       [&](RaftProcess& process, sim::Host& own) { process.on_disk(own, own_completion); });
  arm(host);
}

/// The groups share the node that is gone.
void GroupsProcess::on_refused(sim::Host& host, NodeId target) {
  for (std::uint16_t group = 0; group < groups(); ++group) {
    with(host, group,
         [&](RaftProcess& process, sim::Host& own) { process.on_refused(own, target); });
  }
  arm(host);
}

void GroupsProcess::on_beat(sim::Host& host, NodeId source, sim::ByteView frame) {
  sim::Reader reader(wire::body(frame));
  const auto incarnation = reader.integer<std::uint64_t>();
  if (!reader.finished()) return reject(host, node_beat_kind);
  if (watch_.on_beat(source, incarnation)) lose(host, set_of(source));
}

/// A node that has halted is as silent as one that is gone.
void GroupsProcess::on_watch(sim::Host& host) {
  watch_armed_.reset();
  if (halted_) return;
  if (fortification_) {
    if (support_.withdraw(host.now()) != 0) lose_support(host);
    send_support_requests(host);
  }
  for_each(watch_.take_beats(host.now()), [&](std::size_t number) {
    wire::begin_frame(beat_, node_beat_kind, std::uint64_t{sim::number(host.incarnation())});
    wire::end_frame(beat_);
    host.send(NodeId{static_cast<std::uint16_t>(number)}, node_beat_kind, beat_);
  });
  lose(host, watch_.silent(host.now()));
}

/// Keeps the watch informed of whom the group sleeps with. One that will wake when its disk is done
/// watches nobody: it would be told of the same loss again and again, at the same moment for ever.
void GroupsProcess::follow_sleep(sim::Host& host, Group& group) {
  const bool watches = !group.process.halted() && !group.process.will_wake();
  const NodeSet now = watches ? sleeps_with(group.process.core()) : 0;
  if (now == group.sleeps_with) return;
  watch_.change(group.sleeps_with, now, host.now());
  group.sleeps_with = now;
}

/// Whoever slept relying on these wakes up.
void GroupsProcess::lose(sim::Host& host, NodeSet peers) {
  for (std::uint16_t group = 0; peers != 0 && group < groups(); ++group) {
    if ((groups_[group].sleeps_with & peers) == 0) continue;
    with(host, group, [](RaftProcess& process, sim::Host& own) { process.lose_peer(own); });
  }
}

/// Whoever relied here on support that this node has withdrawn is told.
void GroupsProcess::lose_support(sim::Host& host) {
  for (std::uint16_t group = 0; group < groups(); ++group) {
    with(host, group, [](RaftProcess& process, sim::Host& own) { process.lose_support(own); });
  }
}

void GroupsProcess::halt_all(sim::Host& host, std::uint16_t broken) {
  halted_ = true;
  const std::string why = "group " + std::to_string(broken) + " of this server has halted";
  for (std::uint16_t group = 0; group < groups(); ++group) {
    if (groups_[group].process.halted()) continue;
    with(host, group, [&](RaftProcess& process, sim::Host& own) { process.halt(own, why); });
  }
}

void GroupsProcess::arm(sim::Host& host) {
  arm_groups(host);
  // Whoever is heard moves the moment away; the timer finds that out when it goes off.
  std::optional<sim::LocalInstant> due;
  if (watch_.watched() != 0 && !halted_) due = watch_.due();
  if (fortification_ && !halted_) due = support_due();
  if (!due && watch_armed_) host.cancel(watch_timer);
  const bool early = watch_armed_ && due && *watch_armed_ <= *due;
  if (early) return;
  watch_armed_ = due;
  if (due) host.arm(watch_timer, std::max(*due - host.now(), sim::Duration{}));
}

void GroupsProcess::arm_groups(sim::Host& host) {
  const std::optional<sim::LocalInstant> due =
      timers_.empty() ? std::nullopt : std::optional(timers_.when());
  if (due == armed_) return;
  armed_ = due;
  if (due) {
    host.arm(groups_timer, std::max(*due - host.now(), sim::Duration{}));
  } else {
    host.cancel(groups_timer);
  }
}

}  // namespace splitvote::raft
