// "Rules for Servers: All Servers" (Figure 2).
#include "models/raft/raft.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace splitvote::raft {

Raft::Raft(const Options& options, Configuration initial, NodeId self)
    : options_(options), configurations_(std::move(initial)), members_{{.id = self}} {
  SPLITVOTE_CHECK(is_valid(configurations_.newest()) && self != sim::no_node);
  SPLITVOTE_CHECK(options.inflight_messages_max > 0 && options.batch_entries_max > 0);
  adopt_newest();
}

Raft::Raft(const Options& options, std::span<const NodeId> voters, NodeId self)
    : Raft(options, configuration_of({voters.begin(), voters.end()}), self) {
  SPLITVOTE_CHECK(is_voter(configurations_.newest(), self));
}

void Raft::step(const Input& input, Outbox& out) {
  out.clear();
  SPLITVOTE_CHECK(started_ != std::holds_alternative<Start>(input));
  if (quiescent_ && disturbs(input)) [[unlikely]]
    wake(input, out);
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
  } else if (std::holds_alternative<SupportLost>(input)) {
    lose_support(out);
  } else if (const auto* compact = std::get_if<Compact>(&input)) {
    this->compact(compact->applied, out);
  } else if (const auto* taken = std::get_if<SnapshotTaken>(&input)) {
    on_snapshot_taken(taken->snapshot, out);
  } else if (std::holds_alternative<ForgetLeader>(input)) {
    on_forget_leader(out);
  } else if (const auto* transfer = std::get_if<TransferLeadership>(&input)) {
    on_transfer(*transfer, out);
  } else if (const auto* heartbeat = std::get_if<HeartbeatTimeout>(&input)) {
    on_heartbeat_timeout(heartbeat->supporters, out);
  } else if (std::holds_alternative<ElectionTimeout>(input)) {
    on_election_timeout(out);
  } else if (const auto* quorum = std::get_if<QuorumTimeout>(&input)) {
    on_quorum_timeout(quorum->silent, out);
  } else if (const auto* reconfigure = std::get_if<Reconfigure>(&input)) {
    on_reconfigure(*reconfigure, out);
  } else if (std::holds_alternative<LeaveJoint>(input)) {
    on_leave_joint(out);
  } else if (const auto* unreachable = std::get_if<Unreachable>(&input)) {
    on_unreachable(unreachable->peer, out);
  } else if (std::holds_alternative<TransferTimeout>(input)) {
    on_transfer_timeout(out);
  } else if (const auto* start = std::get_if<Start>(&input)) {
    on_start(*start, out);
  }
  if (change_due_) [[unlikely]]
    continue_change(out);
  close_write(out);
}

// "When servers start up, they begin as followers" (section 5.2).
void Raft::on_start(const Start& start, Outbox& out) {
  started_ = true;
  promised_ = true;  // perhaps, before it was restarted
  incarnation_ = start.incarnation;
  term_ = start.term;
  vote_ = start.vote;
  snapshot_ = start.snapshot;
  SPLITVOTE_CHECK(snapshot_.last.index >= start.base.index);
  // A snapshot may reach the disk before the term that it was taken in. It proves that the term has
  // begun, and whoever votes in a term has the term on its disk, so no vote is forgotten.
  if (snapshot_.last.term > term_) {
    term_ = snapshot_.last.term;
    vote_ = sim::no_node;
  }
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
  take_configuration_of_snapshot();
  note_configuration(out);
  if (!adopt_entries({commit_ + 1, stored_}, out)) return;
  become(Role::follower, out);
  wait_for_leader(out);
}

// "Servers process incoming RPC requests without consulting their current configurations. A server
// accepts AppendEntries requests from a leader that is not part of the server's latest
// configuration. [It] also grants its vote to a candidate that is not part of [it]" (dissertation,
// section 4.1): a new server knows of nobody. Responses only concern members.
void Raft::on_message(const Received& received, Outbox& out) {
  const NodeId source = received.source;
  if (source == self()) return;
  if (const auto* append = std::get_if<AppendEntries>(&received.message))
    return on_append_entries(source, *append, out);
  if (const auto* request = std::get_if<VoteRequest>(&received.message))
    return on_vote_request(source, *request, out);
  if (const auto* install = std::get_if<InstallSnapshot>(&received.message))
    return on_install_snapshot(source, *install, out);
  if (const auto* fortify = std::get_if<Fortify>(&received.message))
    return on_fortify(source, *fortify, received.support, out);
  if (const auto* defortify = std::get_if<Defortify>(&received.message))
    return on_defortify(source, *defortify, out);
  Member* const member = find(source);
  if (member == nullptr) return;
  if (const auto* appended = std::get_if<AppendResponse>(&received.message)) {
    on_append_response(*member, *appended, out);
  } else if (const auto* wanted = std::get_if<InstallSnapshotResponse>(&received.message)) {
    on_install_response(*member, *wanted, out);
  } else if (const auto* fortified = std::get_if<FortifyResponse>(&received.message)) {
    on_fortify_response(*member, *fortified);
  } else if (const auto* timeout_now = std::get_if<TimeoutNow>(&received.message)) {
    on_timeout_now(*timeout_now, out);
  } else if (const auto* asked = std::get_if<ReadIndexRequest>(&received.message)) {
    on_read_index_request(*member, *asked, out);
  } else if (const auto* told = std::get_if<ReadIndexResponse>(&received.message)) {
    on_read_index_response(*told, out);
  } else {
    on_vote_response(*member, std::get<VoteResponse>(received.message), out);
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
  asked_round_ = 0;
  timeout_now_sent_ = false;
  refuse_forwarded_reads(out);
  store_hard_state(out);
}

void Raft::become(Role role, Outbox& out) {
  role_ = role;
  out.notes.emplace_back(models::NoteType::role, static_cast<std::uint64_t>(role), term_);
}

/// What a leader leaves behind; the caller says what it becomes.
void Raft::step_down(Outbox& out) {
  leader_ = sim::no_node;
  transfer_to_ = sim::no_node;
  transfer_rests_ = false;
  outgoing_.clear();
  out.heartbeat = HeartbeatTimer::cancel;
  refuse_reads(out);
  wait_for_leader(out);
  if (!options_.fortification) return;
  deposed_ = true;
  defortify(out);
}

void Raft::follow(NodeId leader, Outbox& out) {
  if (role_ != Role::follower) become(Role::follower, out);
  // Elected by those who had made no promise, or whose promise was over.
  if (fortified_.term < term_ && is_fortified()) [[unlikely]]
    release(out);
  leader_ = leader;
  promised_ = true;
  wait_for_leader(out);
}

/// A whole election timeout from now on.
void Raft::wait_for_leader(Outbox& out) {
  minimum_passed_ = false;
  gave_way_ = false;
  await_leader(out);
}

/// Whoever has fortified its leader needs the timer for its own questions only.
void Raft::await_leader(Outbox& out) const {
  const bool needless = is_fortified() && forwarded_reads_.empty();
  out.election = needless ? ElectionTimer::cancel : ElectionTimer::arm_minimum;
}

Member* Raft::find(NodeId node) {
  for (Member& member : members_) {
    if (member.id == node) return &member;
  }
  return nullptr;
}

}  // namespace splitvote::raft
