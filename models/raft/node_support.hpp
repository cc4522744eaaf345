// Which nodes support which: what leaders rely on whose followers have fortified them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "models/raft/node_set.hpp"
#include "models/registry/settings.hpp"

namespace splitvote::raft {

/// One node's part (CockroachDB since 25.2: store liveness). A node on which groups have leaders
/// requests the support of their followers' nodes, once per interval, however many groups there
/// are. A request is supported for the whole duration from its arrival on, by the supporter's
/// monotonic clock; if no other one comes until then, the support is withdrawn and its epoch over,
/// which never comes again, not after a restart either.
class NodeSupport {
 public:
  /// Of `duration` the one who requests counts on `certain` only, from when it sent the request on:
  /// on no clock does the duration pass sooner.
  NodeSupport(sim::Duration interval, sim::Duration duration, sim::Duration certain)
      : interval_(interval), duration_(duration), certain_(certain) {}

  /// From now on epochs are those of this start of the node, from 1 on.
  void start(std::uint64_t incarnation);

  // As one that is supported.
  /// A group that needed the support of the one set of nodes needs that of the other now.
  void need(NodeSet before, NodeSet after, sim::LocalInstant now);
  /// Whom to send a request now, if it is time for that.
  [[nodiscard]] NodeSet take_requests(sim::LocalInstant now);
  /// While it is held up, requests that are due wait.
  void hold_up(bool held_up) { held_up_ = held_up; }
  /// To a request of this start that was sent then.
  void on_response(NodeId supporter, SupportEpoch epoch, sim::LocalInstant sent);
  /// The beginning of time if the supporter has ended that epoch, or never said that it began.
  [[nodiscard]] sim::LocalInstant supported_until(NodeId supporter, SupportEpoch epoch) const;

  // As one that supports.
  /// Whether support was withdrawn thereby: the requester has begun anew, and its leaders are gone.
  [[nodiscard]] bool on_request(NodeId requester, std::uint64_t incarnation, sim::LocalInstant now);
  /// Of the support for this node.
  [[nodiscard]] SupportEpoch epoch_for(NodeId requester) const;
  /// Those from whom it is withdrawn now.
  [[nodiscard]] NodeSet withdraw(sim::LocalInstant now);

  /// When there is something to do next, if there is.
  [[nodiscard]] std::optional<sim::LocalInstant> due() const;

 private:
  struct Peer {
    std::uint32_t groups = 0;  // that need its support
    SupportEpoch epoch_from = 0;
    sim::LocalInstant supported_until{INT64_MIN};
    std::uint64_t incarnation = 0;  // of its last request
    SupportEpoch epoch_for = 0;     // the present one or, unless supported, the next
    sim::LocalInstant requested;
  };
  [[nodiscard]] static bool is_known(NodeId node) { return sim::number(node) < members_max; }

  sim::Duration interval_;
  sim::Duration duration_;
  sim::Duration certain_;
  std::array<Peer, members_max> peers_{};
  NodeSet needed_ = 0;
  NodeSet supported_ = 0;
  sim::LocalInstant next_request_;
  bool held_up_ = false;
};

}  // namespace splitvote::raft
