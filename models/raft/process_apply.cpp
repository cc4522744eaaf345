// A Raft server and its state machine: entries are applied in the step that commits them, or one
// behind the other in a time of their own; reads are answered when it has come far enough.
#include <vector>

#include "models/kv/command.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state machine"
// (Figure 2).
void RaftProcess::obey_committed(sim::Host& host) {
  // A witness has no state machine. Should it cease to be one, it has all of its log to catch up.
  if (raft_.witness() || out_.halted != nullptr) return;
  if (options_.apply_time.ns > 0) return go_on_applying(host);
  while (applied_ < raft_.commit_index()) apply(host, applied_ + 1);
}

void RaftProcess::go_on_applying(sim::Host& host) {
  if (applying_ || applied_ >= raft_.commit_index()) return;
  applying_ = true;
  host.arm(apply_timer, options_.apply_time);
}

/// The entry that the state machine was busy with; if a snapshot was faster, the first behind that.
void RaftProcess::apply_next(sim::Host& host) {
  applying_ = false;
  if (raft_.witness()) return;
  if (applied_ < raft_.commit_index()) apply(host, applied_ + 1);
  answer_reads(host);
  shorten_log(host);
  if (state_ != State::halted) go_on_applying(host);
}

void RaftProcess::apply(sim::Host& host, Index index) {
  SPLITVOTE_CHECK(index == applied_ + 1);
  const wal::Record record = raft_.log().entry(index);
  kv::Applied applied;
  kv::Command command;
  if (kv::decode(record, command)) applied = store_.apply(command, index);
  applied_ = index;
  applied_bytes_ += wal::overhead + record.key.size() + record.value.size();
  host.note(models::note(models::NoteType::applied, index, record.term, raft_.log().hash(index)));
  // Whoever leads by now: the entry that was proposed here is the one that was committed, because
  // a proposal whose entry left the log was forgotten then.
  if (first_proposal_ == proposals_.size() || proposals_[first_proposal_].index != index) return;
  answer(host, proposals_[first_proposal_].caller, applied);
  ++first_proposal_;
  if (first_proposal_ * 2 < proposals_.size()) return;
  proposals_.erase(proposals_.begin(),
                   proposals_.begin() + static_cast<std::ptrdiff_t>(first_proposal_));
  first_proposal_ = 0;
}

void RaftProcess::obey_reads(sim::Host& host) {
  for (const ReadyRead& ready : out_.ready_reads) {
    SPLITVOTE_CHECK(ready.index <= raft_.commit_index());
    ready_reads_.push_back(ready);
  }
  if (!ready_reads_.empty()) answer_reads(host);
  for (const ReadId id : out_.refused_reads) {
    if (take_freshness(id, false)) continue;
    const auto place = static_cast<std::uint32_t>(id);
    refuse(host, reads_[place].caller, client::Status::not_leader);
    free_reads_.push_back(place);
  }
}

// "The leader waits for its state machine to advance at least as far as the readIndex" (section
// 6.4, step 4); so does a follower.
void RaftProcess::answer_reads(sim::Host& host) {
  std::erase_if(ready_reads_, [&](const ReadyRead& ready) {
    // It may have become a witness since it took the read.
    const bool witness = raft_.witness();
    if (!witness && ready.index > applied_) return false;
    if (take_freshness(ready.id, !witness)) return true;
    const auto place = static_cast<std::uint32_t>(ready.id);
    if (witness) {
      refuse(host, reads_[place].caller, client::Status::not_leader);
    } else {
      answer(host, reads_[place].caller, store_.get(reads_[place].key));
    }
    free_reads_.push_back(place);
    return true;
  });
}

}  // namespace splitvote::raft
