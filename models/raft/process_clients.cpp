// A Raft server and its clients: requests become proposals and reads, and each gets one answer at
// most.
#include "models/kv/command.hpp"
#include "models/raft/forward.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

void RaftProcess::on_request(sim::Host& host, const Origin& origin, sim::ByteView frame) {
  client::Request request;
  if (!client::decode(frame, request)) {
    const auto kind = sim::number(client::request_kind);
    return host.note(models::note(models::NoteType::frame_rejected, kind));
  }
  const bool read = request.operation.kind == client::OperationKind::get;
  const Caller caller{origin, request.session, request.sequence, read};
  if (needs_leader(read)) return pass_on(host, caller, frame);
  if (!read || options_.reads == Reads::log) return propose(host, caller, request);
  if (options_.reads == Reads::local) {
    return read_local(host, caller, request.operation.key, frame);
  }
  this->read(host, caller, request.operation.key);
}

/// Whether this server cannot answer, and the leader can.
bool RaftProcess::needs_leader(bool read) const {
  const bool leads = raft_.role() == Role::leader && !raft_.witness();
  if (!read || options_.reads == Reads::log) return !leads;
  const bool anywhere = options_.reads == Reads::local || options_.reads == Reads::follower;
  return raft_.witness() || (!leads && !anywhere);
}

void RaftProcess::read(sim::Host& host, const Caller& caller, std::string_view key) {
  if (free_reads_.empty()) {
    free_reads_.push_back(static_cast<std::uint32_t>(reads_.size()));
    reads_.emplace_back();
  }
  const std::uint32_t place = free_reads_.back();
  free_reads_.pop_back();
  reads_[place].caller = caller;
  reads_[place].key.assign(key);
  const bool leased =
      options_.reads == Reads::lease && (host.now() < lease_end_ || is_supported(host));
  step(host, Read{ReadId{place}, leased || options_.reads == Reads::leader});
}

void RaftProcess::propose(sim::Host& host, const Caller& caller, const client::Request& request) {
  if (state_machine_lags()) return refuse_busy(host, caller);
  value_.clear();
  const std::uint64_t sequence = options_.sessions ? request.sequence : kv::no_sequence;
  kv::encode_value({request.session, sequence, request.operation}, value_);
  // The step applies nothing before it has accepted, so the caller is known by the time of the
  // answer.
  proposals_.push_back({raft_.log().last_index() + 1, caller});
  step(host, Propose{request.operation.key, sim::as_text(value_)});
  if (out_.proposal.kind != Verdict::Kind::busy) return;
  proposals_.pop_back();
  refuse_busy(host, caller);
}

bool RaftProcess::state_machine_lags() const {
  const std::uint64_t most = options_.max_unapplied_entries;
  return most != 0 && raft_.commit_index() > applied_ + most;
}

void RaftProcess::refuse_busy(sim::Host& host, const Caller& caller) {
  host.note(models::note(models::NoteType::throttled, caller.session, caller.sequence));
  refuse(host, caller, client::Status::busy);
}

/// Their entries may still be committed by a later leader that holds them, so their callers get no
/// answer: "not executed" could be a lie.
void RaftProcess::forget_proposals(Index first) {
  while (proposals_.size() > first_proposal_ && proposals_.back().index >= first) {
    proposals_.pop_back();
  }
}

/// "The leader would use the normal heartbeat mechanism to maintain a lease. Once the leader's
/// heartbeats were acknowledged by a majority of the cluster, the leader would extend its lease to
/// start + election timeout / clock drift bound" (dissertation, section 6.4.1).
void RaftProcess::obey_rounds(sim::Host& host) {
  if (raft_.role() != Role::leader) {
    rounds_.clear();
    lease_end_ = {INT64_MIN};
    return;
  }
  if (out_.round_begun != 0) rounds_.push_back({out_.round_begun, host.now()});
  std::size_t confirmed = 0;
  while (confirmed < rounds_.size() && rounds_[confirmed].number <= out_.round_confirmed) {
    ++confirmed;
  }
  if (confirmed == 0) return;
  // Others count in ticks: the first of them may be over at once.
  const sim::Duration lease =
      on_every_clock(options_, options_.election_timeout.first - options_.tick);
  lease_end_ = rounds_[confirmed - 1].begun + lease;
  rounds_.erase(rounds_.begin(), rounds_.begin() + static_cast<std::ptrdiff_t>(confirmed));
}

void RaftProcess::answer(sim::Host& host, const Caller& caller, const kv::Applied& applied) {
  respond(host, caller,
          {.session = caller.session,
           .sequence = caller.sequence,
           .status = applied.status,
           .leader = sim::no_node,
           .revision = applied.revision,
           .value = applied.value});
  host.note(
      models::note(models::NoteType::served, caller.session, caller.sequence, caller.read ? 1 : 0));
}

/// A witness that leads does so for nobody.
NodeId RaftProcess::leader_for_clients() const {
  const NodeId leader = raft_.leader();
  return raft_.witness() && leader == raft_.self() ? sim::no_node : leader;
}

void RaftProcess::refuse(sim::Host& host, const Caller& caller, client::Status status) {
  respond(host, caller,
          {.session = caller.session,
           .sequence = caller.sequence,
           .status = status,
           .leader = leader_for_clients(),
           .value = {}});
}

void RaftProcess::respond(sim::Host& host, const Caller& caller, const client::Response& response) {
  client::encode(response, frame_);
  const Origin& origin = caller.origin;
  if (origin.via == sim::no_node) return host.send(origin.client, client::response_kind, frame_);
  encode(forward_response_kind, {origin.client, frame_}, forwarded_);
  host.send(origin.via, forward_response_kind, forwarded_);
}

}  // namespace splitvote::raft
