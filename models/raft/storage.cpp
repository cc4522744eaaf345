// "Persistent state on all servers (updated on stable storage before responding to RPCs)"
// (Figure 2): which writes are under way and what becomes true when they are durable.
#include <algorithm>

#include "models/raft/raft.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

/// All that one step stores is one write.
Token Raft::write_token(Outbox& out) {
  if (out.store.token == no_token) {
    last_token_ = Token{sim::number(last_token_) + 1};
    out.store.token = last_token_;
  }
  return out.store.token;
}

void Raft::store_hard_state(Outbox& out) {
  hard_state_token_ = write_token(out);
  out.store.hard_state = true;
}

void Raft::note_appended(IndexRange range, Outbox& out) {
  for (Index index = range.first; index <= range.last; ++index) {
    out.notes.emplace_back(models::NoteType::appended, index, log_.term(index), log_.hash(index));
  }
}

void Raft::note_restored(bool sent, Outbox& out) const {
  out.notes.emplace_back(models::NoteType::restored, snapshot_.last.index, snapshot_.last.term,
                         sent ? 1 : 0);
}

void Raft::truncate_from(Index first, Outbox& out) {
  log_.truncate_from(first);
  out.notes.emplace_back(models::NoteType::truncated, first);
  // Writes under way that hold removed entries must not count for what replaces them.
  stored_ = std::min(stored_, first - 1);
  for (Write& write : writes_) write.last = std::min(write.last, first - 1);
  members_[self_].match = stored_;
}

void Raft::close_write(Outbox& out) {
  Store& store = out.store;
  if (store.token == no_token) return;
  Write write{.token = store.token, .last = log_.last_index()};
  if (store.hard_state) {
    store.term = term_;
    store.vote = vote_;
    write.vote_term = term_;
    write.vote = vote_;
  }
  writes_.push_back(write);
}

void Raft::on_persisted(Token token, Outbox& out) {
  SPLITVOTE_CHECK(token <= last_token_);
  if (token <= persisted_) return;
  persisted_ = token;
  Index stored = stored_;
  std::size_t done = 0;
  for (; done < writes_.size() && writes_[done].token <= token; ++done) {
    const Write& write = writes_[done];
    stored = std::max(stored, write.last);
    if (write.vote != sim::no_node) {
      out.notes.emplace_back(models::NoteType::vote, write.vote_term, sim::number(write.vote));
    }
  }
  writes_.erase(writes_.begin(), writes_.begin() + static_cast<std::ptrdiff_t>(done));

  // A candidate counts its own vote like any other: once it is on disk.
  if (role_ == Role::candidate && hard_state_token_ <= persisted_) {
    members_[self_].ballot = BallotState::granted;
    count_ballots(out);
  }
  if (stored == stored_) return;
  stored_ = stored;
  members_[self_].match = stored;
  out.notes.emplace_back(models::NoteType::stored, stored);
  // The leader's own disk is one of the majority (dissertation, section 10.2.1).
  if (role_ == Role::leader) {
    advance_commit_as_leader(out);
    if (!options_.parallel_disk) broadcast_append(out);
  }
  // One answer for everything that became durable: with group commit it stands for many requests.
  acknowledge_stored(out);
}

}  // namespace splitvote::raft
