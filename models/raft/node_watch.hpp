// Whom a server sleeps with: the nodes it owes a sign of life, and since when each has been silent.
#pragma once

#include <array>
#include <cstdint>

#include "models/raft/node_set.hpp"
#include "models/registry/settings.hpp"

namespace splitvote::raft {

/// Two nodes watch each other as long as a group sleeps whose leader is on one and a follower of it
/// on the other. Each sends the other one beat per interval then, however many groups there are.
/// Silence counts from the last message of any kind. By this node's monotonic clock.
class NodeWatch {
 public:
  NodeWatch(sim::Duration interval, sim::Duration timeout)
      : interval_(interval), timeout_(timeout) {}

  void on_message(NodeId source, sim::LocalInstant now) {
    if (sim::number(source) < members_max) peers_[sim::number(source)].heard = now;
  }
  /// Whether the source has begun anew since its last beat.
  [[nodiscard]] bool on_beat(NodeId source, std::uint64_t incarnation);

  /// A group that was asleep for the one set of nodes is so for the other now.
  void change(NodeSet before, NodeSet after, sim::LocalInstant now);

  [[nodiscard]] NodeSet watched() const { return watched_; }
  /// When there is something to do next; only while somebody is watched.
  [[nodiscard]] sim::LocalInstant due() const;
  /// To whom a beat is to be sent now, if it is time for that.
  [[nodiscard]] NodeSet take_beats(sim::LocalInstant now);
  /// Of those watched, who has been silent for the whole timeout.
  [[nodiscard]] NodeSet silent(sim::LocalInstant now) const;

 private:
  struct Peer {
    sim::LocalInstant heard;
    std::uint64_t incarnation = 0;  // 0: no beat yet
    std::uint32_t groups = 0;       // that sleep with it
  };
  sim::Duration interval_;
  sim::Duration timeout_;
  std::array<Peer, members_max> peers_{};
  NodeSet watched_ = 0;
  sim::LocalInstant next_beat_;
};

}  // namespace splitvote::raft
