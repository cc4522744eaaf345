// Quiescence: a group in which everybody has everything sends no heartbeats and arms no timers, as
// CockroachDB's quiescent ranges and TiKV's hibernated regions do. The leader asks, and sleeps only
// when all have answered that they sleep, so no lost message leaves one awake without a leader.
// That a sleeping leader died is noticed by its node's silence (node_watch.hpp), told as PeerLost.
#include <algorithm>

#include "models/raft/raft.hpp"

namespace splitvote::raft {
namespace {

void note_quiescence(bool asleep, Term term, Outbox& out) {
  out.notes.emplace_back(models::NoteType::quiescence, asleep ? 1 : 0, term);
}

}  // namespace

/// What a disk has done is no reason to wake up, nor is what only repeats that all is well.
bool Raft::disturbs(const Input& input) const {
  if (std::holds_alternative<Persisted>(input) || std::holds_alternative<SnapshotSaved>(input) ||
      std::holds_alternative<TransferTimeout>(input) || std::holds_alternative<Compact>(input))
    return false;
  if (const auto* unreachable = std::get_if<Unreachable>(&input))
    return std::ranges::find(members_, unreachable->peer, &Member::id) != members_.end();
  const auto* received = std::get_if<Received>(&input);
  if (received == nullptr) return true;
  if (const auto* append = std::get_if<AppendEntries>(&received->message)) {
    const bool again = append->term == term_ && append->previous == log_.last();
    return !(append->quiesce && again && received->source == leader_);
  }
  const auto* response = std::get_if<AppendResponse>(&received->message);
  return response == nullptr || !response->accepted || response->term != term_;
}

/// A leader lets everybody hear of it at once, and its quorum counts from now on. A follower waits
/// for it as if it had heard it just now, so whatever it has promised to a lease it keeps longer;
/// only a node that was silent for a whole minimum timeout has no lease any more.
void Raft::wake(const Input& input, Outbox& out) {
  quiescent_ = false;
  idle_heartbeats_ = 0;
  note_quiescence(false, term_, out);
  if (role_ == Role::leader) {
    for (Member& member : members_) member.asleep = member.recently_active = false;
    if (options_.check_quorum) out.election = ElectionTimer::arm_quorum;
    return on_heartbeat_timeout({}, out);
  }
  wait_for_leader(out);
  if (!std::holds_alternative<PeerLost>(input)) return;
  minimum_passed_ = true;
  promised_ = false;
  out.election = ElectionTimer::arm_rest;
}

/// Everything is committed and durable everywhere, nobody waits for anything, and nobody else
/// should lead.
bool Raft::has_nothing_to_do() const {
  const Index last = log_.last_index();
  const bool settled = commit_ == last && stored_ == last && commit_ >= first_of_term_;
  if (!settled || !reads_.empty() || transfer_to_ != sim::no_node) return false;
  if (witness()) return false;  // it is about to hand over
  if (joint_ || !configurations_.newest().planned.empty()) return false;
  return std::ranges::all_of(members_, [&](const Member& member) {
    const auto priority = [&](NodeId node) { return options_.priorities[sim::number(node)]; };
    if (is_self(member)) return true;
    const bool preferred = may_take_over(member) && priority(member.id) > priority(self());
    return !preferred && member.replication == Replication::replicate && member.match == last;
  });
}

/// In place of a heartbeat, when there was nothing to do for as many heartbeats as fit into the
/// shortest election timeout. False if it is not time for it.
bool Raft::ask_to_sleep(Outbox& out) {
  if (!has_nothing_to_do()) {
    idle_heartbeats_ = 0;
    return false;
  }
  const std::uint32_t patience = options_.catch_up_heartbeats;
  if (idle_heartbeats_ < patience) {
    ++idle_heartbeats_;
    return false;
  }
  const bool first = idle_heartbeats_ == patience;
  idle_heartbeats_ = patience + 1;
  for (Member& member : members_) {
    member.asleep = is_self(member) || (member.asleep && !first);
    if (is_self(member)) continue;
    send_heartbeat(member, log_.last_index(), out);
    std::get_if<AppendEntries>(&out.messages.back().message)->quiesce = true;
  }
  out.heartbeat = HeartbeatTimer::arm;
  if (members_.size() == 1) fall_asleep(out);
  return true;
}

/// An answer counts if nothing was proposed or read since the leader asked.
void Raft::count_asleep(Member& follower, const AppendResponse& response, Outbox& out) {
  const bool asking = !quiescent_ && idle_heartbeats_ > options_.catch_up_heartbeats;
  const bool answers = response.match == log_.last_index() && response.read_round == read_round_;
  if (!asking || !answers || !has_nothing_to_do()) return;
  follower.asleep = true;
  if (std::ranges::all_of(members_, &Member::asleep)) fall_asleep(out);
}

/// The follower's part. If anything is different from what the leader believes, its heartbeat is
/// one like any other.
void Raft::doze(const AppendEntries& append, Outbox& out) {
  const Index last = log_.last_index();
  const bool same = append.previous.index == last && commit_ == last && stored_ == last;
  if (!options_.quiesce || !same || !forwarded_reads_.empty()) return;
  fall_asleep(out);
}

void Raft::fall_asleep(Outbox& out) {
  if (!quiescent_) note_quiescence(true, term_, out);
  quiescent_ = true;
  out.heartbeat = HeartbeatTimer::cancel;
  out.election = ElectionTimer::cancel;
}

}  // namespace splitvote::raft
