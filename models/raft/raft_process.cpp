// Carries out what the core put into its outbox, in the order that keeps its promises: notes and
// writes, then messages, then answers.
#include "models/raft/raft_process.hpp"

#include <algorithm>
#include <utility>

#include "models/raft/codec.hpp"
#include "models/raft/forward.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {
namespace {

constexpr sim::IoToken read_token{1};

/// A candidate that its leader has chosen deposes nobody who does not expect it.
bool may_depose(const Message& message) {
  const auto* const request = std::get_if<VoteRequest>(&message);
  return request != nullptr && request->ballot != Ballot::transfer;
}

/// What the core has no clock and no state machine for.
Options core_options(const ProcessOptions& options) {
  Options core = options.core;
  core.own_transfer_timer =
      options.quorum_timeout.ns > 0 || options.quorum_check == QuorumCheck::answer_age;
  core.snapshots_on_demand = options.compaction_entries > 0;
  // Leases rest on support then, not on rounds of heartbeats.
  core.leases = options.core.leases && !options.core.fortification;
  return core;
}

}  // namespace

RaftProcess::RaftProcess(const ProcessOptions& options, Configuration initial, NodeId self)
    : options_(options),
      raft_(core_options(options), std::move(initial), self),
      answers_(quorum_timeout(options)) {}

RaftProcess::RaftProcess(const ProcessOptions& options, std::span<const NodeId> voters, NodeId self)
    : options_(options),
      raft_(core_options(options), voters, self),
      answers_(quorum_timeout(options)) {}

std::unique_ptr<sim::Process> RaftProcess::clone() const {
  return std::make_unique<RaftProcess>(*this);
}

void RaftProcess::on_start(sim::Host& host) {
  started_ = host.now();
  first_tick_ = host.now();
  if (options_.tick.ns > 0) {
    // Nobody's ticks fall together with another's.
    first_tick_.ns -= sim::uniform(host.random(election_purpose), 0, options_.tick.ns - 1);
  }
  ask_for_snapshot(host);
  const sim::FileId file = host.open(wal_name);
  host.read(file, 0, host.size(file), read_token);
}

void RaftProcess::on_message(sim::Host& host, NodeId source, sim::ByteView frame) {
  if (!wire::intact(frame)) return host.note(models::note(models::NoteType::frame_rejected));
  take(host, source, frame);
}

void RaftProcess::take(sim::Host& host, NodeId source, sim::ByteView frame) {
  if (state_ != State::running) return;
  if (waits_for_disk()) [[unlikely]]
    return put_off(source, frame);
  const sim::MessageKind kind = wire::kind(frame);
  if (source == host.self()) return on_order(host, frame);
  if (kind == client::request_kind) return on_request(host, {.client = source}, frame);
  if (kind == forward_kind || kind == forward_response_kind)
    return on_forwarded(host, source, frame);
  Input input{std::in_place_type<Received>};
  Received& received = *std::get_if<Received>(&input);
  received.source = source;
  if (!decode(frame, received.message)) {
    return host.note(models::note(models::NoteType::frame_rejected, sim::number(kind)));
  }
  if (support_ != nullptr) {
    if (may_depose(received.message) && may_owe_support(host)) return;
    received.support = support_->epoch_for(source);
  }
  step(host, input);
}

void RaftProcess::on_timer(sim::Host& host, sim::TimerId timer) {
  if (state_ != State::running) return;
  if (waits_for_disk()) [[unlikely]] {
    inbox_.due.set(static_cast<std::size_t>(timer));
    return;
  }
  if (timer == heartbeat_timer) return step(host, HeartbeatTimeout{supporters(host)});
  if (timer == freshness_timer) return ask_how_fresh(host);
  if (timer == apply_timer) return apply_next(host);
  if (timer == transfer_timer) return step(host, TransferTimeout{});
  if (options_.quorum_check == QuorumCheck::answer_age && raft_.role() == Role::leader)
    return look_at_quorum(host);
  if (may_owe_support(host))
    return host.arm(election_timer, started_ + support_duration(options_) - host.now());
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
  open_inbox(host);
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
                   .snapshot = saved_,
                   .incarnation = sim::number(host.incarnation())});
  if (options_.max_staleness.ns > 0) ask_how_fresh(host);
}

void RaftProcess::step(sim::Host& host, const Input& input) {
  raft_.step(input, out_);
  obey_notes(host);
  obey_store(host);
  // A round begins before anybody can hear of it.
  if (options_.reads == Reads::lease) obey_rounds(host);
  obey_messages(host);
  if (options_.quorum_check == QuorumCheck::answer_age) obey_answers(host, input);
  obey_timers(host);
  obey_committed(host);
  obey_reads(host);
  if (out_.halted != nullptr) return halt(host, out_.halted);
  const bool saved = std::holds_alternative<SnapshotSaved>(input);
  if (saved || !out_.committed.empty()) shorten_log(host);
  if (out_.snapshot_wanted) take_wanted_snapshot(host);
  if (!inbox_.open && has_to_flush()) flush(host);
}

/// As a part of another step, whose outbox is still to be read.
void RaftProcess::step_within(sim::Host& host, const Input& input) {
  Outbox outer = std::exchange(out_, {});
  step(host, input);
  out_ = std::move(outer);
}

void RaftProcess::obey_notes(sim::Host& host) {
  for (const Remark& remark : out_.notes) {
    if (remark.type == models::NoteType::configuration) {
      note_configuration(host, remark);
      continue;
    }
    if (remark.type == models::NoteType::truncated) forget_proposals(remark.a);
    sim::Note note = models::note(remark.type, remark.a, remark.b, remark.c);
    // A step that appends an entry does not remove it again.
    if (remark.type == models::NoteType::appended)
      note.size = static_cast<std::uint32_t>(raft_.log().record(remark.a).size());
    host.note(note);
  }
}

void RaftProcess::note_configuration(sim::Host& host, const Remark& remark) {
  const std::string members = to_text(raft_.configurations().up_to(remark.a).configuration);
  host.note(models::note(remark.type, remark.a, remark.b, remark.c, sim::as_bytes(members)));
}

void RaftProcess::obey_messages(sim::Host& host) {
  for (const Outgoing& outgoing : out_.messages) {
    if (outgoing.after == no_token) {
      send(host, outgoing.target, outgoing.message);
    } else {
      if (held_.empty()) held_.reserve(out_.messages.size());
      held_.push_back(outgoing);
    }
  }
}

void RaftProcess::send(sim::Host& host, NodeId target, const Message& message) {
  encode(message, frame_);
  host.send(target, wire::kind(frame_), frame_);
}

void RaftProcess::obey_timers(sim::Host& host) {
  const models::DurationRange& range = options_.election_timeout;
  if (out_.election == ElectionTimer::arm_minimum) {
    arm(host, election_timer, range.first);
  } else if (out_.election == ElectionTimer::arm_rest) {
    const std::int64_t unit = std::max<std::int64_t>(options_.tick.ns, 1);
    const std::int64_t width = (range.last - range.first).ns / unit;
    const std::int64_t rest = sim::uniform(host.random(election_purpose), 0, width);
    arm(host, election_timer, {rest * unit});
  } else if (out_.election == ElectionTimer::arm_quorum) {
    arm_quorum(host);
  } else if (out_.election == ElectionTimer::cancel) {
    cancel(host, election_timer);
  }
  if (out_.arm_transfer) arm(host, transfer_timer, range.first);
  if (out_.heartbeat == HeartbeatTimer::arm) {
    arm(host, heartbeat_timer, options_.heartbeat_interval);
  } else if (out_.heartbeat == HeartbeatTimer::cancel) {
    cancel(host, heartbeat_timer);
  }
}

/// With ticks a timer of n of them goes off with the n-th from now: up to a tick early, as in
/// systems that count ticks from zero whenever something resets them.
void RaftProcess::arm(sim::Host& host, sim::TimerId timer, sim::Duration after) {
  inbox_.due.reset(static_cast<std::size_t>(timer));
  if (options_.tick.ns == 0 || after.ns == 0) return host.arm(timer, after);
  const std::int64_t into_tick = (host.now() - first_tick_).ns % options_.tick.ns;
  host.arm(timer, {after.ns - into_tick});
}

void RaftProcess::cancel(sim::Host& host, sim::TimerId timer) {
  inbox_.due.reset(static_cast<std::size_t>(timer));
  host.cancel(timer);
}

/// A process cannot end itself; it hears nothing any more.
void RaftProcess::halt(sim::Host& host, std::string_view why) {
  state_ = State::halted;
  inbox_ = {};
  host.cancel(election_timer);
  host.cancel(heartbeat_timer);
  host.cancel(freshness_timer);
  host.cancel(apply_timer);
  host.cancel(transfer_timer);
  host.note(models::note(models::NoteType::halted, 0, 0, 0, sim::as_bytes(why)));
}

}  // namespace splitvote::raft
