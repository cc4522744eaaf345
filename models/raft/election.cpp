// "To begin an election, a follower increments its current term and transitions to candidate
// state" (section 5.2); PreVote is section 9.6 of the dissertation.
#include "models/raft/raft.hpp"

namespace splitvote::raft {

/// The timer runs twice for one election timeout: its minimum, then the random rest. A leader looks
/// at its quorum.
void Raft::on_election_timeout(Outbox& out) {
  if (role_ == Role::leader) return close_window(out);
  if (is_fortified()) return repeat_lost_question(out);
  if (deposed_) defortify(out);
  if (!minimum_passed_) {
    minimum_passed_ = true;
    promised_ = false;
    out.election = ElectionTimer::arm_rest;
    return;
  }
  // Whoever may not lead waits until it is told more, or has told whom it led.
  if (!may_campaign()) {
    if (deposed_) wait_for_leader(out);
    return;
  }
  if (gives_way(out)) return;
  // A member's own log always counts as up to date with itself, so one voter needs no pre-vote.
  const bool alone = voters_ == 1 && !joint_ && members_[self_].votes;
  if (options_.pre_vote && !alone) return ask_for_pre_votes(out);
  campaign(Ballot::vote, out);
}

// "A server that times out first asks whether it could win: it sends the term it would begin, but
// keeps its own" (after section 9.6).
void Raft::ask_for_pre_votes(Outbox& out) {
  leader_ = sim::no_node;
  refuse_forwarded_reads(out);
  become(Role::pre_candidate, out);
  open_ballot(out);
  out.messages.reserve(members_.size());
  members_[self_].ballot = BallotState::granted;
  for (const Member& member : members_) {
    if (is_self(member) || !member.votes) continue;
    send<VoteRequest>(member.id, out) = {Ballot::pre_vote, term_ + 1, log_.last()};
  }
}

// "On conversion to candidate, start election: increment currentTerm, vote for self, reset election
// timer, send RequestVote RPCs to all other servers."
void Raft::campaign(Ballot ballot, Outbox& out) {
  enter_term(term_ + 1, out);
  vote_ = self();
  become(Role::candidate, out);
  open_ballot(out);
  out.messages.reserve(members_.size());
  // A request that overtook the disk could win votes for a term, and for a log, that this server
  // has forgotten after a crash. So requests wait as votes do.
  for (const Member& member : members_) {
    if (is_self(member) || !member.votes) continue;
    send<VoteRequest>(member.id, out, hard_state_token_) = {ballot, term_, log_.last()};
  }
}

void Raft::open_ballot(Outbox& out) {
  for (Member& member : members_) member.ballot = BallotState::open;
  wait_for_leader(out);
}

// "If votedFor is null or candidateId, and candidate's log is at least as up-to-date as receiver's
// log, grant vote."
void Raft::on_vote_request(NodeId candidate, const VoteRequest& request, Outbox& out) {
  if (request.ballot == Ballot::pre_vote) return on_pre_vote_request(candidate, request, out);
  // "If a server receives a RequestVote request within the minimum election timeout of hearing from
  // a current leader, it does not update its term or grant its vote" (dissertation, section 4.2.3).
  // Without CheckQuorum a leader that hears nobody would be protected for ever.
  // A candidate that the leader itself has chosen deposes nobody who does not expect it.
  const bool chosen = request.ballot == Ballot::transfer;
  const bool sticky = options_.leader_stickiness && options_.check_quorum && !chosen;
  // Of its own term a server may know no leader and still count for the lease of an older one.
  const bool deposes = request.term > term_ || (request.term == term_ && leader_ == sim::no_node);
  if (deposes && protects(candidate, request)) return;
  if (deposes && is_fortified()) release(out);
  if (deposes && sticky && hears_leader()) return;

  observe_term(request.term, out);
  const bool free = vote_ == sim::no_node || vote_ == candidate;
  const bool granted = request.term == term_ && free && up_to_date(request.last);
  if (granted) {
    if (vote_ == sim::no_node) {
      vote_ = candidate;
      store_hard_state(out);
    }
    wait_for_leader(out);
  }
  send<VoteResponse>(candidate, out, hard_state_token_) = {Ballot::vote, term_, granted};
}

// A server answers as it would if it were asked in earnest, and it would not if it hears a leader;
// without stickiness its log alone decides, as in etcd's raft without CheckQuorum. Nothing changes
// here, neither term nor vote nor timer.
void Raft::on_pre_vote_request(NodeId candidate, const VoteRequest& request, Outbox& out) {
  const bool refrains = is_fortified() ? protects(candidate, request)
                                       : options_.pre_vote_stickiness && hears_leader();
  if (request.term > term_ && refrains) return;
  const bool free = vote_ == sim::no_node || vote_ == candidate;
  const bool open = request.term > term_ || (request.term == term_ && free);
  const bool granted = open && up_to_date(request.last);
  const Term term = granted ? request.term : term_;
  send<VoteResponse>(candidate, out, hard_state_token_) = {Ballot::pre_vote, term, granted};
}

void Raft::on_vote_response(Member& voter, const VoteResponse& response, Outbox& out) {
  const bool pre_vote = response.ballot == Ballot::pre_vote;
  // A granted pre-vote names a term that nobody has begun.
  if (!(pre_vote && response.granted) && observe_term(response.term, out)) return;
  if (role_ != (pre_vote ? Role::pre_candidate : Role::candidate)) return;
  // A pre-vote is refused in the voter's own term, whatever was asked for.
  const Term asked = pre_vote ? term_ + 1 : term_;
  if (response.term != asked && !(pre_vote && !response.granted)) return;
  voter.ballot = response.granted ? BallotState::granted : BallotState::refused;
  count_ballots(out);
}

// "If votes received from majority of servers: become leader."
void Raft::count_ballots(Outbox& out) {
  // A lost ballot changes nothing: "election timeout elapses: start new election".
  if (tally_of([](const Member& member) { return member.ballot; }) != Tally::won) return;
  if (role_ == Role::pre_candidate) return campaign(Ballot::vote, out);
  become_leader(out);
}

/// A witness waits for a second election timeout: whoever has data, and all that is committed, is
/// elected meanwhile (as in braft, pull request 398). Its vote is free all the while.
bool Raft::gives_way(Outbox& out) {
  if (!witness() || gave_way_) return false;
  leader_ = sim::no_node;
  refuse_forwarded_reads(out);
  wait_for_leader(out);
  gave_way_ = true;
  return true;
}

/// Its timer goes on, and the next message of the leader makes it known again. What it may have
/// promised to the leader's lease stays promised.
void Raft::on_forget_leader(Outbox& out) {
  if (role_ != Role::follower || leader_ == sim::no_node) {
    out.refused_order = "this server follows nobody";
    return;
  }
  if (is_fortified()) {
    out.refused_order = "this server has fortified its leader";
    return;
  }
  leader_ = sim::no_node;
  refuse_forwarded_reads(out);
}

/// Whether a leader of this term is there for all this server knows: its own minimum election
/// timeout has not passed since it last heard one. A lease counts on that time whatever happens
/// meanwhile, a restart or a late answer of a higher term: either makes a server forget its leader.
bool Raft::hears_leader() const {
  const bool heard = leader_ != sim::no_node || (promised_ && options_.leases);
  return role_ == Role::leader || is_fortified() || (heard && !minimum_passed_);
}

// "If the logs have last entries with different terms, then the log with the later term is more
// up-to-date. If the logs end with the same term, then whichever log is longer" (section 5.4.1).
bool Raft::up_to_date(LogPosition last) const {
  const LogPosition own = log_.last();
  return last.term > own.term || (last.term == own.term && last.index >= own.index);
}

}  // namespace splitvote::raft
