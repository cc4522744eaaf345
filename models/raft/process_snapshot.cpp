// The Raft process and its snapshots: read at the start, taken when one is due, installed when a
// leader's has arrived. Survives a loss of power between any two steps.
#include <utility>

#include "models/raft/raft_process.hpp"
#include "models/wal/snapshot_file.hpp"

namespace splitvote::raft {
namespace {

/// Above all tokens of the writer.
constexpr std::uint64_t first_save_token = std::uint64_t{1} << 48;

}  // namespace

void RaftProcess::ask_for_snapshot(sim::Host& host) {
  if (!host.exists(snapshot_name)) return;
  snapshot_file_ = host.open(snapshot_name);
  host.read(snapshot_file_, 0, host.size(snapshot_file_), snapshot_read_token);
}

void RaftProcess::read_snapshot(sim::Host& host, const sim::DiskCompletion& completion) {
  if (completion.status != sim::DiskStatus::ok) return halt(host, "the snapshot cannot be read");
  wal::SnapshotFile file;
  if (!wal::decode(completion.content, file) || !store_.restore(file.content)) {
    return halt(host, "the snapshot is damaged");
  }
  applied_ = file.index;
  Configuration configuration;
  if (!decode(file.configuration, configuration)) return halt(host, "the snapshot is damaged");
  recovered_snapshot_ = {
      {file.index, file.term},
      std::make_shared<const sim::Bytes>(file.content.begin(), file.content.end()),
      encoded(configuration)};
  host.close(snapshot_file_);
}

/// With a snapshot, or that in memory alone.
void RaftProcess::shorten_log(sim::Host& host) {
  if (snapshot_is_due()) save_own_snapshot(host);
  if (compaction_is_due()) step_within(host, Compact{applied_});
}

bool RaftProcess::snapshot_is_due() const {
  if (saving_.state() != wal::FileReplacement::State::idle || install_pending_) return false;
  const std::uint64_t entries = applied_ - saved_.last.index;
  return (options_.snapshot_entries > 0 && entries >= options_.snapshot_entries) ||
         (options_.snapshot_bytes > 0 && applied_bytes_ >= options_.snapshot_bytes);
}

/// Until a snapshot is on the disk and the file begins anew there, the entries in front of which it
/// will begin are kept.
bool RaftProcess::compaction_is_due() const {
  if (options_.compaction_entries == 0 || install_pending_ || file_is_too_long()) return false;
  if (saving_.state() != wal::FileReplacement::State::idle) return false;
  const std::uint64_t kept = options_.core.trailing_entries;
  return applied_ >= raft_.log().base().index + kept + options_.compaction_entries;
}

Snapshot RaftProcess::own_snapshot() const {
  auto content = std::make_shared<sim::Bytes>();
  content->reserve(store_.footprint());
  store_.save(*content);
  return {{applied_, raft_.log().term(applied_)},
          std::move(content),
          encoded(raft_.configurations().up_to(applied_).configuration)};
}

/// Also of a witness: the log does not begin behind what it has applied.
void RaftProcess::take_wanted_snapshot(sim::Host& host) {
  const Snapshot snapshot = own_snapshot();
  host.note(models::note(models::NoteType::taken, snapshot.last.index, snapshot.last.term,
                         store_.content_hash()));
  step_within(host, SnapshotTaken{snapshot});
}

void RaftProcess::save_own_snapshot(sim::Host& host) {
  const Snapshot snapshot = own_snapshot();
  note_saving(host, snapshot);
  save(host, snapshot);
}

/// The state machine jumps, and what was proposed here and never seen again is a later leader's to
/// tell.
void RaftProcess::install_snapshot(sim::Host& host) {
  const Snapshot& snapshot = raft_.snapshot();
  install_pending_ = true;  // from now on nothing of the old log is written any more
  if (!store_.restore(*snapshot.content)) {
    out_.halted = "a leader's snapshot cannot be read";
    return;
  }
  applied_ = snapshot.last.index;
  forget_proposals(0);
  // Now, because the store goes on if its file has to wait.
  note_saving(host, snapshot);
  // One that is being saved goes on: it is older, and replaced at once.
  if (saving_.state() == wal::FileReplacement::State::idle) save(host, snapshot);
}

void RaftProcess::note_saving(sim::Host& host, const Snapshot& snapshot) {
  applied_bytes_ = 0;
  host.note(models::note(models::NoteType::saving, snapshot.last.index, snapshot.last.term,
                         store_.content_hash()));
}

void RaftProcess::save(sim::Host& host, const Snapshot& snapshot) {
  saved_ = snapshot;
  sim::Bytes file;
  wal::encode({.term = snapshot.last.term,
               .index = snapshot.last.index,
               .configuration = *snapshot.configuration,
               .content = *snapshot.content},
              file);
  const sim::IoToken token{first_save_token + 2 * saves_++};
  if (saving_.begin(host, snapshot_name, file, token) != sim::DiskStatus::ok) {
    halt(host, "a snapshot cannot be written");
  }
}

void RaftProcess::on_saving(sim::Host& host, const sim::DiskCompletion& completion) {
  if (saving_.on_synced(host, completion) != sim::DiskStatus::ok) {
    return halt(host, "a snapshot cannot be written");
  }
  if (saving_.state() != wal::FileReplacement::State::idle) return;
  host.close(saving_.file());
  if (install_pending_ && saved_.last != raft_.snapshot().last) return save(host, raft_.snapshot());
  install_pending_ = false;
  host.note(models::note(models::NoteType::saved, saved_.last.index, saved_.last.term));
  step(host, SnapshotSaved{saved_});
}

}  // namespace splitvote::raft
