// "If there exists an N such that N > commitIndex, a majority of matchIndex[i] >= N, and
// log[N].term == currentTerm: set commitIndex = N" (Figure 2, sections 5.3 and 5.4).
#include "models/raft/raft.hpp"

namespace splitvote::raft {

void Raft::advance_commit_as_leader(Outbox& out) {
  const Index index = reached(&Member::match);
  // Figure 8: an entry of an older term is never committed by counting replicas, only by an entry
  // of this term behind it.
  if (index <= commit_ || log_.term(index) != term_) return;
  const bool first_of_term = commit_ < first_of_term_;
  set_commit(index, out);
  if (!first_of_term) return;
  begin_read_round(out);
  change_due_ = true;
}

void Raft::set_commit(Index index, Outbox& out) {
  if (index <= commit_) return;
  if (out.committed.empty()) out.committed.first = commit_ + 1;
  out.committed.last = index;
  // A configuration is among them.
  if (configurations_.newest_index() > commit_ && configurations_.newest_index() <= index)
    change_due_ = true;
  commit_ = index;
  out.notes.emplace_back(models::NoteType::committed, index, log_.term(index));
  release_forwarded_reads(out);
  if (deposed_ && log_.term(index) > led_term_) [[unlikely]]
    deposed_ = false;
}

}  // namespace splitvote::raft
