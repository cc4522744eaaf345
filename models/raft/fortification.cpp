// Fortification (CockroachDB since 25.2): a follower promises its leader that it will neither stand
// nor vote against it for as long as its node supports the leader's (node_support.hpp). It needs no
// election timer then, and a follower that has everything needs no heartbeats.
#include "models/raft/raft.hpp"

namespace splitvote::raft {
namespace {

void note_fortification(bool fortified, Term term, NodeId leader, Outbox& out) {
  out.notes.emplace_back(models::NoteType::fortification, fortified ? 1 : 0, term,
                         sim::number(leader));
}

}  // namespace

bool Raft::is_quorum(NodeSet nodes) const {
  const NodeSet all = nodes | set_of(self());
  BallotCount voters;
  BallotCount outgoing;
  const auto add = [all](BallotCount& count, const Member& member) {
    ++count.members;
    count.granted += (all & set_of(member.id)) != 0;
  };
  for (std::size_t i = 0; i < voters_; ++i) add(voters, members_[i]);
  for (const Member& member : members_) {
    if (member.votes_before) add(outgoing, member);
  }
  return tally(voters, outgoing) == Tally::won;
}

/// Nothing that a heartbeat could tell it is new to it, and this leader waits for no answer of it:
/// neither to a round of reads nor to a hand-over, both of which heartbeats repeat.
bool Raft::needs_heartbeat(const Member& follower) const {
  const bool settled = follower.replication == Replication::replicate &&
                       follower.match == log_.last_index() && follower.committed == commit_;
  return !settled || !reads_.empty() || witness() || follower.id == transfer_to_;
}

/// `epoch`: of this node's support for the leader's.
void Raft::on_fortify(NodeId leader, const Fortify& fortify, SupportEpoch epoch, Outbox& out) {
  const bool follows = role_ == Role::follower && leader_ == leader && fortify.term == term_;
  if (!options_.fortification || !follows || epoch == 0) return;
  const Fortified before = fortified_;
  fortified_ = {.leader = leader, .term = term_, .epoch = epoch};
  if (before.leader != leader || before.term != term_) note_fortification(true, term_, leader, out);
  await_leader(out);
  send<FortifyResponse>(leader, out, hard_state_token_) = {term_, epoch, commit_};
}

void Raft::on_fortify_response(Member& follower, const FortifyResponse& response) {
  if (role_ != Role::leader || response.term != term_) return;
  // In another epoch it may have been restarted, and know less.
  if (response.epoch < follower.fortified) return;
  const bool renewed = response.epoch > follower.fortified;
  follower.committed = renewed ? response.commit : std::max(follower.committed, response.commit);
  follower.fortified = response.epoch;
}

/// Whether the promise stands between this candidate and a vote. Not if the leader itself chose the
/// candidate, or stands, and thus leads no more; nor if there has been a leader of a later term.
bool Raft::protects(NodeId candidate, const VoteRequest& request) const {
  if (!is_fortified() || request.term <= fortified_.term) return is_fortified();
  return request.ballot != Ballot::transfer && candidate != fortified_.leader &&
         request.last.term <= fortified_.term;
}

/// Nobody sends it heartbeats that would repeat it, so its own timer does.
void Raft::repeat_lost_question(Outbox& out) {
  if (forwarded_reads_.empty() || forwarded_reads_.back().index != 0) return;
  ask_for_read_index(out);
  await_leader(out);
}

/// The promise is over, and with it what kept this server from standing.
void Raft::release(Outbox& out) {
  note_fortification(false, fortified_.term, fortified_.leader, out);
  fortified_ = {};
  minimum_passed_ = true;
  out.election = ElectionTimer::arm_rest;
}

/// The node of the leader that this server has fortified has lost the support of this one.
void Raft::lose_support(Outbox& out) {
  if (is_fortified()) release(out);
}

/// A leader that steps down sets its followers free: its node lives, so nothing else would. It says
/// so again until an entry of a later term is committed.
void Raft::defortify(Outbox& out) {
  for (const Member& member : members_) {
    if (!is_self(member)) send<Defortify>(member.id, out).term = led_term_;
  }
}

void Raft::on_defortify(NodeId leader, const Defortify& message, Outbox& out) {
  const bool mine = is_fortified() && fortified_.leader == leader;
  if (mine && message.term >= fortified_.term) release(out);
}

}  // namespace splitvote::raft
