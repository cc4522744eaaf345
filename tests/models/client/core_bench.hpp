// A client core with a hand-made clock, for tests: every call leaves its actions in `actions`.
#pragma once

#include <utility>
#include <vector>

#include "models/client/client_core.hpp"

namespace splitvote::client {

inline constexpr sim::NodeId server_a{0};
inline constexpr sim::NodeId server_b{1};
inline constexpr sim::NodeId server_c{2};
inline constexpr sim::NodeId client_node{7};

/// One lane, puts only, no thinking, no jitter; three servers, the first one asked first.
inline ClientSettings plain_settings() {
  ClientSettings settings;
  settings.servers = {server_a, server_b, server_c};
  settings.mix = {.get = 0, .put = 1};
  settings.operation_timeout = sim::milliseconds(1000);
  settings.request_timeout = sim::milliseconds(100);
  settings.backoff = {
      .base = sim::milliseconds(10), .max = sim::milliseconds(80), .jitter = {0, 1}};
  settings.first_server = server_a;
  return settings;
}

inline sim::Distribution always(sim::Duration span) {
  return *sim::Distribution::constant(span.ns);
}

class CoreBench {
 public:
  explicit CoreBench(ClientSettings settings, std::uint32_t starts = 0)
      : core(std::move(settings), {client_node, starts}, sim::LocalInstant{}) {
    core.start(now(), streams(), actions);
  }

  /// Answers the request that was sent last.
  void answer(sim::NodeId source, Status status, std::uint64_t revision = 0,
              sim::NodeId leader = sim::no_node) {
    answer_lane(0, source, {.status = status, .leader = leader, .revision = revision});
  }
  void answer_lane(std::uint32_t lane, sim::NodeId source, Response response) {
    response.session = core.request(lane).session;
    response.sequence = core.request(lane).sequence;
    deliver(source, response);
  }
  void deliver(sim::NodeId source, const Response& response) {
    actions.clear();
    core.respond(now(), source, response, streams(), actions);
  }

  void refused(sim::NodeId server) {
    actions.clear();
    core.refused(now(), server, streams(), actions);
  }

  /// Moves on to the moment, waking the core whenever it wants to be.
  void run_to(std::int64_t ms) {
    actions.clear();
    while (core.wakes_at() && core.wakes_at()->ns <= ms * 1'000'000) {
      now_ns = std::max(now_ns, core.wakes_at()->ns);
      core.wake(now(), streams(), actions);
    }
    now_ns = ms * 1'000'000;
  }

  [[nodiscard]] std::vector<Action> of(ActionKind kind) const {
    std::vector<Action> found;
    for (const Action& action : actions) {
      if (action.kind == kind) found.push_back(action);
    }
    return found;
  }
  /// Whom the requests of the last call went to.
  [[nodiscard]] std::vector<sim::NodeId> asked() const {
    std::vector<sim::NodeId> targets;
    for (const Action& action : of(ActionKind::send)) targets.push_back(action.target);
    return targets;
  }
  [[nodiscard]] std::vector<Outcome> outcomes() const {
    std::vector<Outcome> found;
    for (const Action& action : of(ActionKind::complete)) found.push_back(action.outcome);
    return found;
  }
  [[nodiscard]] sim::LocalInstant now() const { return {now_ns}; }

  std::int64_t now_ns = 0;
  Outbox actions;

 private:
  static sim::Stream stream(std::uint32_t index) {
    return {1, {.purpose = sim::Purpose::first_model_purpose, .first = index}};
  }
  [[nodiscard]] Streams streams() { return {pause_, kind_, key_, backoff_}; }

  sim::Stream pause_ = stream(0);
  sim::Stream kind_ = stream(1);
  sim::Stream key_ = stream(2);
  sim::Stream backoff_ = stream(3);

 public:
  ClientCore core;
};

using Asked = std::vector<sim::NodeId>;
using Outcomes = std::vector<Outcome>;

}  // namespace splitvote::client
