// What the support of nodes means to one group: who needs no heartbeats, until when its leader may
// answer at once, and what a server owes that may have promised something before it was restarted.
#include <algorithm>

#include "models/raft/raft_process.hpp"

namespace splitvote::raft {

sim::Duration support_duration(const ProcessOptions& options) {
  const sim::Duration own = options.support_duration;
  return own.ns > 0 ? own : options.election_timeout.first;
}

NodeSupport node_support(const ProcessOptions& options) {
  const sim::Duration duration = support_duration(options);
  return {options.heartbeat_interval, duration, on_every_clock(options, duration)};
}

/// The slowest clock of this node against the fastest of another.
sim::Duration on_every_clock(const ProcessOptions& options, sim::Duration span) {
  const auto [part, whole] = options.clock_drift_bound;
  return {span.ns / (std::int64_t{whole} + part) * (std::int64_t{whole} - part)};
}

/// Those that have fortified this leader and still keep to it.
NodeSet RaftProcess::supporters(const sim::Host& host) const {
  NodeSet found = 0;
  if (support_ == nullptr || raft_.role() != Role::leader) return found;
  for (const Member& member : raft_.members()) {
    if (host.now() < support_->supported_until(member.id, member.fortified))
      found |= set_of(member.id);
  }
  return found;
}

/// Nobody can be elected before the first of these goes.
bool RaftProcess::is_supported(const sim::Host& host) const {
  return support_ != nullptr && raft_.is_quorum(supporters(host));
}

/// A node that keeps to this leader has as good as answered it when the request was sent.
void RaftProcess::on_support(NodeId supporter, SupportEpoch epoch, sim::LocalInstant sent) {
  if (raft_.role() != Role::leader) return;
  const auto is_it = [&](const Member& member) {
    return member.id == supporter && member.fortified == epoch;
  };
  if (std::ranges::any_of(raft_.members(), is_it)) answers_.on_answer(supporter, sent);
}

/// Unless the group has fortified its leader anew meanwhile.
void RaftProcess::lose_support(sim::Host& host) {
  if (state_ != State::running || !raft_.is_fortified()) return;
  const Raft::Fortified& fortified = raft_.fortified();
  if (support_->epoch_for(fortified.leader) == fortified.epoch) return;
  if (waits_for_disk()) {
    inbox_.support_lost = true;
    return;
  }
  step(host, SupportLost{});
}

/// What was promised before a restart nobody remembers; after the duration of support it is over.
bool RaftProcess::may_owe_support(const sim::Host& host) const {
  const bool restarted = sim::number(host.incarnation()) > 1;
  return options_.core.fortification && restarted &&
         host.now() < started_ + support_duration(options_);
}

}  // namespace splitvote::raft
