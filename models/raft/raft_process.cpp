// Carries out what the core put into its outbox, in the order that keeps its promises: notes and
// writes, then messages, then answers.
#include "models/raft/raft_process.hpp"

#include <utility>

#include "models/kv/command.hpp"
#include "models/raft/codec.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {
namespace {

constexpr std::string_view wal_name = "wal";
constexpr sim::IoToken read_token{1};

}  // namespace

RaftProcess::RaftProcess(const ProcessOptions& options, Configuration initial, NodeId self)
    : options_(options), raft_(options.core, std::move(initial), self) {}

RaftProcess::RaftProcess(const ProcessOptions& options, std::span<const NodeId> voters, NodeId self)
    : options_(options), raft_(options.core, voters, self) {}

std::unique_ptr<sim::Process> RaftProcess::clone() const {
  return std::make_unique<RaftProcess>(*this);
}

void RaftProcess::on_start(sim::Host& host) {
  ask_for_snapshot(host);
  const sim::FileId file = host.open(wal_name);
  host.read(file, 0, host.size(file), read_token);
}

void RaftProcess::on_message(sim::Host& host, NodeId source, sim::ByteView frame) {
  const auto reject = [&](std::uint64_t kind) {
    host.note(models::note(models::NoteType::frame_rejected, kind));
  };
  if (!wire::intact(frame)) return reject(0);
  if (state_ != State::running) return;
  const sim::MessageKind kind = wire::kind(frame);
  if (kind == client::request_kind) return on_request(host, source, frame);
  Input input{std::in_place_type<Received>};
  Received& received = *std::get_if<Received>(&input);
  received.source = source;
  if (!decode(frame, received.message)) return reject(sim::number(kind));
  step(host, input);
}

void RaftProcess::on_timer(sim::Host& host, sim::TimerId timer) {
  if (state_ != State::running) return;
  if (timer == heartbeat_timer) return step(host, HeartbeatTimeout{});
  step(host, ElectionTimeout{});
}

void RaftProcess::on_disk(sim::Host& host, const sim::DiskCompletion& completion) {
  if (state_ == State::halted) return;
  if (completion.token == snapshot_read_token) return read_snapshot(host, completion);
  if (state_ == State::reading) return recover(host, completion);
  if (saving_.awaits(completion.token)) return on_saving(host, completion);
  if (!wal_.awaits(completion.token)) return;
  if (wal_.on_synced(host, completion) != sim::DiskStatus::ok) {
    return halt(host, "a sync of the log failed");
  }
  if (state_ == State::opening) {
    if (wal_.opened()) join(host);
    return;
  }
  if (wal_.state() != wal::Writer::State::ready) return;
  release_held(host, flushed_);
  step(host, Persisted{flushed_});
}

void RaftProcess::recover(sim::Host& host, const sim::DiskCompletion& completion) {
  if (completion.status != sim::DiskStatus::ok) return halt(host, "the log cannot be read");
  recovered_ = wal::recover(completion.content);
  if (recovered_.status == wal::RecoveryStatus::corrupt) return halt(host, recovered_.reason);
  if (recovered_.base.index > recovered_snapshot_.last.index) {
    return halt(host, "the log begins behind the snapshot");
  }
  // A log file is on the disk before the first snapshot is taken, and with it votes were.
  if (recovered_snapshot_.exists() && recovered_.valid_bytes == 0) {
    return halt(host, "there is a snapshot but no log");
  }
  const wal::WriterOptions options{.salt = host.random(salt_purpose).draw()};
  if (wal_.open(host, host.open(wal_name), recovered_, options) != sim::DiskStatus::ok) {
    return halt(host, "the log cannot be opened");
  }
  state_ = State::opening;
}

void RaftProcess::join(sim::Host& host) {
  state_ = State::running;
  const wal::Recovered recovered = std::exchange(recovered_, {});
  saved_ = std::exchange(recovered_snapshot_, {});
  log_file_base_ = recovered.base.index;
  step(host, Start{.term = recovered.term,
                   .vote = NodeId{recovered.vote},
                   .entries = recovered.arena,
                   .base = {recovered.base.index, recovered.base.term},
                   .snapshot = saved_});
}

void RaftProcess::on_request(sim::Host& host, NodeId client, sim::ByteView frame) {
  client::Request request;
  if (!client::decode(frame, request)) {
    const auto kind = sim::number(client::request_kind);
    return host.note(models::note(models::NoteType::frame_rejected, kind));
  }
  const bool read = request.operation.kind == client::OperationKind::get;
  const Caller caller{client, request.session, request.sequence, read};
  if (read && options_.reads == Reads::local) {
    if (raft_.witness()) return refuse(host, caller);
    return answer(host, caller, store_.get(request.operation.key));
  }
  if (read && options_.reads == Reads::read_index) {
    if (free_reads_.empty()) {
      free_reads_.push_back(static_cast<std::uint32_t>(reads_.size()));
      reads_.emplace_back();
    }
    const std::uint32_t place = free_reads_.back();
    free_reads_.pop_back();
    reads_[place].caller = caller;
    reads_[place].key.assign(request.operation.key);
    return step(host, Read{ReadId{place}});
  }
  value_.clear();
  kv::encode_value({request.session, request.sequence, request.operation}, value_);
  // The step applies nothing before it has accepted, so the caller is known by the time of the
  // answer.
  if (raft_.role() == Role::leader) {
    proposals_.push_back({raft_.log().last_index() + 1, caller});
    return step(host, Propose{request.operation.key, sim::as_text(value_)});
  }
  refuse(host, caller);
}

void RaftProcess::step(sim::Host& host, const Input& input) {
  raft_.step(input, out_);
  obey_notes(host);
  obey_store(host);
  obey_messages(host);
  obey_timers(host);
  obey_committed(host);
  obey_reads(host);
  if (out_.halted != nullptr) return halt(host, out_.halted);
  if (snapshot_is_due()) save_own_snapshot(host);
  flush(host);
}

void RaftProcess::obey_notes(sim::Host& host) {
  for (const Remark& remark : out_.notes) {
    if (remark.type == models::NoteType::truncated) forget_proposals(remark.a);
    std::string detail;
    if (remark.type == models::NoteType::configuration)
      detail = to_text(raft_.configurations().up_to(remark.a).configuration);
    host.note(models::note(remark.type, remark.a, remark.b, remark.c, sim::as_bytes(detail)));
  }
}

void RaftProcess::obey_store(sim::Host& host) {
  const Store& store = out_.store;
  if (store.token == no_token) return;
  if (store.snapshot) install_snapshot(host);
  if (store.hard_state) wal_.append_hard_state(store.term, sim::number(store.vote));
  if (!store.entries.empty()) wal_.append(raft_.log().bytes(store.entries));
  appended_ = store.token;
}

void RaftProcess::obey_messages(sim::Host& host) {
  for (const Outgoing& outgoing : out_.messages) {
    if (outgoing.after == no_token) {
      send(host, outgoing.target, outgoing.message);
    } else {
      held_.push_back(outgoing);
    }
  }
}

void RaftProcess::send(sim::Host& host, NodeId target, const Message& message) {
  encode(message, frame_);
  host.send(target, kind_of(message), frame_);
}

/// Tokens never decrease along `held_`.
void RaftProcess::release_held(sim::Host& host, Token persisted) {
  std::size_t released = 0;
  for (; released < held_.size() && held_[released].after <= persisted; ++released) {
    send(host, held_[released].target, held_[released].message);
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(released));
}

void RaftProcess::obey_timers(sim::Host& host) {
  const models::DurationRange& range = options_.election_timeout;
  if (out_.election == ElectionTimer::arm_minimum) {
    host.arm(election_timer, range.first);
  } else if (out_.election == ElectionTimer::arm_rest) {
    const std::int64_t width = (range.last - range.first).ns;
    host.arm(election_timer, {sim::uniform(host.random(election_purpose), 0, width)});
  } else if (out_.election == ElectionTimer::cancel) {
    host.cancel(election_timer);
  }
  if (out_.heartbeat == HeartbeatTimer::arm) {
    host.arm(heartbeat_timer, options_.heartbeat_interval);
  } else if (out_.heartbeat == HeartbeatTimer::cancel) {
    host.cancel(heartbeat_timer);
  }
}

// "If commitIndex > lastApplied: increment lastApplied, apply log[lastApplied] to state machine"
// (Figure 2).
void RaftProcess::obey_committed(sim::Host& host) {
  if (out_.committed.empty()) return;
  // A witness has no state machine. Should it cease to be one, it has all of its log to catch up.
  if (raft_.witness()) return;
  while (applied_ < out_.committed.last) apply(host, applied_ + 1);
}

void RaftProcess::apply(sim::Host& host, Index index) {
  SPLITVOTE_CHECK(index == applied_ + 1);
  const wal::Record record = raft_.log().entry(index);
  kv::Applied applied;
  kv::Command command;
  if (kv::decode(record, command)) applied = store_.apply(command, index);
  applied_ = index;
  applied_bytes_ += raft_.log().record(index).size();
  host.note(models::note(models::NoteType::applied, index, record.term, raft_.log().hash(index)));
  // Whoever leads by now: the entry that was proposed here is the one that was committed, because
  // a proposal whose entry left the log was forgotten then.
  if (first_proposal_ == proposals_.size() || proposals_[first_proposal_].index != index) return;
  answer(host, proposals_[first_proposal_].caller, applied);
  ++first_proposal_;
  if (first_proposal_ * 2 < proposals_.size()) return;
  proposals_.erase(proposals_.begin(),
                   proposals_.begin() + static_cast<std::ptrdiff_t>(first_proposal_));
  first_proposal_ = 0;
}

/// Their entries may still be committed by a later leader that holds them, so their callers get no
/// answer: "not executed" could be a lie.
void RaftProcess::forget_proposals(Index first) {
  while (proposals_.size() > first_proposal_ && proposals_.back().index >= first) {
    proposals_.pop_back();
  }
}

void RaftProcess::obey_reads(sim::Host& host) {
  for (const ReadyRead& ready : out_.ready_reads) {
    SPLITVOTE_CHECK(ready.index <= applied_);
    const auto place = static_cast<std::uint32_t>(ready.id);
    answer(host, reads_[place].caller, store_.get(reads_[place].key));
    free_reads_.push_back(place);
  }
  for (const ReadId id : out_.refused_reads) {
    const auto place = static_cast<std::uint32_t>(id);
    refuse(host, reads_[place].caller);
    free_reads_.push_back(place);
  }
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

void RaftProcess::refuse(sim::Host& host, const Caller& caller) {
  respond(host, caller,
          {.session = caller.session,
           .sequence = caller.sequence,
           .status = client::Status::not_leader,
           .leader = raft_.leader(),
           .value = {}});
}

void RaftProcess::respond(sim::Host& host, const Caller& caller, const client::Response& response) {
  client::encode(response, frame_);
  host.send(caller.client, client::response_kind, frame_);
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

/// A process cannot end itself; it hears nothing any more.
void RaftProcess::halt(sim::Host& host, std::string_view why) {
  state_ = State::halted;
  host.cancel(election_timer);
  host.cancel(heartbeat_timer);
  host.note(models::note(models::NoteType::halted, 0, 0, 0, sim::as_bytes(why)));
}

}  // namespace splitvote::raft
