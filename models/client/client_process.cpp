// The load generator of one client node: starts, frames, the one timer, and notes for the history.
#include "models/client/client_process.hpp"

#include <array>

#include "models/client/message.hpp"
#include "models/notes.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::client {

namespace {

constexpr sim::TimerId wake_timer{0};
constexpr std::uint32_t starts_max = 0xffff;  // a session has 16 bits for them

Streams streams(sim::Host& host) {
  return {host.random(pause_purpose), host.random(kind_purpose), host.random(key_purpose),
          host.random(backoff_purpose)};
}

}  // namespace

void ClientProcess::on_start(sim::Host& host) {
  host.note(models::note(models::NoteType::role, static_cast<std::uint64_t>(models::Role::client)));
  born_ = host.now();
  const sim::FileId file = host.open("starts");  // one byte for each
  const std::uint64_t earlier = host.size(file);
  starts_ = static_cast<std::uint32_t>(earlier);
  constexpr std::array<std::byte, 1> one_start{};
  if (earlier > starts_max || host.write(file, earlier, one_start) != sim::DiskStatus::ok)
    return halt(host);
  syncs_awaited_ = 2;
  host.sync(file, sim::IoToken{1});
  host.sync_directory(sim::IoToken{2});
}

void ClientProcess::on_disk(sim::Host& host, const sim::DiskCompletion& completion) {
  if (syncs_awaited_ == 0) return;  // halted
  if (completion.status != sim::DiskStatus::ok) return halt(host);
  if (--syncs_awaited_ > 0) return;
  core_.emplace(std::move(settings_), Identity{host.self(), starts_}, born_);
  core_->start(host.now(), streams(host), outbox_);
  carry_out(host);
}

void ClientProcess::halt(sim::Host& host) {
  syncs_awaited_ = 0;
  host.note(models::note(models::NoteType::halted, 0, 0, 0,
                         sim::as_bytes("the client cannot count its starts on its disk")));
}

void ClientProcess::on_message(sim::Host& host, sim::NodeId source, sim::ByteView frame) {
  Response response;
  const bool intact = wire::intact(frame);
  if (!intact || !decode(frame, response)) {
    const auto kind = intact ? static_cast<std::uint64_t>(wire::kind(frame)) : 0;
    return host.note(models::note(models::NoteType::frame_rejected, kind));
  }
  if (!core_) return;  // to an earlier incarnation
  core_->respond(host.now(), source, response, streams(host), outbox_);
  carry_out(host);
}

void ClientProcess::on_timer(sim::Host& host, sim::TimerId) {
  armed_.reset();
  core_->wake(host.now(), streams(host), outbox_);
  carry_out(host);
}

void ClientProcess::carry_out(sim::Host& host) {
  for (const Action& action : outbox_) carry_out(host, action);
  outbox_.clear();
  arm(host);
}

void ClientProcess::carry_out(sim::Host& host, const Action& action) {
  using models::NoteType;
  switch (action.kind) {
    case ActionKind::invoke: {
      const Request request = core_->request(action.lane);
      buffer_.clear();
      encode(request.operation, buffer_);
      host.note(models::note(NoteType::invoke, action.operation, request.session, 0, buffer_));
      break;
    }
    case ActionKind::send:
      encode(core_->request(action.lane), buffer_);
      host.send(action.target, request_kind, buffer_);
      break;
    case ActionKind::complete:
      host.note(models::note(NoteType::complete, action.operation,
                             static_cast<std::uint64_t>(action.outcome), action.revision,
                             sim::as_bytes(action.value)));
      break;
    case ActionKind::overload:
      host.note(models::note(NoteType::overload, action.operation));
      break;
  }
}

void ClientProcess::arm(sim::Host& host) {
  const std::optional<sim::LocalInstant> due = core_->wakes_at();
  if (due == armed_) return;
  armed_ = due;
  if (due) {
    host.arm(wake_timer, *due - host.now());
  } else {
    host.cancel(wake_timer);
  }
}

}  // namespace splitvote::client
