// "InstallSnapshot RPC" (Figure 13, section 7; dissertation, chapter 5): what the log no longer
// holds reaches a follower as the state it has led to.
#include <algorithm>
#include <utility>

#include "models/raft/raft.hpp"
#include "sim/base/check.hpp"
#include "sim/base/checksum.hpp"

namespace splitvote::raft {

// "Each server takes snapshots independently, covering just the committed entries in its log." Some
// entries stay, so that a follower that is only a little behind needs no snapshot.
void Raft::on_snapshot_saved(const SnapshotSaved& saved, Outbox& out) {
  if (saved.snapshot.last.index <= snapshot_.last.index) return;  // a leader's came first
  snapshot_ = saved.snapshot;
  const Index end = snapshot_.last.index;
  if (snapshot_.configuration == nullptr) {
    snapshot_.configuration = encoded(configurations_.up_to(end).configuration);
  }
  // What a durable snapshot stands for is durable, whatever became of the entries.
  if (end > stored_) {
    stored_ = end;
    members_[self_].match = end;
    out.notes.emplace_back(models::NoteType::stored, end);
    acknowledge_stored(out);
  }
  compact(end, out);
}

/// All that is left in the log of what was applied up to here is what trails it.
void Raft::compact(Index applied, Outbox& out) {
  const Index last = applied - std::min<Index>(applied, options_.trailing_entries);
  if (last <= log_.base().index) return;
  log_.compact(last);
  configurations_.compact(last);
  out.notes.emplace_back(models::NoteType::compacted, last, log_.base().term);
  if (role_ != Role::leader) return;
  for (Member& member : members_) {
    const bool lags = !is_self(member) && member.next <= last;
    if (lags && member.replication != Replication::snapshot) begin_snapshot(member, out);
  }
}

// "The leader must occasionally send snapshots to followers that lag behind", namely if "the leader
// has already discarded the next log entry that it needs to send".
void Raft::begin_snapshot(Member& follower, Outbox& out) {
  // What is taken for somebody who is away is old when it comes back (etcd waits likewise).
  if (options_.snapshots_on_demand && !follower.recently_active) return;
  resume(follower, out);
  follower.replication = Replication::snapshot;
  follower.probe_sent = false;
  follower.inflight_count = 0;
  drop_outgoing(follower.id);
  if (options_.snapshots_on_demand) {
    out.snapshot_wanted = true;
  } else {
    send_snapshot(follower, snapshot_, out);
  }
}

void Raft::send_snapshot(Member& follower, const Snapshot& snapshot, Outbox& out) {
  follower.next = snapshot.last.index + 1;
  outgoing_.push_back(
      {.target = follower.id, .snapshot = snapshot, .checksum = sim::crc32c(*snapshot.content)});
  send_chunk(follower, out);
}

void Raft::on_snapshot_taken(const Snapshot& snapshot, Outbox& out) {
  SPLITVOTE_CHECK(log_.base().index <= snapshot.last.index && snapshot.last.index <= commit_);
  if (role_ != Role::leader) return;
  for (Member& member : members_) {
    if (member.replication != Replication::snapshot) continue;
    const bool waits =
        std::ranges::find(outgoing_, member.id, &OutgoingSnapshot::target) == outgoing_.end();
    if (waits) send_snapshot(member, snapshot, out);
  }
}

/// Of a follower that is being sent one.
OutgoingSnapshot& Raft::outgoing(const Member& follower) {
  const auto found = std::ranges::find(outgoing_, follower.id, &OutgoingSnapshot::target);
  SPLITVOTE_CHECK(found != outgoing_.end());
  return *found;
}

void Raft::drop_outgoing(NodeId target) {
  std::erase_if(outgoing_, [&](const OutgoingSnapshot& each) { return each.target == target; });
}

void Raft::send_chunk(Member& follower, Outbox& out) {
  OutgoingSnapshot& outgoing = this->outgoing(follower);
  outgoing.silence = 0;
  const sim::ByteView content(*outgoing.snapshot.content);
  const std::uint64_t size =
      std::min<std::uint64_t>(options_.snapshot_chunk_bytes, content.size() - outgoing.offset);
  send<InstallSnapshot>(follower.id, out) = {.term = term_,
                                             .last = outgoing.snapshot.last,
                                             .size = content.size(),
                                             .checksum = outgoing.checksum,
                                             .offset = outgoing.offset,
                                             .configuration = *outgoing.snapshot.configuration,
                                             .chunk = content.subspan(outgoing.offset, size)};
}

/// A follower that answers no heartbeat would not answer a chunk. From one that does, a chunk, or
/// its answer, was lost, or is only slow: each time it is sent again the leader waits longer, and
/// goes on so until a chunk that was sent once tells how long an answer takes (as TCP does: Karn
/// and Partridge, "Improving Round-Trip Time Estimates", 1987).
void Raft::wait_for_chunk(Member& follower, Outbox& out) {
  OutgoingSnapshot& outgoing = this->outgoing(follower);
  if (!std::exchange(outgoing.heard, false)) return;
  if (++outgoing.silence <= outgoing.patience) return;
  outgoing.patience = std::min(2 * outgoing.patience, OutgoingSnapshot::patience_max);
  outgoing.repeated = true;
  // The whole had arrived, but no word came that it is installed: a last empty chunk asks for one.
  send_chunk(follower, out);
}

void Raft::on_install_response(Member& follower, const InstallSnapshotResponse& response,
                               Outbox& out) {
  if (observe_term(response.term, out)) return;
  if (role_ != Role::leader || response.term < term_) return;
  count_active(follower, out);
  if (follower.replication != Replication::snapshot) return;
  OutgoingSnapshot& outgoing = this->outgoing(follower);
  if (response.last != outgoing.snapshot.last) return;
  if (response.offset != outgoing.offset) return;  // to an older chunk: another one is under way
  if (response.next_offset > outgoing.snapshot.content->size()) return;
  if (response.next_offset == outgoing.offset) return;  // it is sent again soon enough
  if (!outgoing.repeated) {
    outgoing.patience = std::clamp(2 * outgoing.silence, OutgoingSnapshot::patience_min,
                                   OutgoingSnapshot::patience_max);
  }
  outgoing.repeated = false;
  outgoing.offset = response.next_offset;
  send_chunk(follower, out);
}

/// Whether entries can go on from where the follower is: it has the snapshot, or entries that were
/// under way have overtaken it.
bool Raft::leave_snapshot(Member& follower, Outbox& out) {
  if (follower.match >= log_.base().index) {
    follower.replication = Replication::replicate;
    follower.next = follower.match + 1;
    drop_outgoing(follower.id);
    return true;
  }
  // It is installed, and meanwhile the log was compacted beyond it.
  if (follower.match >= outgoing(follower).snapshot.last.index) begin_snapshot(follower, out);
  return false;
}

void Raft::on_install_snapshot(NodeId leader, const InstallSnapshot& install, Outbox& out) {
  // "Reply immediately if term < currentTerm."
  if (install.term < term_) {
    send<InstallSnapshotResponse>(leader, out, hard_state_token_) = {
        .term = term_, .last = install.last, .offset = install.offset};
    return;
  }
  observe_term(install.term, out);
  if (role_ == Role::leader) return;  // two leaders in one term: the checkers tell
  follow(leader, out);
  if (!snapshot_is_known(install)) return take_chunk(leader, install, out);
  // "If existing log entry has same index and term as snapshot's last included entry, retain log
  // entries following it and reply."
  if (incoming_.last == install.last) incoming_ = {};
  verified_ = std::max(verified_, install.last.index);
  set_commit(install.last.index, out);
  acknowledge(leader, false, out);
}

/// What this server has committed agrees with every leader of a later term.
bool Raft::snapshot_is_known(const InstallSnapshot& install) const {
  return install.last.index <= commit_ || log_.holds(install.last);
}

// "Create new snapshot file if first chunk; write data into snapshot file at given offset; reply
// and wait for more data chunks if done is false."
void Raft::take_chunk(NodeId leader, const InstallSnapshot& install, Outbox& out) {
  const bool same = incoming_.last == install.last && incoming_.size == install.size &&
                    incoming_.checksum == install.checksum;
  const sim::ByteView configuration = install.configuration;
  if (!same) {
    incoming_ = {install.last, install.size, install.checksum, {}, {}};
    sim::append(incoming_.configuration, configuration);
  }
  if (install.offset == incoming_.content.size()) sim::append(incoming_.content, install.chunk);
  const bool whole = incoming_.content.size() == incoming_.size;
  if (whole && sim::crc32c(incoming_.content) == incoming_.checksum) return this->install(out);
  if (incoming_.content.size() >= incoming_.size) incoming_.content.clear();  // not what was said
  const std::uint64_t wanted = incoming_.content.size();
  send<InstallSnapshotResponse>(leader, out, hard_state_token_) = {
      .term = term_, .last = install.last, .offset = install.offset, .next_offset = wanted};
}

// "Discard the entire log. Reset state machine using snapshot contents." The answer waits until it
// is durable, see on_persisted.
void Raft::install(Outbox& out) {
  snapshot_ = {incoming_.last, std::make_shared<const sim::Bytes>(std::move(incoming_.content)),
               std::make_shared<const sim::Bytes>(std::move(incoming_.configuration))};
  incoming_ = {};
  // Until then this server's disk has what it had committed before, and nothing else that counts.
  stored_ = std::min(stored_, commit_);
  for (Write& write : writes_) write.last = std::min(write.last, commit_);
  members_[self_].match = stored_;
  log_.restart_behind(snapshot_.last);
  verified_ = snapshot_.last.index;
  commit_ = snapshot_.last.index;
  write_token(out);
  out.store.snapshot = true;
  note_restored(true, out);
  take_configuration_of_snapshot();
  note_configuration(out);
}

}  // namespace splitvote::raft
