// The client's core: how operations begin, are tried, retried and end.
#include "models/client/client_core.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "models/client/placement.hpp"
#include "sim/base/check.hpp"
#include "sim/random/choice.hpp"

namespace splitvote::client {

namespace {

constexpr std::uint32_t lane_bits = 16;
constexpr std::uint32_t lanes_limit = std::uint32_t{1} << lane_bits;

constexpr std::size_t digits_max = 20;

/// Writes the number, for which there must be room, and returns where it ends. A text is put
/// together before it becomes a string, each change of which costs more than the digits.
char* write(char* target, std::uint64_t number) {
  return std::to_chars(target, target + digits_max, number).ptr;
}

}  // namespace

ClientCore::ClientCore(ClientSettings settings, Identity identity, sim::LocalInstant now)
    : settings_(std::move(settings)),
      identity_(identity),
      born_(now),
      deadlines_(settings_.lanes_max + 1) {
  SPLITVOTE_CHECK(!settings_.servers.empty());
  SPLITVOTE_CHECK(settings_.lanes_max > 0 && settings_.lanes_max <= lanes_limit);
  SPLITVOTE_CHECK(settings_.mix != (Mix{0, 0, 0, 0}));
  SPLITVOTE_CHECK(settings_.operation_timeout > sim::Duration{} &&
                  settings_.request_timeout > sim::Duration{});
  SPLITVOTE_CHECK(settings_.groups > 0 && settings_.groups <= groups_max);
  turn_ = number(identity.node) % settings_.servers.size();
  if (settings_.first_server) turn_ = server_index(*settings_.first_server).value_or(0);
  beliefs_.assign(settings_.groups, {.leader = turn_, .rotation = turn_});
}

void ClientCore::start(sim::LocalInstant now, Streams streams, Outbox& outbox) {
  const sim::LocalInstant begin = std::max(now, born_ + settings_.start);
  const auto pause = [&] { return sim::nanoseconds(settings_.pause.sample(streams.pause)); };
  if (settings_.loop == Loop::open) {
    deadlines_.set(settings_.lanes_max, begin + pause());
  } else {
    lanes_.reserve(settings_.lanes_max);
    while (lanes_.size() < settings_.lanes_max) deadlines_.set(add_lane(), begin + pause());
  }
  run_due({now, streams, outbox});
}

void ClientCore::respond(sim::LocalInstant now, sim::NodeId source, const Response& response,
                         Streams streams, Outbox& outbox) {
  const Call call{now, streams, outbox};
  const std::uint64_t index = response.session % lanes_limit;
  const auto server = server_index(source);
  if (!server || index >= lanes_.size()) return;
  const Lane& lane = lanes_[index];
  // Everything else is the late answer to an operation that has ended.
  if (lane.phase == Phase::idle || lane.session != response.session ||
      lane.sequence != response.sequence)
    return;

  const auto lane_index = static_cast<std::uint32_t>(index);
  switch (response.status) {
    case Status::ok:
    case Status::mismatch:
      if (settings_.target == Target::leader) belief(lane).leader = *server;
      complete(call, lane_index, response.status == Status::ok ? Outcome::ok : Outcome::mismatch,
               response);
      break;
    case Status::not_leader:
    case Status::busy:
      reject(call, lane_index, *server, response);
      break;
  }
  run_due(call);
}

void ClientCore::wake(sim::LocalInstant now, Streams streams, Outbox& outbox) {
  run_due({now, streams, outbox});
}

void ClientCore::refused(sim::LocalInstant now, sim::NodeId server, Streams streams,
                         Outbox& outbox) {
  const Call call{now, streams, outbox};
  const auto gone = server_index(server);
  for (std::uint32_t index = 0; gone && index < lanes_.size(); ++index) {
    if (lanes_[index].phase != Phase::waiting || lanes_[index].target != *gone) continue;
    rotate(lanes_[index]);
    if (sends_once()) {
      give_up(call, index);
    } else {
      back_off(call, index);
    }
  }
  run_due(call);
}

void ClientCore::run_due(const Call& call) {
  while (!deadlines_.empty() && deadlines_.when() <= call.now) {
    const std::uint32_t slot = deadlines_.slot();
    if (slot == settings_.lanes_max) {
      arrive(call);
    } else {
      lane_due(call, slot);
    }
  }
}

void ClientCore::arrive(const Call& call) {
  const sim::LocalInstant due = deadlines_.when();
  deadlines_.clear(settings_.lanes_max);
  if (stopped(due)) return;
  // From the moment it was due, not from now: a client that was paused owes what it missed, else
  // its own stalls would hide the servers' (the coordinated omission of closed loops).
  const std::int64_t pause = std::max<std::int64_t>(1, settings_.pause.sample(call.streams.pause));
  deadlines_.set(settings_.lanes_max, due + sim::nanoseconds(pause));

  if (!idle_.empty()) {
    const std::uint32_t lane = idle_.back();
    idle_.pop_back();
    begin(call, lane);
  } else if (lanes_.size() < settings_.lanes_max) {
    begin(call, add_lane());
  } else {
    call.outbox.push_back({.kind = ActionKind::overload, .operation = ++overloaded_});
  }
}

void ClientCore::lane_due(const Call& call, std::uint32_t index) {
  Lane& lane = lanes_[index];
  if (lane.phase == Phase::idle) {
    deadlines_.clear(index);
    if (!stopped(call.now)) begin(call, index);
  } else if (call.now >= lane.operation.gives_up) {
    // Whoever gives an attempt as long as the operation learns only here that nobody answers, or
    // would ask a dead server for ever. Of others an attempt that is cut short says nothing.
    if (sends_once() && lane.phase == Phase::waiting) rotate(lane);
    give_up(call, index);
  } else if (lane.phase == Phase::backing_off) {
    if (settings_.target == Target::leader) lane.target = belief(lane).leader;
    attempt(call, index);
  } else {
    rotate(lane);
    back_off(call, index);
  }
}

void ClientCore::begin(const Call& call, std::uint32_t index) {
  Lane& lane = lanes_[index];
  const std::uint64_t number = std::uint64_t{identity_.starts} << 32 | ++invoked_;
  ++lane.sequence;
  lane.operation = {.number = number, .gives_up = call.now + settings_.operation_timeout};
  lane.operation.kind = draw_kind(call.streams.kind);
  lane.operation.key = settings_.keys.sample(call.streams.key);
  if (lane.operation.kind == OperationKind::compare_and_swap)
    lane.operation.expected_revision = lane.seen.of(lane.operation.key);
  std::array<char, 1 + digits_max> key{'k'};
  lane.key.assign(key.data(), write(&key[1], lane.operation.key));
  write_value(lane);

  if (settings_.groups > 1) lane.group = group_of(lane.key, settings_.groups);
  lane.target = belief(lane).leader;
  if (settings_.target == Target::any) {
    lane.target = turn_;
    turn_ = (turn_ + 1) % settings_.servers.size();
  }
  call.outbox.push_back({.kind = ActionKind::invoke, .lane = index, .operation = number});
  attempt(call, index);
}

void ClientCore::attempt(const Call& call, std::uint32_t index) {
  Lane& lane = lanes_[index];
  lane.phase = Phase::waiting;
  ++lane.operation.attempts;
  call.outbox.push_back({.kind = ActionKind::send,
                         .lane = index,
                         .operation = lane.operation.number,
                         .target = settings_.servers[lane.target]});
  deadlines_.set(index, std::min(lane.operation.gives_up, call.now + settings_.request_timeout));
}

void ClientCore::reject(const Call& call, std::uint32_t index, std::size_t source,
                        const Response& response) {
  Lane& lane = lanes_[index];
  ++lane.operation.rejections;
  // An answer to an attempt that was given up: the present one goes on.
  if (lane.phase != Phase::waiting || source != lane.target) return;
  if (response.status == Status::busy) return back_off(call, index);

  const auto hint = server_index(response.leader);
  if (hint && *hint != source && lane.operation.redirects < settings_.redirects_max) {
    ++lane.operation.redirects;
    point(lane, *hint);
    return attempt(call, index);
  }
  // No hint, or servers that send the client round in a circle: try the others, without haste.
  rotate(lane);
  back_off(call, index);
}

void ClientCore::back_off(const Call& call, std::uint32_t index) {
  Lane& lane = lanes_[index];
  lane.phase = Phase::backing_off;
  lane.operation.redirects = 0;
  const sim::Duration wait = draw_backoff(call.streams.backoff, lane.operation.backoffs++);
  deadlines_.set(index, std::min(lane.operation.gives_up, call.now + wait));
}

void ClientCore::give_up(const Call& call, std::uint32_t index) {
  const Pending& operation = lanes_[index].operation;
  const bool never_executed =
      settings_.delivery == Delivery::at_most_once && operation.rejections == operation.attempts;
  complete(call, index, never_executed ? Outcome::failed : Outcome::unknown, {});
}

void ClientCore::complete(const Call& call, std::uint32_t index, Outcome outcome,
                          const Response& response) {
  Lane& lane = lanes_[index];
  call.outbox.push_back({.kind = ActionKind::complete,
                         .lane = index,
                         .operation = lane.operation.number,
                         .outcome = outcome,
                         .revision = response.revision,
                         .value = response.value});
  if (outcome == Outcome::ok || outcome == Outcome::mismatch) {
    const bool removed = lane.operation.kind == OperationKind::remove;
    lane.seen.set(lane.operation.key, removed ? 0 : response.revision);
  }
  lane.phase = Phase::idle;
  if (settings_.loop == Loop::open) {
    deadlines_.clear(index);
    idle_.push_back(index);
  } else {
    const std::int64_t pause = settings_.pause.sample(call.streams.pause);
    deadlines_.set(index, call.now + sim::nanoseconds(pause));
  }
}

void ClientCore::point(Lane& lane, std::size_t server) {
  lane.target = server;
  if (settings_.target == Target::leader) belief(lane).leader = server;
}

/// Away from the lane's target. One cursor for all lanes of a group passes every server in turn, so
/// that no circle of wrong hints can hide one for ever.
void ClientCore::rotate(Lane& lane) {
  // Another lane has already turned away from this server.
  if (settings_.target == Target::leader && belief(lane).leader != lane.target) {
    lane.target = belief(lane).leader;
    return;
  }
  const std::size_t count = settings_.servers.size();
  std::size_t& rotation = belief(lane).rotation;
  rotation = (rotation + 1) % count;
  if (rotation == lane.target) rotation = (rotation + 1) % count;
  point(lane, rotation);
}

/// `<node>:<operation>` and as many dots as it takes: no other operation of the run writes it.
void ClientCore::write_value(Lane& lane) const {
  lane.value.clear();
  const OperationKind kind = lane.operation.kind;
  if (kind != OperationKind::put && kind != OperationKind::compare_and_swap) return;
  std::array<char, 2 * digits_max + 1> text;
  char* end = write(text.data(), sim::number(identity_.node));
  *end++ = ':';
  end = write(end, lane.operation.number);
  lane.value.assign(text.data(), end);
  if (lane.value.size() < settings_.value_size) lane.value.resize(settings_.value_size, '.');
}

std::uint32_t ClientCore::add_lane() {
  const auto index = static_cast<std::uint32_t>(lanes_.size());
  // A lane that never swaps need not remember a revision.
  lanes_.emplace_back(settings_.mix.compare_and_swap > 0 ? settings_.keys.count() : 0);
  lanes_.back().session = std::uint64_t{sim::number(identity_.node)} << 48 |
                          std::uint64_t{identity_.starts} << lane_bits | index;
  return index;
}

bool ClientCore::stopped(sim::LocalInstant now) const {
  return settings_.stop && now >= born_ + *settings_.stop;
}

std::optional<std::size_t> ClientCore::server_index(sim::NodeId node) const {
  const auto found = std::ranges::find(settings_.servers, node);
  if (found == settings_.servers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - settings_.servers.begin());
}

OperationKind ClientCore::draw_kind(sim::Stream& stream) const {
  const Mix& mix = settings_.mix;
  const std::array weights{mix.get, mix.put, mix.remove, mix.compare_and_swap};
  return static_cast<OperationKind>(sim::choose_weighted(stream, weights));
}

sim::Duration ClientCore::draw_backoff(sim::Stream& stream, std::uint32_t backoffs) const {
  const Backoff& backoff = settings_.backoff;
  const std::uint32_t doublings = std::min(backoffs, std::uint32_t{62});
  const bool at_most = backoff.base.ns > backoff.max.ns >> doublings;
  const std::int64_t wait = at_most ? backoff.max.ns : backoff.base.ns << doublings;
  const auto drawn = static_cast<std::int64_t>(
      static_cast<__int128>(wait) * backoff.jitter.numerator / backoff.jitter.denominator);
  return sim::nanoseconds(wait - drawn + sim::uniform(stream, 0, drawn));
}

}  // namespace splitvote::client
