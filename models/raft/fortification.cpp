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

/// Nothing that a heartbeat could tell it is new to it.
bool Raft::is_settled(const Member& follower) const {
  return follower.replication == Replication::replicate && follower.match == log_.last_index() &&
         follower.committed == commit_;
}

/// `epoch`: of this node's support for the leader's.
void Raft::on_fortify(NodeId leader, const Fortify& fortify, SupportEpoch epoch, Outbox& out) {
  const bool follows = role_ == Role::follower && leader_ == leader && fortify.term == term_;
  if (!options_.fortification || !follows || epoch == 0) return;
  const Fortified before = fortified_;
  fortified_ = {.leader = leader, .term = term_, .epoch = epoch};
  if (before.leader != leader || before.term != term_) note_fortification(true, term_, leader, out);
  out.election = ElectionTimer::cancel;
  send<FortifyResponse>(leader, out, hard_state_token_) = {term_, epoch, commit_};
}

void Raft::on_fortify_response(Member& follower, const FortifyResponse& response) {
  if (role_ != Role::leader || response.term != term_) return;
  follower.fortified = std::max(follower.fortified, response.epoch);
  follower.committed = std::max(follower.committed, response.commit);
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
