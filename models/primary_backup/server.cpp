// A server's life: start, recovery, messages by their kinds, the log and its way to disk and store.
#include "models/primary_backup/server.hpp"

#include <algorithm>
#include <utility>

#include "models/kv/command.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::primary_backup {

using models::NoteType;

namespace {

constexpr std::string_view wal_name = "wal";
constexpr sim::IoToken read_token{1};

}  // namespace

Server::Server(const Options& options, std::span<const sim::NodeId> members, sim::NodeId self)
    : options_(options), members_(members.begin(), members.end()) {
  const auto found = std::ranges::find(members_, self);
  SPLITVOTE_CHECK(found != members_.end());
  rank_ = static_cast<std::size_t>(found - members_.begin());
}

void Server::on_start(sim::Host& host) {
  const sim::FileId file = host.open(wal_name);
  host.read(file, 0, host.size(file), read_token);
}

void Server::recover(sim::Host& host, const sim::DiskCompletion& completion) {
  if (completion.status != sim::DiskStatus::ok) return halt(host, "the log cannot be read");
  recovered_ = wal::recover(completion.content);
  if (recovered_.status == wal::RecoveryStatus::corrupt) return halt(host, recovered_.reason);
  const wal::WriterOptions options{.salt = host.random(salt_purpose).draw()};
  if (writer_.open(host, host.open(wal_name), recovered_, options) != sim::DiskStatus::ok)
    return halt(host, "the log cannot be opened");
  state_ = State::opening;
}

void Server::join(sim::Host& host) {
  const wal::Recovered recovered = std::exchange(recovered_, {});
  epoch_ = recovered.term;
  host.note(models::note(NoteType::recovered, recovered.entries.size(), epoch_));
  wal::Record record;
  for (sim::ByteView rest = recovered.arena; !rest.empty();) {
    const sim::ByteView encoded = take_record(rest, record);
    log_.append(encoded, record.term);
    note_appended(host);
  }
  written_ = log_.last();
  host.note(models::note(NoteType::stored, written_));
  state_ = State::backup;
  note_role(host, models::Role::follower);
  commit(host, log_.last());

  // Memory is gone, so a primary does not go on in its old epoch: what it had shipped of an entry
  // that its disk lost would exist in two versions.
  const bool mine = owner_rank(epoch_, members_.size()) == rank_;
  if (mine) return promote(host);
  watch(host);
}

void Server::on_message(sim::Host& host, sim::NodeId source, sim::ByteView frame) {
  const auto reject = [&](std::uint64_t kind) {
    host.note(models::note(NoteType::frame_rejected, kind));
  };
  if (!wire::intact(frame)) return reject(0);
  if (state_ < State::backup || state_ == State::halted) return;
  const sim::MessageKind kind = wire::kind(frame);
  if (kind == client::request_kind) return on_request(host, source, frame);
  if (Replicate message; decode(frame, message)) return on_replicate(host, source, message);
  if (Disagree message; decode(frame, message)) return on_disagree(host, source, message);
  reject(sim::number(kind));
}

void Server::on_timer(sim::Host& host, sim::TimerId timer) {
  if (state_ == State::halted) return;
  if (timer == watch_timer) return promote(host);
  if (timer == heartbeat_timer) return heartbeat(host);
  replication_armed_ = false;
  replicate(host);
}

void Server::on_disk(sim::Host& host, const sim::DiskCompletion& completion) {
  if (state_ == State::halted) return;
  if (state_ == State::reading) return recover(host, completion);
  if (!writer_.awaits(completion.token)) return;
  if (writer_.on_synced(host, completion) != sim::DiskStatus::ok)
    return halt(host, "a sync of the log failed");
  if (state_ == State::opening) {
    if (writer_.opened()) join(host);
    return;
  }
  host.note(models::note(NoteType::stored, written_));
  if (state_ == State::promoting && writer_.durable() >= promotion_) become_primary(host);
  if (state_ == State::primary) commit(host, written_);
  flush(host);
}

void Server::note_appended(sim::Host& host) const {
  const std::uint64_t last = log_.last();
  sim::Note note = models::note(NoteType::appended, last, log_.epoch(last), log_.hash(last));
  note.size = static_cast<std::uint32_t>(log_.record(last).size());
  host.note(note);
}

void Server::append_entry(sim::Host& host, const wal::Record& record, sim::ByteView encoded) {
  if (encoded.empty()) {
    log_.append(record);
  } else {
    log_.append(encoded, record.term);
  }
  writer_.append(log_.record(log_.last()));
  note_appended(host);
}

/// Takes back what was executed, too: the store is built anew from what is left, silently, because
/// nothing of it happens for the first time.
void Server::truncate(sim::Host& host, Index first_removed) {
  log_.truncate(first_removed);
  writer_.append_truncation(first_removed);
  host.note(models::note(NoteType::truncated, first_removed));
  written_ = std::min(written_, log_.last());
  if (committed_ <= log_.last()) return;
  committed_ = log_.last();
  store_ = {};
  for (Index index = 1; index <= committed_; ++index) static_cast<void>(apply(index));
}

/// Executes the log up to there and answers who waits for it.
void Server::commit(sim::Host& host, Index last) {
  if (last <= committed_) return;
  host.note(models::note(NoteType::committed, last, log_.epoch(last)));
  std::size_t answered = 0;
  while (committed_ < last) {
    const kv::Applied applied = apply(++committed_);
    host.note(
        models::note(NoteType::applied, committed_, log_.epoch(committed_), log_.hash(committed_)));
    if (answered < callers_.size() && callers_[answered].index == committed_)
      answer(host, callers_[answered++], applied, false);
  }
  callers_.erase(callers_.begin(), callers_.begin() + static_cast<std::ptrdiff_t>(answered));
  if (state_ == State::primary) arm_replication(host);
}

kv::Applied Server::apply(Index index) {
  wal::Record record;
  sim::ByteView encoded = log_.record(index);
  take_record(encoded, record);
  kv::Command command;
  const bool is_command = kv::decode(record, command);
  SPLITVOTE_CHECK(is_command);  // nothing else was ever let into the log
  return store_.apply(command, index);
}

void Server::flush(sim::Host& host) {
  if (state_ == State::halted) return;
  if (writer_.state() == wal::Writer::State::ready) written_ = log_.last();
  if (writer_.flush(host) != sim::DiskStatus::ok) halt(host, "a write to the log failed");
}

/// A process cannot end itself; it hears nothing any more.
void Server::halt(sim::Host& host, std::string_view why) {
  state_ = State::halted;
  for (const sim::TimerId timer : {watch_timer, heartbeat_timer, replication_timer})
    host.cancel(timer);
  host.note(models::note(NoteType::halted, 0, 0, 0, sim::as_bytes(why)));
}

void Server::note_role(sim::Host& host, models::Role role) const {
  host.note(models::note(NoteType::role, static_cast<std::uint64_t>(role), epoch_));
}

}  // namespace splitvote::primary_backup
