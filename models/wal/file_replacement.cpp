// The four steps of a replacement, each only after the one before it is durable.
#include "models/wal/file_replacement.hpp"

#include "sim/base/check.hpp"

namespace splitvote::wal {

std::string name_aside(std::string_view name) { return std::string(name) + ".new"; }

sim::DiskStatus FileReplacement::begin(sim::Host& host, std::string_view name,
                                       sim::ByteView content, sim::IoToken first) {
  SPLITVOTE_CHECK(state_ == State::idle);
  name_ = name;
  first_token_ = sim::number(first);
  file_ = host.open(name_aside(name));
  // An earlier incarnation may have died with more in it than this one writes.
  sim::DiskStatus status = host.truncate(file_, 0);
  if (status == sim::DiskStatus::ok) status = host.write(file_, 0, content);
  if (status != sim::DiskStatus::ok) return fail(status);
  host.sync(file_, first);
  state_ = State::syncing_file;
  return status;
}

bool FileReplacement::awaits(sim::IoToken token) const {
  if (state_ == State::syncing_file) return sim::number(token) == first_token_;
  return state_ == State::syncing_directory && sim::number(token) == first_token_ + 1;
}

sim::DiskStatus FileReplacement::on_synced(sim::Host& host, const sim::DiskCompletion& completion) {
  SPLITVOTE_CHECK(awaits(completion.token));
  if (completion.status != sim::DiskStatus::ok) return fail(completion.status);
  if (state_ == State::syncing_directory) {
    state_ = State::idle;
    return sim::DiskStatus::ok;
  }
  // Not before its content is durable: a name may reach the disk at any time after this.
  const sim::DiskStatus status = host.rename(name_aside(name_), name_);
  if (status != sim::DiskStatus::ok) return fail(status);
  host.sync_directory(sim::IoToken{first_token_ + 1});
  state_ = State::syncing_directory;
  return status;
}

sim::DiskStatus FileReplacement::fail(sim::DiskStatus status) {
  state_ = State::failed;
  return status;
}

}  // namespace splitvote::wal
