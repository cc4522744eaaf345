// What random runs have reached: which states follow which, and which messages were sent.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/raft/raft.hpp"

namespace splitvote::raft {

class Reached {
 public:
  /// Right before and right after each step of a core.
  void before(const Raft& raft);
  void after(const Raft& raft, const Outbox& out);
  void add(const Reached& other);

  /// What of the protocol's own words was never reached, one per line; empty if nothing is left.
  [[nodiscard]] std::string unreached() const;
  /// Every transition and message kind with its count.
  [[nodiscard]] std::string table() const;

 private:
  static constexpr std::size_t roles = 4;
  static constexpr std::size_t replications = 3;
  static constexpr std::size_t kinds = 32;

  Role role_{};  // before the step
  std::vector<std::pair<NodeId, Replication>> followers_;
  std::array<std::array<std::uint64_t, roles>, roles> roles_{};
  std::array<std::array<std::uint64_t, replications>, replications> replications_{};
  std::array<std::uint64_t, kinds> messages_{};
};

}  // namespace splitvote::raft
