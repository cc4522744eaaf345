// "AppendEntries RPC: Receiver implementation" (Figure 2), with the conflict hint of section 5.3.
#include <algorithm>

#include "models/raft/raft.hpp"

namespace splitvote::raft {

void Raft::on_append_entries(NodeId leader, const AppendEntries& append, Outbox& out) {
  // "Reply false if term < currentTerm."
  if (append.term < term_) return refuse(leader, append, out);
  observe_term(append.term, out);
  // Two leaders in one term cannot be; if a broken rule made them, the checkers tell.
  if (role_ == Role::leader) return;
  // "If AppendEntries RPC received from new leader: convert to follower."
  follow(leader, out);
  const std::uint64_t round_before = leader_round_;
  leader_round_ = std::max(leader_round_, append.read_round);
  if (append.entries.empty()) repeat_question(round_before, out);

  // "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm."
  if (!log_.holds(append.previous)) return refuse(leader, append, out);
  const bool appended = take_entries(append, out);
  if (out.halted != nullptr) return;
  // "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)."
  set_commit(std::min(append.commit, verified_), out);
  if (append.quiesce) [[unlikely]]
    doze(append, out);
  // New entries are answered when they are durable, see on_persisted.
  if (!appended) acknowledge(leader, append.entries.empty(), out);
}

/// Whether something was appended.
bool Raft::take_entries(const AppendEntries& append, Outbox& out) {
  sim::ByteView rest = append.entries;
  Index index = append.previous.index;
  while (!rest.empty()) {
    const EntryHead head = entry_head(rest);
    // What is here already stays: an older message must not cut what a newer one brought.
    if (!log_.holds(head.position)) break;
    index = head.position.index;
    rest = rest.subspan(head.size);
  }
  verified_ = std::max(verified_, index);
  if (rest.empty()) return false;

  // "If an existing entry conflicts with a new one (same index but different terms), delete the
  // existing entry and all that follow it."
  const Index first = index + 1;
  if (first <= log_.last_index()) {
    if (first <= commit_) {
      out.halted = "a leader asked to remove a committed entry";
      return false;
    }
    truncate_from(first, out);
    fall_back(first, out);
  }
  // "Append any new entries not already in the log."
  log_.append_encoded(rest);
  verified_ = log_.last_index();
  write_token(out);
  out.store.entries = {first, verified_};
  note_appended(out.store.entries, out);
  (void)adopt_entries(out.store.entries, out);
  return true;
}

// "The follower can include the term of the conflicting entry and the first index it stores for
// that term."
LogPosition Raft::conflict_hint(Index index) const {
  const LogPosition one_back{index, 0};
  if (options_.conflict_hints == ConflictHints::none) return one_back;
  if (index > log_.last_index()) return {log_.last_index() + 1, 0};
  if (options_.conflict_hints == ConflictHints::index) return one_back;
  const Term term = log_.term(index);
  return {log_.first_index_of(term), term};
}

void Raft::refuse(NodeId leader, const AppendEntries& append, Outbox& out) {
  const bool old_term = append.term < term_;
  AppendResponse& response = send<AppendResponse>(leader, out, hard_state_token_);
  response.term = term_;
  response.heartbeat = append.entries.empty();
  response.match = append.previous.index;
  if (old_term) return;
  response.hint = conflict_hint(append.previous.index);
  response.read_round = leader_round_;
}

/// Everything that agrees with the leader's log and is durable here, whatever was asked.
void Raft::acknowledge(NodeId leader, bool heartbeat, Outbox& out) {
  AppendResponse& response = send<AppendResponse>(leader, out, hard_state_token_);
  response.term = term_;
  response.heartbeat = heartbeat;
  response.accepted = true;
  response.match = std::min(verified_, stored_);
  response.read_round = leader_round_;
  response.quiesced = quiescent_;
}

/// More has become durable: a leader that is known hears of it at once.
void Raft::acknowledge_stored(Outbox& out) {
  const bool follows = role_ == Role::follower && leader_ != sim::no_node;
  if (follows && verified_ > 0) acknowledge(leader_, false, out);
}

}  // namespace splitvote::raft
