// "Rules for Servers: All Servers" (Figure 2).
#include "models/raft/raft.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace splitvote::raft {

Raft::Raft(const Options& options, std::span<const NodeId> members, NodeId self)
    : options_(options) {
  SPLITVOTE_CHECK(!members.empty() && members.size() <= members_max);
  SPLITVOTE_CHECK(options.inflight_messages_max > 0 && options.batch_entries_max > 0);
  members_.resize(members.size());
  inflight_.resize(members.size() * options.inflight_messages_max);
  self_ = members.size();
  for (std::size_t i = 0; i < members.size(); ++i) {
    members_[i].id = members[i];
    if (members[i] == self) self_ = i;
  }
  SPLITVOTE_CHECK(self_ < members.size());
}

void Raft::step(const Input& input, Outbox& out) {
  out.clear();
  SPLITVOTE_CHECK(started_ != std::holds_alternative<Start>(input));
  if (const auto* received = std::get_if<Received>(&input)) {
    on_message(*received, out);
  } else if (const auto* propose = std::get_if<Propose>(&input)) {
    on_propose(*propose, out);
  } else if (const auto* persisted = std::get_if<Persisted>(&input)) {
    on_persisted(persisted->token, out);
  } else if (const auto* read = std::get_if<Read>(&input)) {
    on_read(*read, out);
  } else if (const auto* saved = std::get_if<SnapshotSaved>(&input)) {
    on_snapshot_saved(*saved, out);
  } else if (std::holds_alternative<HeartbeatTimeout>(input)) {
    on_heartbeat_timeout(out);
  } else if (std::holds_alternative<ElectionTimeout>(input)) {
    on_election_timeout(out);
  } else {
    on_start(std::get<Start>(input), out);
  }
  close_write(out);
}

// "When servers start up, they begin as followers" (section 5.2).
void Raft::on_start(const Start& start, Outbox& out) {
  started_ = true;
  term_ = start.term;
  vote_ = start.vote;
  snapshot_ = start.snapshot;
  SPLITVOTE_CHECK(snapshot_.last.index >= start.base.index);
  log_.restart_behind(start.base);
  log_.append_encoded(start.entries);
  if (!log_.holds(snapshot_.last)) log_.restart_behind(snapshot_.last);
  stored_ = log_.last_index();
  commit_ = snapshot_.last.index;
  members_[self_].match = stored_;
  const std::uint64_t vote = vote_ == sim::no_node ? 0 : std::uint64_t{sim::number(vote_)} + 1;
  out.notes.emplace_back(models::NoteType::recovered, stored_, term_, vote);
  if (snapshot_.exists()) note_restored(false, out);
  note_appended({commit_ + 1, stored_}, out);
  if (stored_ > 0) out.notes.emplace_back(models::NoteType::stored, stored_);
  become(Role::follower, out);
  wait_for_leader(out);
}

void Raft::on_message(const Received& received, Outbox& out) {
  Member* const source = find(received.source);
  if (source == nullptr || is_self(*source)) return;
  if (const auto* append = std::get_if<AppendEntries>(&received.message)) {
    on_append_entries(*source, *append, out);
  } else if (const auto* appended = std::get_if<AppendResponse>(&received.message)) {
    on_append_response(*source, *appended, out);
  } else if (const auto* request = std::get_if<VoteRequest>(&received.message)) {
    on_vote_request(*source, *request, out);
  } else if (const auto* install = std::get_if<InstallSnapshot>(&received.message)) {
    on_install_snapshot(*source, *install, out);
  } else if (const auto* wanted = std::get_if<InstallSnapshotResponse>(&received.message)) {
    on_install_response(*source, *wanted, out);
  } else {
    on_vote_response(*source, std::get<VoteResponse>(received.message), out);
  }
}

// "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to
// follower."
bool Raft::observe_term(Term term, Outbox& out) {
  if (term <= term_) return false;
  const Role before = role_;
  enter_term(term, out);
  if (before == Role::leader) step_down(out);
  become(Role::follower, out);
  return true;
}

/// The vote of a term is free when the term begins, and nothing is known of its leader.
void Raft::enter_term(Term term, Outbox& out) {
  term_ = term;
  vote_ = sim::no_node;
  leader_ = sim::no_node;
  verified_ = 0;
  leader_round_ = 0;
  store_hard_state(out);
}

void Raft::become(Role role, Outbox& out) {
  role_ = role;
  out.notes.emplace_back(models::NoteType::role, static_cast<std::uint64_t>(role), term_);
}

/// What a leader leaves behind; the caller says what it becomes.
void Raft::step_down(Outbox& out) {
  leader_ = sim::no_node;
  out.heartbeat = HeartbeatTimer::cancel;
  refuse_reads(out);
  wait_for_leader(out);
}

void Raft::follow(NodeId leader, Outbox& out) {
  if (role_ != Role::follower) become(Role::follower, out);
  leader_ = leader;
  wait_for_leader(out);
}

/// A whole election timeout from now on.
void Raft::wait_for_leader(Outbox& out) {
  minimum_passed_ = false;
  out.election = ElectionTimer::arm_minimum;
}

Member* Raft::find(NodeId node) {
  for (Member& member : members_) {
    if (member.id == node) return &member;
  }
  return nullptr;
}

}  // namespace splitvote::raft
