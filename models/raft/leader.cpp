// "Rules for Servers: Leaders" (Figure 2); CheckQuorum is section 6.2 of the dissertation.
#include "models/raft/raft.hpp"

namespace splitvote::raft {

void Raft::become_leader(Outbox& out) {
  become(Role::leader, out);
  leader_ = self();
  led_term_ = term_;
  deposed_ = false;
  // "nextIndex: initialized to leader last log index + 1. matchIndex: initialized to 0."
  for (Member& member : members_) {
    const bool own = is_self(member);
    member = {.id = member.id,
              .ballot = member.ballot,
              .votes = member.votes,
              .votes_before = member.votes_before,
              .match = own ? stored_ : 0,
              .next = log_.last_index() + 1};
  }
  // "A leader commits a blank no-op entry into the log at the start of its term" (section 8).
  first_of_term_ = log_.last_index() + 1;
  append_own({.term = term_,
              .index = first_of_term_,
              .type = wal::RecordType::no_op,
              .key = {},
              .value = {}},
             out);
  begin_rounds();
  // "Upon election: send initial empty AppendEntries RPCs to each server": they carry the no-op,
  // unless that must reach the disk first.
  for (Member& member : members_) {
    if (is_self(member)) continue;
    if (options_.parallel_disk) {
      send_append(member, out);
    } else {
      send_heartbeat(member, member.next - 1, out);
    }
  }
  out.heartbeat = HeartbeatTimer::arm;
  out.election = options_.check_quorum ? ElectionTimer::arm_quorum : ElectionTimer::cancel;
}

// "If command received from client: append entry to local log." Its disk and its followers work at
// the same time (dissertation, section 10.2.1).
void Raft::append_own(const wal::Record& record, Outbox& out) {
  idle_heartbeats_ = 0;
  log_.append(record);
  write_token(out);
  if (out.store.entries.empty()) out.store.entries.first = record.index;
  out.store.entries.last = record.index;
  note_appended({record.index, record.index}, out);
}

/// However large it is, one entry may always be under way.
bool Raft::has_too_much_uncommitted(const Propose& propose) const {
  if (options_.uncommitted_bytes_max == no_limit) return false;
  const std::uint64_t uncommitted = log_.bytes({commit_ + 1, log_.last_index()}).size();
  const std::uint64_t size = wal::overhead + propose.key.size() + propose.value.size();
  return uncommitted > 0 && uncommitted + size > options_.uncommitted_bytes_max;
}

void Raft::on_propose(const Propose& propose, Outbox& out) {
  if (role_ != Role::leader || witness()) {
    out.proposal.kind = Verdict::Kind::not_leader;
    return;
  }
  if (transfer_to_ != sim::no_node || has_too_much_uncommitted(propose)) {
    out.proposal.kind = Verdict::Kind::busy;
    return;
  }
  const LogPosition position{log_.last_index() + 1, term_};
  append_own({.term = position.term,
              .index = position.index,
              .type = wal::RecordType::command,
              .key = propose.key,
              .value = propose.value},
             out);
  out.proposal = {Verdict::Kind::accepted, position};
  broadcast_append(out);
}

// "Repeat during idle periods to prevent election timeouts."
void Raft::on_heartbeat_timeout(NodeSet supporters, Outbox& out) {
  if (role_ != Role::leader) return;
  if (options_.quiesce && ask_to_sleep(out)) return;
  // With leases every round of heartbeats is one that reads may count on. Each has a number of its
  // own: an answer to something older must not confirm what left only now.
  if (options_.leases && commit_ >= first_of_term_) {
    count_read_round();
    out.round_begun = read_round_;
  }
  // Right before `next`: the answer tells whether something sent before was lost.
  for (Member& member : members_) {
    if (is_self(member)) continue;
    if (member.round_end != 0) ++member.round_heartbeats;
    if ((supporters & set_of(member.id)) != 0 && !needs_heartbeat(member)) continue;
    const bool snapshot = member.replication == Replication::snapshot;
    send_heartbeat(member, snapshot ? 0 : member.next - 1, out);
    if (snapshot) wait_for_chunk(member, out);
    if (options_.fortification) send<Fortify>(member.id, out).term = term_;
  }
  out.heartbeat = HeartbeatTimer::arm;
}

void Raft::count_active(Member& follower, Outbox& out) {
  follower.recently_active = true;
  out.answered = follower.id;
}

/// Looks whether a quorum has answered since the last look.
void Raft::close_window(Outbox& out) {
  check_quorum(out);
  if (!options_.check_quorum) return;
  for (Member& member : members_) member.recently_active = false;
}

/// Looks whether the last answers of a quorum are recent enough.
void Raft::on_quorum_timeout(NodeSet silent, Outbox& out) {
  if (role_ != Role::leader) return;
  for (Member& member : members_) member.recently_active = (silent & set_of(member.id)) == 0;
  check_quorum(out);
}

// "A leader steps down if an election timeout elapses without a successful round of heartbeats to a
// majority of its cluster."
void Raft::check_quorum(Outbox& out) {
  // One that did not succeed is not tried again at once.
  const bool rests = transfer_to_ != sim::no_node || transfer_rests_;
  if (!options_.own_transfer_timer) abort_transfer(out);
  if (!options_.check_quorum) return;
  const NodeId preferred = rests ? sim::no_node : higher_priority();
  members_[self_].recently_active = true;
  const Tally tally = tally_of([](const Member& member) {
    return member.recently_active ? BallotState::granted : BallotState::refused;
  });
  if (tally == Tally::won) {
    out.election = ElectionTimer::arm_quorum;
    if (preferred != sim::no_node) on_transfer({preferred}, out);
    return;
  }
  step_down(out);
  become(Role::follower, out);
}

}  // namespace splitvote::raft
