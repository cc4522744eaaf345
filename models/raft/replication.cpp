// "If last log index >= nextIndex for a follower: send AppendEntries RPC with log entries starting
// at nextIndex" (Figure 2), pipelined as in section 10.2.2 of the dissertation.
#include <algorithm>

#include "models/raft/raft.hpp"

namespace splitvote::raft {

/// "The leader can write to its disk in parallel with replicating to the followers" (section
/// 10.2.1), or replicate only what it has written.
Index Raft::last_replicable() const {
  return options_.parallel_disk ? log_.last_index() : stored_;
}

void Raft::broadcast_append(Outbox& out) {
  for (Member& member : members_) {
    if (!is_self(member)) send_append(member, out);
  }
}

/// As much as may be under way; what does not fit waits for an answer and travels as one batch.
void Raft::send_append(Member& follower, Outbox& out) {
  if (follower.replication == Replication::snapshot) return;
  if (follower.next <= log_.base().index) return begin_snapshot(follower, out);
  const Index last = last_replicable();
  const Log::BatchLimit limit{last, options_.batch_bytes_max, options_.batch_entries_max};
  if (follower.replication == Replication::probe) {
    if (follower.probe_sent || follower.next > last) return;
    follower.probe_sent = true;
    return send_entries(follower, log_.batch(follower.next, limit), out);
  }
  while (follower.next <= last && has_room(follower)) {
    const IndexRange range = log_.batch(follower.next, limit);
    send_entries(follower, range, out);
    inflight_add(follower, range.last);
    follower.next = range.last + 1;
  }
  if (follower.next <= last) {
    if (!follower.paused) pause(follower, out);
  } else if (follower.paused && has_room(follower)) {
    resume(follower, out);
  }
}

void Raft::pause(Member& follower, Outbox& out) {
  follower.paused = true;
  out.notes.emplace_back(models::NoteType::replication_paused, sim::number(follower.id), 1);
}

void Raft::resume(Member& follower, Outbox& out) {
  if (!follower.paused) return;
  follower.paused = false;
  out.notes.emplace_back(models::NoteType::replication_paused, sim::number(follower.id), 0);
}

/// Whether one more message with entries may be under way.
bool Raft::has_room(const Member& follower) const {
  if (follower.inflight_count >= options_.inflight_messages_max) return false;
  if (follower.inflight_count == 0 || options_.inflight_bytes_max == no_limit) return true;
  const Index first = std::max(follower.match + 1, log_.first_index());
  return log_.bytes({first, follower.next - 1}).size() < options_.inflight_bytes_max;
}

void Raft::send_entries(const Member& follower, IndexRange range, Outbox& out) {
  const Index previous = range.first - 1;
  AppendEntries& append = send<AppendEntries>(follower.id, out);
  append.term = term_;
  append.previous.index = previous;
  append.previous.term = log_.term(previous);
  append.commit = commit_;
  append.read_round = read_round_;
  append.entries = log_.bytes(range);
}

/// Where the log is gone there is nothing to compare; every log agrees in front of its first entry.
void Raft::send_heartbeat(const Member& follower, Index previous, Outbox& out) {
  if (previous >= log_.base().index) return send_entries(follower, {previous + 1, previous}, out);
  AppendEntries& heartbeat = send<AppendEntries>(follower.id, out);
  heartbeat.term = term_;
  heartbeat.commit = commit_;
  heartbeat.read_round = read_round_;
}

void Raft::on_append_response(Member& follower, const AppendResponse& response, Outbox& out) {
  if (observe_term(response.term, out)) return;
  if (role_ != Role::leader || response.term < term_) return;
  // Whether it accepts or not, it has accepted this leader.
  count_active(follower, out);
  if (follower.replication == Replication::snapshot) outgoing(follower).heard = true;
  if (response.accepted) {
    on_accepted(follower, response, out);
  } else {
    on_refused(follower, response, out);
  }
  // It was away when what it lacks was let go of.
  if (follower.next <= log_.base().index) [[unlikely]]
    send_append(follower, out);
  if (response.read_round > follower.read_round && response.read_round <= read_round_) {
    follower.read_round = response.read_round;
    confirm_reads(out);
  }
  if (response.quiesced) [[unlikely]]
    count_asleep(follower, response, out);
}

// "If successful: update nextIndex and matchIndex for follower."
void Raft::on_accepted(Member& follower, const AppendResponse& response, Outbox& out) {
  if (response.match > log_.last_index()) return;  // no correct follower knows more than its leader
  const bool advanced = response.match > follower.match;
  follower.match = std::max(follower.match, response.match);
  follower.next = std::max(follower.next, follower.match + 1);
  if (follower.replication == Replication::snapshot) {
    if (!leave_snapshot(follower, out)) return;
  } else if (follower.replication == Replication::probe) {
    // An answer to something older leaves open whether the logs agree right before `next`.
    if (follower.match + 1 < follower.next) return;
    follower.replication = Replication::replicate;
    follower.probe_sent = false;
  } else {
    inflight_free(follower, follower.match);
  }
  // What is committed already needs no counting: the last of a majority has done that.
  if (advanced && follower.match > commit_ && follower.votes) advance_commit_as_leader(out);
  if (follower.round_end != 0 && follower.match >= follower.round_end) end_round(follower, out);
  send_append(follower, out);
  if (follower.id == transfer_to_) return hand_over(follower, out);
  give_up_office(follower, out);
}

// "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry", by a term
// at once: "the leader can decrement nextIndex to bypass all of the conflicting entries".
void Raft::on_refused(Member& follower, const AppendResponse& response, Outbox& out) {
  if (follower.replication == Replication::snapshot) return;  // to something older
  const Index refused = response.match;
  if (refused <= follower.match) return;  // overtaken by a newer answer
  if (refused >= follower.next) return;   // no message of this probing said that
  if (follower.replication == Replication::probe && refused != follower.next - 1) return;
  // Where both logs may still agree: the leader's last entry of a term not above the conflicting
  // one, if that is behind the follower's first entry of that term.
  Index next = response.hint.index;
  if (response.hint.term != 0) {
    const Index agreed = log_.last_index_up_to(response.hint.term);
    if (log_.term(agreed) == response.hint.term) next = agreed + 1;
  }
  begin_probe(follower, std::clamp(next, follower.match + 1, refused), out);
  send_append(follower, out);
}

void Raft::begin_probe(Member& follower, Index next, Outbox& out) {
  resume(follower, out);
  follower.replication = Replication::probe;
  follower.probe_sent = false;
  follower.inflight_count = 0;
  follower.next = next;
}

/// What was streaming to it may be lost from the first entry on that it has not acknowledged, and
/// one message with entries at a time is enough for somebody who is gone. The chunk of a snapshot
/// is sent again as soon as the follower is heard.
void Raft::on_unreachable(NodeId peer, Outbox& out) {
  Member* const follower = find(peer);
  if (role_ != Role::leader || follower == nullptr || is_self(*follower)) return;
  if (follower->replication == Replication::snapshot) {
    outgoing(*follower).silence = outgoing(*follower).patience;
  } else if (follower->replication == Replication::replicate) {
    begin_probe(*follower, follower->match + 1, out);
  }
}

Index& Raft::inflight(const Member& follower, std::uint32_t position) {
  const std::size_t ring = options_.inflight_messages_max;
  const auto member = static_cast<std::size_t>(&follower - members_.data());
  // Both are below the ring's size, and a comparison costs a tenth of a division.
  std::size_t place = std::size_t{follower.inflight_first} + position;
  if (place >= ring) place -= ring;
  return inflight_[member * ring + place];
}

void Raft::inflight_add(Member& follower, Index last) {
  inflight(follower, follower.inflight_count) = last;
  ++follower.inflight_count;
}

/// An answer stands for every message before it.
void Raft::inflight_free(Member& follower, Index match) {
  while (follower.inflight_count > 0 && inflight(follower, 0) <= match) {
    ++follower.inflight_first;
    if (follower.inflight_first == options_.inflight_messages_max) follower.inflight_first = 0;
    --follower.inflight_count;
  }
}

}  // namespace splitvote::raft
