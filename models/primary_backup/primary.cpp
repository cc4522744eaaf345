// The primary: answers clients when its own disk has their writes, and ships them to the backups
// later.
#include <algorithm>

#include "models/kv/command.hpp"
#include "models/primary_backup/server.hpp"

namespace splitvote::primary_backup {

using models::NoteType;

void Server::on_request(sim::Host& host, sim::NodeId client, sim::ByteView frame) {
  client::Request request;
  if (!client::decode(frame, request)) {
    const auto kind = sim::number(client::request_kind);
    return host.note(models::note(NoteType::frame_rejected, kind));
  }
  if (state_ != State::primary) return refuse(host, client, request);

  const Caller caller{log_.last() + 1, client, request.session, request.sequence};
  if (request.operation.kind == client::OperationKind::get)
    return answer(host, caller, store_.get(request.operation.key), true);

  // A retry becomes an entry, too; the store executes it once and answers both.
  callers_.push_back(caller);
  value_.clear();
  kv::encode_value({request.session, request.sequence, request.operation}, value_);
  append_entry(
      host,
      {epoch_, caller.index, wal::RecordType::command, request.operation.key, sim::as_text(value_)},
      {});
  flush(host);
}

void Server::answer(sim::Host& host, const Caller& caller, const kv::Applied& applied, bool read) {
  client::encode(client::Response{.session = caller.session,
                                  .sequence = caller.sequence,
                                  .status = applied.status,
                                  .revision = applied.revision,
                                  .value = applied.value},
                 frame_);
  host.send(caller.client, client::response_kind, frame_);
  host.note(models::note(NoteType::served, caller.session, caller.sequence, read ? 1 : 0));
}

void Server::refuse(sim::Host& host, sim::NodeId client, const client::Request& request) {
  const std::uint64_t owner = owner_rank(epoch_, members_.size());
  client::encode(client::Response{.session = request.session,
                                  .sequence = request.sequence,
                                  .status = client::Status::not_leader,
                                  .leader = owner == rank_ ? sim::no_node : members_[owner]},
                 frame_);
  host.send(client, client::response_kind, frame_);
}

void Server::become_primary(sim::Host& host) {
  state_ = State::primary;
  note_role(host, models::Role::leader);
  // Nobody's log is known, so everybody's is tried at the end of this one.
  shipped_.assign(members_.size(), log_.last());
  commit(host, written_);
  heartbeat(host);
}

void Server::heartbeat(sim::Host& host) {
  for (std::size_t rank = 0; rank < members_.size(); ++rank) {
    if (rank != rank_) ship(host, rank);
  }
  host.arm(heartbeat_timer, options_.heartbeat_interval);
}

void Server::replicate(sim::Host& host) {
  for (std::size_t rank = 0; rank < members_.size(); ++rank) {
    if (rank == rank_ || shipped_[rank] == committed_) continue;
    ship(host, rank);
    if (shipped_[rank] < committed_) arm_replication(host);
  }
}

/// The next batch behind what this backup was sent, or nothing but the sign of life.
void Server::ship(sim::Host& host, std::size_t rank) {
  const Index previous = shipped_[rank];
  if (previous < committed_)
    shipped_[rank] = log_.fitting(previous + 1, committed_, options_.batch_bytes_max);
  encode(Replicate{.epoch = epoch_,
                   .previous_index = previous,
                   .previous_epoch = log_.epoch(previous),
                   .end = committed_,
                   .records = log_.bytes(previous + 1, shipped_[rank])},
         frame_);
  host.send(members_[rank], replicate_kind, frame_);
}

void Server::on_disagree(sim::Host& host, sim::NodeId source, const Disagree& message) {
  if (message.epoch > epoch_) return follow(host, message.epoch);
  const auto member = std::ranges::find(members_, source);
  if (state_ != State::primary || member == members_.end()) return;

  // Back to where both may have the same entry: up to its index, the backup has none of a later
  // epoch.
  Index index = std::min(message.index, committed_);
  while (log_.epoch(index) > message.index_epoch) --index;
  shipped_[static_cast<std::size_t>(member - members_.begin())] = index;
  arm_replication(host);
}

void Server::arm_replication(sim::Host& host) {
  if (replication_armed_) return;
  replication_armed_ = true;
  host.arm(replication_timer, options_.replication_interval);
}

}  // namespace splitvote::primary_backup
