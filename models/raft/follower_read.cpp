// Reads at followers (dissertation, section 6.4): "a follower could issue a request to the leader
// that just asks for the current readIndex", then wait until it has applied so much itself.
#include "models/raft/raft.hpp"

namespace splitvote::raft {

void Raft::forward_read(ReadId id, Outbox& out) {
  if (role_ != Role::follower || leader_ == sim::no_node) {
    out.refused_reads.push_back(id);
    return;
  }
  forwarded_reads_.push_back({.id = id, .sequence = ++forward_sequence_});
  ask_for_read_index(out);
  if (is_fortified()) await_leader(out);
}

/// For all that are still without an index.
void Raft::ask_for_read_index(Outbox& out) {
  asked_round_ = leader_round_;
  send<ReadIndexRequest>(leader_, out) = {term_, incarnation_, forward_sequence_};
}

/// At a heartbeat, because the question or its answer may have been lost. Not if the heartbeat
/// begins a round that may be the question's, or the last one before: its answer is on the way, and
/// another question would only make the leader begin another round.
void Raft::repeat_question(std::uint64_t round_before, Outbox& out) {
  if (forwarded_reads_.empty() || forwarded_reads_.back().index != 0) return;
  const bool under_way = leader_round_ > round_before && leader_round_ <= asked_round_ + 2;
  if (!under_way) ask_for_read_index(out);
}

void Raft::on_read_index_request(const Member& asker, const ReadIndexRequest& request,
                                 Outbox& out) {
  if (observe_term(request.term, out) || role_ != Role::leader) return;
  wait_for_round({.asker = asker.id, .request = request}, out);
}

void Raft::on_read_index_response(const ReadIndexResponse& response, Outbox& out) {
  // An index of an older term is right as well, but nothing of that term waits any more.
  if (observe_term(response.term, out) || response.term < term_) return;
  if (response.incarnation != incarnation_) return;
  for (ForwardedRead& read : forwarded_reads_) {
    if (read.index == 0 && read.sequence <= response.sequence) read.index = response.index;
  }
  release_forwarded_reads(out);
}

/// "It waits for its state machine to advance at least as far as the readIndex."
void Raft::release_forwarded_reads(Outbox& out) {
  if (forwarded_reads_.empty()) return;
  std::size_t ready = 0;
  for (; ready < forwarded_reads_.size(); ++ready) {
    const ForwardedRead& read = forwarded_reads_[ready];
    if (read.index == 0 || read.index > commit_) break;
    out.ready_reads.push_back({read.id, read.index});
  }
  forwarded_reads_.erase(forwarded_reads_.begin(),
                         forwarded_reads_.begin() + static_cast<std::ptrdiff_t>(ready));
}

void Raft::refuse_forwarded_reads(Outbox& out) {
  for (const ForwardedRead& read : forwarded_reads_) out.refused_reads.push_back(read.id);
  forwarded_reads_.clear();
}

}  // namespace splitvote::raft
