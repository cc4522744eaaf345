// ReadIndex (section 8; dissertation, section 6.4): "the leader needs to make sure it has not been
// superseded by a newer leader of which it is unaware", by a round of heartbeats and not by the
// log.
#include "models/raft/raft.hpp"

namespace splitvote::raft {

void Raft::on_read(const Read& read, Outbox& out) {
  if (role_ != Role::leader) return forward_read(read.id, out);
  if (read.at_once && commit_ >= first_of_term_ && !timeout_now_sent_) {
    out.ready_reads.push_back({read.id, commit_});
    return;
  }
  wait_for_round({.id = read.id}, out);
}

void Raft::wait_for_round(const WaitingRead& read, Outbox& out) {
  // One round is under way at a time; who comes meanwhile shares the next one. A round that began
  // earlier proves nothing for a later read.
  idle_heartbeats_ = 0;
  const bool idle = reads_.empty();
  reads_.push_back(read);
  reads_.back().round = read_round_ + 1;
  if (idle) begin_read_round(out);
}

/// For all reads that wait for the next round.
void Raft::begin_read_round(Outbox& out) {
  // "The leader must have the latest information on which entries are committed": it has once it
  // has committed an entry of its own term.
  if (reads_.empty() || commit_ < first_of_term_) return;
  count_read_round();
  // Where the logs are known to agree, so that a round never looks like a loss.
  for (const Member& member : members_) {
    if (!is_self(member) && member.votes) send_heartbeat(member, member.match, out);
  }
  confirm_reads(out);
}

/// The reads that waited for this round see everything that is committed when it begins.
void Raft::count_read_round() {
  ++read_round_;
  for (WaitingRead& read : reads_) {
    if (read.round == read_round_) read.index = commit_;
  }
}

void Raft::confirm_reads(Outbox& out) {
  if (reads_.empty() && !options_.leases) return;
  members_[self_].read_round = read_round_;
  const std::uint64_t confirmed = reached(&Member::read_round);
  out.round_confirmed = confirmed;

  std::size_t ready = 0;
  for (; ready < reads_.size() && reads_[ready].round <= confirmed; ++ready) {
    answer_read(reads_[ready], out);
  }
  if (ready == 0) return;
  reads_.erase(reads_.begin(), reads_.begin() + static_cast<std::ptrdiff_t>(ready));
  if (!reads_.empty() && reads_.front().round > read_round_) begin_read_round(out);
}

void Raft::answer_read(const WaitingRead& read, Outbox& out) {
  if (read.asker == sim::no_node) {
    out.ready_reads.push_back({read.id, read.index});
    return;
  }
  const ReadIndexRequest& asked = read.request;
  send<ReadIndexResponse>(read.asker, out) = {term_, asked.incarnation, asked.sequence, read.index};
}

/// A follower that asked learns of it by the new term or by silence.
void Raft::refuse_reads(Outbox& out) {
  for (const WaitingRead& read : reads_) {
    if (read.asker == sim::no_node) out.refused_reads.push_back(read.id);
  }
  reads_.clear();
}

}  // namespace splitvote::raft
