// The backup: takes over the log of the primary with the latest epoch, and succeeds it when it is
// silent.
#include <algorithm>

#include "models/primary_backup/server.hpp"

namespace splitvote::primary_backup {

void Server::on_replicate(sim::Host& host, sim::NodeId source, const Replicate& message) {
  const std::size_t owner = owner_rank(message.epoch, members_.size());
  if (owner == rank_ || members_[owner] != source) return;
  if (message.epoch < epoch_) return disagree(host, source, 0);
  if (message.epoch > epoch_) follow(host, message.epoch);
  watch(host);

  const Index previous = message.previous_index;
  const bool placed = previous <= log_.last() && log_.epoch(previous) == message.previous_epoch;
  if (!placed) {
    // The last own entry that can be in the primary's log at all.
    Index index = std::min(previous, log_.last());
    while (log_.epoch(index) > message.previous_epoch) --index;
    return disagree(host, source, index);
  }
  adopt_entries(host, message);
}

/// Everything shipped was committed by the primary, so it is executed here at once.
void Server::adopt_entries(sim::Host& host, const Replicate& message) {
  Index index = message.previous_index;
  wal::Record record;
  for (sim::ByteView rest = message.records; !rest.empty();) {
    const sim::ByteView encoded = take_record(rest, record);
    ++index;
    if (index <= log_.last() && log_.epoch(index) == record.term) continue;
    if (index <= log_.last()) truncate(host, index);
    append_entry(host, record, encoded);
  }
  // What lies behind the primary's end is of its own making and only overtook this message, or it
  // is of an earlier epoch: then the primary did not have it when its reign began, and never will.
  Index end = std::max(message.end, index);
  while (end < log_.last() && log_.epoch(end + 1) == message.epoch) ++end;
  if (end < log_.last()) truncate(host, end + 1);

  commit(host, index);
  flush(host);
}

void Server::disagree(sim::Host& host, sim::NodeId target, Index index) {
  encode(Disagree{epoch_, index, log_.epoch(index)}, frame_);
  host.send(target, disagree_kind, frame_);
}

/// Of a later epoch: whatever this server was, it is a backup now. Its callers get no answer, since
/// their writes may be in the new primary's log or not.
void Server::follow(sim::Host& host, Epoch epoch) {
  epoch_ = epoch;
  state_ = State::backup;
  callers_.clear();
  replication_armed_ = false;
  host.cancel(heartbeat_timer);
  host.cancel(replication_timer);
  note_role(host, models::Role::follower);
  writer_.append_hard_state(epoch_, wal::no_vote);
  watch(host);
  flush(host);
}

void Server::watch(sim::Host& host) {
  const auto place = place_in_line(epoch_, rank_, members_.size());
  host.arm(watch_timer, options_.failover_timeout +
                            options_.failover_stagger * static_cast<std::int64_t>(place));
}

/// The reign begins when the disk knows of it: after a power loss the same epoch must not begin a
/// second time with another log.
void Server::promote(sim::Host& host) {
  host.cancel(watch_timer);
  state_ = State::promoting;
  epoch_ = next_epoch(epoch_, rank_, members_.size());
  note_role(host, models::Role::candidate);
  writer_.append_hard_state(epoch_, wal::no_vote);
  promotion_ = writer_.appended();
  flush(host);
}

}  // namespace splitvote::primary_backup
