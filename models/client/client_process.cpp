// The load generator of one client node: starts, frames, the one timer, and notes for the history.
#include "models/client/client_process.hpp"

#include "models/client/message.hpp"
#include "models/notes.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::client {

namespace {

constexpr sim::TimerId wake_timer{0};

Streams streams(sim::Host& host) {
  return {host.random(pause_purpose), host.random(kind_purpose), host.random(key_purpose),
          host.random(backoff_purpose)};
}

}  // namespace

void ClientProcess::on_start(sim::Host& host) {
  host.note(models::note(models::NoteType::role, static_cast<std::uint64_t>(models::Role::client)));
  const Identity identity{host.self(), sim::number(host.incarnation()) - 1};
  core_.emplace(std::move(settings_), identity, host.now());
  core_->start(host.now(), streams(host), outbox_);
  carry_out(host);
}

void ClientProcess::on_message(sim::Host& host, sim::NodeId source, sim::ByteView frame) {
  Response response;
  const bool intact = wire::intact(frame);
  if (!intact || !decode(frame, response)) {
    const auto kind = intact ? static_cast<std::uint64_t>(wire::kind(frame)) : 0;
    return host.note(models::note(models::NoteType::frame_rejected, kind));
  }
  core_->respond(host.now(), source, response, streams(host), outbox_);
  carry_out(host);
}

void ClientProcess::on_timer(sim::Host& host, sim::TimerId) {
  armed_.reset();
  core_->wake(host.now(), streams(host), outbox_);
  carry_out(host);
}

void ClientProcess::on_refused(sim::Host& host, sim::NodeId target) {
  core_->refused(host.now(), target, streams(host), outbox_);
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
      host.send(action.target, {request_kind, core_->group(action.lane)}, buffer_);
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
