// A Raft server and its disk: writes of the log, syncs that release what waited for them,
// snapshots.
#include <utility>

#include "models/raft/raft_process.hpp"
#include "models/wal/snapshot_file.hpp"

namespace splitvote::raft {
namespace {

/// Above all tokens of the writer.
constexpr std::uint64_t first_save_token = std::uint64_t{1} << 48;

}  // namespace

void RaftProcess::obey_store(sim::Host& host) {
  const Store& store = out_.store;
  if (store.token == no_token) return;
  if (store.snapshot) install_snapshot(host);
  if (store.hard_state) wal_.append_hard_state(store.term, sim::number(store.vote));
  if (!store.entries.empty()) wal_.append(raft_.log().bytes(store.entries));
  appended_ = store.token;
}

/// Tokens never decrease along `held_`.
void RaftProcess::release_held(sim::Host& host, Token persisted) {
  std::size_t released = 0;
  for (; released < held_.size() && held_[released].after <= persisted; ++released) {
    send(host, held_[released].target, held_[released].message);
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(released));
}

bool RaftProcess::snapshot_is_due() const {
  if (saving_.state() != wal::FileReplacement::State::idle || install_pending_) return false;
  const std::uint64_t entries = applied_ - saved_.last.index;
  return (options_.snapshot_entries > 0 && entries >= options_.snapshot_entries) ||
         (options_.snapshot_bytes > 0 && applied_bytes_ >= options_.snapshot_bytes);
}

void RaftProcess::save_own_snapshot(sim::Host& host) {
  auto content = std::make_shared<sim::Bytes>();
  content->reserve(store_.footprint());
  store_.save(*content);
  save(host, {{applied_, raft_.log().term(applied_)},
              std::move(content),
              encoded(raft_.configurations().up_to(applied_).configuration)});
}

/// The state machine jumps, and what was proposed here and never seen again is a later leader's to
/// tell.
void RaftProcess::install_snapshot(sim::Host& host) {
  const Snapshot& snapshot = raft_.snapshot();
  if (!store_.restore(*snapshot.content)) out_.halted = "a leader's snapshot cannot be read";
  applied_ = snapshot.last.index;
  forget_proposals(0);
  install_pending_ = true;
  // One that is being saved goes on: it is older, and replaced at once.
  if (saving_.state() == wal::FileReplacement::State::idle) save(host, snapshot);
}

void RaftProcess::save(sim::Host& host, const Snapshot& snapshot) {
  saved_ = snapshot;
  applied_bytes_ = 0;
  host.note(models::note(models::NoteType::saving, snapshot.last.index, snapshot.last.term,
                         store_.content_hash()));
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
  if (install_pending_ && saved_.last != raft_.snapshot().last) return save(host, raft_.snapshot());
  install_pending_ = false;
  host.note(models::note(models::NoteType::saved, saved_.last.index, saved_.last.term));
  step(host, SnapshotSaved{saved_});
}

void RaftProcess::flush(sim::Host& host) {
  if (state_ == State::halted || install_pending_) return;
  const bool idle = wal_.state() == wal::Writer::State::ready;
  const bool shorter = raft_.log().base().index > log_file_base_;
  const auto status = idle && shorter ? rotate(host) : wal_.flush(host);
  if (status != sim::DiskStatus::ok) return halt(host, "a write to the log failed");
  if (idle) flushed_ = appended_;
}

/// The file anew, without what the snapshot stands for.
sim::DiskStatus RaftProcess::rotate(sim::Host& host) {
  const Log& log = raft_.log();
  log_file_base_ = log.base().index;
  return wal_.rotate(host, wal_name,
                     {.base = {log.base().term, log.base().index},
                      .term = raft_.term(),
                      .vote = sim::number(raft_.vote()),
                      .entries = log.bytes({log.first_index(), log.last_index()})});
}

}  // namespace splitvote::raft
