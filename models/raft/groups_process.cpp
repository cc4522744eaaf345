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

void reject(sim::Host& host, std::uint64_t kind) {
  host.note(models::note(models::NoteType::frame_rejected, kind));
}

/// An incarnation draws from where no other one has drawn.
constexpr unsigned draws_of_incarnation = 40;

}  // namespace

GroupsProcess::GroupsProcess(const ProcessOptions& options, const Configuration& initial,
                             NodeId self, std::uint16_t groups)
    : groups_(groups, Group{RaftProcess(options, initial, self), {}}),
      timers_(groups * std::uint32_t{group_timers}) {
  SPLITVOTE_CHECK(groups > 0 && groups <= client::groups_max);
}

/// Calls a group's process with its host, and looks what came of it.
template <typename Call>
void GroupsProcess::with(sim::Host& host, std::uint16_t group, Call&& call) {
  Group& of = groups_[group];
  GroupHost own(host, group, timers_, of.streams);
  call(of.process, own);
  if (of.process.halted() && !halted_) halt_all(host, group);
}

void GroupsProcess::on_start(sim::Host& host) {
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
  if (!wire::intact(frame)) return reject(host, 0);
  dispatch(host, source, frame);
  arm(host);
}

void GroupsProcess::dispatch(sim::Host& host, NodeId source, sim::ByteView frame) {
  if (source == host.self()) return on_order(host, frame);
  if (wire::kind(frame) == client::request_kind) return on_request(host, source, frame);
  on_tagged(host, source, frame);
}

void GroupsProcess::on_request(sim::Host& host, NodeId client, sim::ByteView frame) {
  client::Request request;
  if (!client::decode(frame, request)) return reject(host, sim::number(client::request_kind));
  const std::uint16_t group = client::group_of(request.operation.key, groups());
  with(host, group,
       [&](RaftProcess& process, sim::Host& own) { process.take(own, client, frame); });
}

void GroupsProcess::on_order(sim::Host& host, sim::ByteView frame) {
  for (std::uint16_t group = 0; group < groups(); ++group) {
    with(host, group,
         [&](RaftProcess& process, sim::Host& own) { process.take(own, own.self(), frame); });
  }
}

void GroupsProcess::on_tagged(sim::Host& host, NodeId source, sim::ByteView frame) {
  const auto kind = sim::number(wire::kind(frame));
  if (wire::body(frame).size() < group_tag_size) return reject(host, kind);
  const auto group = sim::Reader(frame.last(group_tag_size)).integer<std::uint16_t>();
  if (group >= groups()) return reject(host, kind);
  const sim::ByteView own_frame = frame.first(frame.size() - group_tag_size);
  with(host, group,
       [&](RaftProcess& process, sim::Host& own) { process.take(own, source, own_frame); });
}

void GroupsProcess::on_timer(sim::Host& host, sim::TimerId) {
  armed_.reset();
  while (!timers_.empty() && timers_.when() <= host.now()) {
    const std::uint32_t slot = timers_.slot();
    timers_.clear(slot);
    const sim::TimerId timer{static_cast<std::uint8_t>(slot % group_timers)};
    with(host, static_cast<std::uint16_t>(slot / group_timers),
         [&](RaftProcess& process, sim::Host& own) { process.on_timer(own, timer); });
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

void GroupsProcess::halt_all(sim::Host& host, std::uint16_t broken) {
  halted_ = true;
  const std::string why = "group " + std::to_string(broken) + " of this server has halted";
  for (std::uint16_t group = 0; group < groups(); ++group) {
    if (groups_[group].process.halted()) continue;
    with(host, group, [&](RaftProcess& process, sim::Host& own) { process.halt(own, why); });
  }
}

void GroupsProcess::arm(sim::Host& host) {
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
