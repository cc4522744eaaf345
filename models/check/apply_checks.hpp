// State machine safety and the monotone applied index: what the state machines execute.
#pragma once

#include <cstdint>
#include <vector>

#include "models/check/scene.hpp"

namespace splitvote::check {

/// state_machine_safety (Raft, section 5.4.3: "if a server has applied a log entry at a given index
/// to its state machine, no other server will ever apply a different log entry for the same
/// index"), without gaps, and nothing but what the node's own log holds. monotone_applied: nothing
/// twice within an incarnation, nothing ahead of the commit index.
class ApplyChecks {
 public:
  void on_applied(const Scene& scene, std::uint64_t index, std::uint64_t term, std::uint64_t hash);

 private:
  struct Entry {
    std::uint64_t term = 0;
    std::uint64_t hash = 0;
  };
  void check_order(const Scene& scene, std::uint64_t index) const;
  void report_difference(const Scene& scene, std::uint64_t index, const Entry& entry) const;

  std::vector<Entry> applied_;  // by index - 1: what the first node applied there
};

}  // namespace splitvote::check
