// The members of the cluster as its newest committed configuration has them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/ids.hpp"

namespace splitvote::measure {

/// Voters as bits by the servers' numbers; a server above 63 has none.
struct VoterSets {
  std::uint64_t voters = 0;
  std::uint64_t outgoing = 0;  // the voters before, while the configuration is joint

  bool operator==(const VoterSets&) const = default;
  [[nodiscard]] bool votes(sim::NodeId node) const {
    return sim::number(node) < 64 && ((voters | outgoing) >> sim::number(node) & 1) != 0;
  }
};

/// A value. Of a protocol that notes no configurations nothing is known.
class Membership {
 public:
  explicit Membership(std::size_t servers) : servers_(servers) {}

  /// The server counts by this entry from now on; `commit` is what it knows to be committed.
  void on_configuration(std::size_t server, std::uint64_t index, VoterSets sets,
                        std::uint64_t commit);
  /// Cheap unless a configuration is waiting for it.
  void on_committed(std::size_t server, std::uint64_t commit) {
    const Place& place = servers_[server];
    if (place.index > newest_.index && place.index <= commit) [[unlikely]]
      take(place);
  }

  [[nodiscard]] bool known() const { return known_; }
  [[nodiscard]] const VoterSets& newest() const { return newest_.sets; }
  [[nodiscard]] bool joint() const { return newest_.sets.outgoing != 0; }
  /// Each node of the set votes.
  [[nodiscard]] bool votes(std::span<const sim::NodeId> set) const;

  /// How often a configuration with other voters than before, and not joint, was committed.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  /// And how often a joint one was.
  [[nodiscard]] std::uint64_t joints() const { return joints_; }

 private:
  struct Place {
    std::uint64_t index = 0;
    VoterSets sets;
  };
  void take(const Place& place);

  std::vector<Place> servers_;
  Place newest_;
  std::uint64_t settled_ = 0;  // the voters of the last one that was not joint
  std::uint64_t changes_ = 0;
  std::uint64_t joints_ = 0;
  bool known_ = false;
};

}  // namespace splitvote::measure
