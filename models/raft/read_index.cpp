// ReadIndex (section 8; dissertation, section 6.4): "the leader needs to make sure it has not been
// superseded by a newer leader of which it is unaware", by a round of heartbeats and not by the
// log.
#include "models/raft/raft.hpp"

namespace splitvote::raft {

void Raft::on_read(const Read& read, Outbox& out) {
  if (role_ != Role::leader) {
    out.refused_reads.push_back(read.id);
    return;
  }
  // One round is under way at a time; who comes meanwhile shares the next one. A round that began
  // earlier proves nothing for a later read.
  const bool idle = reads_.empty();
  reads_.push_back({.id = read.id, .round = read_round_ + 1});
  if (idle) begin_read_round(out);
}

/// For all reads that wait for the next round.
void Raft::begin_read_round(Outbox& out) {
  // "The leader must have the latest information on which entries are committed": it has once it
  // has committed an entry of its own term.
  if (reads_.empty() || commit_ < first_of_term_) return;
  ++read_round_;
  for (WaitingRead& read : reads_) {
    if (read.round == read_round_) read.index = commit_;
  }
  // Where the logs are known to agree, so that a round never looks like a loss.
  for (const Member& member : members_) {
    if (!is_self(member) && member.votes) send_heartbeat(member, member.match, out);
  }
  confirm_reads(out);
}

void Raft::confirm_reads(Outbox& out) {
  if (reads_.empty()) return;
  members_[self_].read_round = read_round_;
  const std::uint64_t confirmed = reached(&Member::read_round);

  std::size_t ready = 0;
  for (; ready < reads_.size() && reads_[ready].round <= confirmed; ++ready) {
    out.ready_reads.push_back({reads_[ready].id, reads_[ready].index});
  }
  if (ready == 0) return;
  reads_.erase(reads_.begin(), reads_.begin() + static_cast<std::ptrdiff_t>(ready));
  if (!reads_.empty() && reads_.front().round > read_round_) begin_read_round(out);
}

void Raft::refuse_reads(Outbox& out) {
  for (const WaitingRead& read : reads_) out.refused_reads.push_back(read.id);
  reads_.clear();
}

}  // namespace splitvote::raft
