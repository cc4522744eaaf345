// The client's core: sessions, retries and the belief in a leader, without clock, network or disk.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/client/deadlines.hpp"
#include "models/client/lane.hpp"
#include "models/client/message.hpp"
#include "models/client/outbox.hpp"
#include "models/client/settings.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::client {

/// Who this client is, so that no two operations of a run share a session and sequence, a number,
/// or a value. `starts` counts the earlier starts of its process, on whatever disk: its memory does
/// not survive them, but the servers' memory of its sessions does.
struct Identity {
  sim::NodeId node{};
  std::uint32_t starts = 0;

  constexpr bool operator==(const Identity&) const = default;
};

/// One stream per use, so that a retry more shifts no key and no arrival.
struct Streams {
  sim::Stream& pause;
  sim::Stream& kind;
  sim::Stream& key;
  sim::Stream& backoff;
};

/// A value. It survives lost, late, repeated and contradicting answers, servers that are silent,
/// and leaders that point at each other. Each call appends what it wants done to the outbox; after
/// each call `wakes_at` says when `wake` is due.
class ClientCore {
 public:
  ClientCore(ClientSettings settings, Identity identity, sim::LocalInstant now);

  /// Plans the beginning of the load. Once, before all else.
  void start(sim::LocalInstant now, Streams streams, Outbox& outbox);

  void respond(sim::LocalInstant now, sim::NodeId source, const Response& response, Streams streams,
               Outbox& outbox);
  void wake(sim::LocalInstant now, Streams streams, Outbox& outbox);
  /// The server is gone: whatever was asked of it is asked of another, as if it had been silent for
  /// the request_timeout, or ends as unknown where that is all the time there is.
  void refused(sim::LocalInstant now, sim::NodeId server, Streams streams, Outbox& outbox);

  [[nodiscard]] std::optional<sim::LocalInstant> wakes_at() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.when();
  }

  /// The request for the lane's operation, the same in every attempt; valid until the next call.
  [[nodiscard]] Request request(std::uint32_t lane) const { return lanes_[lane].request(); }
  /// In which of several groups of servers the key of its operation lives.
  [[nodiscard]] std::optional<std::uint16_t> group(std::uint32_t lane) const {
    return settings_.groups > 1 ? std::optional(lanes_[lane].group) : std::nullopt;
  }

  [[nodiscard]] std::uint64_t invoked() const { return invoked_; }
  [[nodiscard]] std::uint64_t overloaded() const { return overloaded_; }
  [[nodiscard]] sim::NodeId believed_leader(std::uint16_t group = 0) const {
    return settings_.servers[beliefs_[group].leader];
  }

  bool operator==(const ClientCore&) const = default;

 private:
  /// Of one group of servers; both are indices into the servers.
  struct Belief {
    std::size_t leader = 0;
    std::size_t rotation = 0;  // of the last server a silence made the client turn to
    constexpr bool operator==(const Belief&) const = default;
  };

  /// One call: when it is, what it may draw from, where its wishes go.
  struct Call {
    sim::LocalInstant now;
    Streams streams;
    Outbox& outbox;
  };

  void run_due(const Call& call);
  void arrive(const Call& call);
  void lane_due(const Call& call, std::uint32_t index);

  void begin(const Call& call, std::uint32_t index);
  void attempt(const Call& call, std::uint32_t index);
  void reject(const Call& call, std::uint32_t index, std::size_t source, const Response& response);
  void back_off(const Call& call, std::uint32_t index);
  void give_up(const Call& call, std::uint32_t index);
  void complete(const Call& call, std::uint32_t index, Outcome outcome, const Response& response);

  void point(Lane& lane, std::size_t server);
  void rotate(Lane& lane);
  [[nodiscard]] Belief& belief(const Lane& lane) { return beliefs_[lane.group]; }
  void write_value(Lane& lane) const;
  /// Whether an attempt may last as long as its operation, which then has but one.
  [[nodiscard]] bool sends_once() const {
    return settings_.request_timeout >= settings_.operation_timeout;
  }

  [[nodiscard]] std::uint32_t add_lane();
  [[nodiscard]] bool stopped(sim::LocalInstant now) const;
  [[nodiscard]] std::optional<std::size_t> server_index(sim::NodeId node) const;
  [[nodiscard]] OperationKind draw_kind(sim::Stream& stream) const;
  [[nodiscard]] sim::Duration draw_backoff(sim::Stream& stream, std::uint32_t backoffs) const;

  ClientSettings settings_;
  Identity identity_;
  sim::LocalInstant born_;
  std::vector<Lane> lanes_;
  std::vector<std::uint32_t> idle_;  // lanes of an open loop, the last used on top
  Deadlines deadlines_;              // a slot per lane, and one for arrivals
  std::vector<Belief> beliefs_;      // by group
  std::size_t turn_ = 0;             // of the server next in turn, for Target::any
  std::uint64_t invoked_ = 0;
  std::uint64_t overloaded_ = 0;
};

}  // namespace splitvote::client
