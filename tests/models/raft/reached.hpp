// What random runs have reached: which states follow which, which messages were sent, and what else
// of Raft was seen.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "tests/models/raft/sighting.hpp"

namespace splitvote::raft {

class Reached {
 public:
  /// Right before and right after each step of a core.
  void before(const Raft& raft);
  void after(const Step& step);
  /// What the core itself does not show.
  void saw(Sighting sighting) { seen_.add(sighting); }
  void add(const Reached& other);

  /// Transitions, message kinds and sightings that were not reached so many times, one per line;
  /// empty if nothing is left. And the transitions that must not be.
  [[nodiscard]] std::string unreached(std::uint64_t least) const;
  /// A run that has seen little proves little.
  struct Least {
    Sighting sighting{};
    std::uint64_t count = 0;
  };
  /// What was seen more rarely than this, one per line.
  [[nodiscard]] std::string below(std::initializer_list<Least> least) const;
  /// Every transition, message kind and sighting with its count.
  [[nodiscard]] std::string table() const;

 private:
  static constexpr std::size_t roles = 4;
  static constexpr std::size_t replications = 3;
  static constexpr std::size_t kinds = 40;  // orders begin there

  Role role_{};  // before the step
  std::vector<std::pair<NodeId, Replication>> followers_;
  std::array<std::array<std::uint64_t, roles>, roles> roles_{};
  std::array<std::array<std::uint64_t, replications>, replications> replications_{};
  std::array<std::uint64_t, kinds> messages_{};
  Observer observer_;
  Sightings seen_;
};

}  // namespace splitvote::raft
