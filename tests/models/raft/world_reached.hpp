// What whole worlds have reached: transitions, messages and notes, each with every feature and
// every trouble that it met in the same run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/models/raft/world_events.hpp"

namespace splitvote::raft {

class WorldReached {
 public:
  WorldReached();

  /// A run with these features and troubles.
  void add(const std::vector<std::string>& words, const WorldEvents& events);
  void add(const WorldReached& other);

  /// Events, features and troubles that were in no run.
  [[nodiscard]] std::string unreached() const;
  /// Pairs that never met in a run although they can, and those that did although they cannot.
  [[nodiscard]] std::string unmet() const;
  /// How many runs had each, and for each feature the event it met most rarely.
  [[nodiscard]] std::string table() const;

 private:
  std::vector<std::string> words_;
  std::vector<std::uint64_t> runs_;                // by word
  std::vector<std::uint64_t> event_runs_;          // by event
  std::vector<std::vector<std::uint64_t>> pairs_;  // by word, then event
};

}  // namespace splitvote::raft
