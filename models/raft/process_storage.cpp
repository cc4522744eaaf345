// A Raft server and its log on the disk: writes, and syncs that release what waited for them.
#include "models/raft/raft_process.hpp"

namespace splitvote::raft {

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

void RaftProcess::flush(sim::Host& host) {
  if (state_ == State::halted || install_pending_) return;
  const bool idle = wal_.state() == wal::Writer::State::ready;
  const auto status = idle && file_is_too_long() ? rotate(host) : wal_.flush(host);
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
