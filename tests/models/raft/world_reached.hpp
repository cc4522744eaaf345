// What whole worlds have reached: transitions, messages and notes, each with every feature and
// every trouble that it met in the same run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/record.hpp"
#include "sim/world/world.hpp"

namespace splitvote::raft {

/// Of one run: bit n stands for the n-th of `events`.
class WorldEvents {
 public:
  explicit WorldEvents(std::size_t servers);

  void on_note(const sim::World& world, sim::NodeId node, const sim::Note& note);
  void on_stop(sim::NodeId node);
  /// What only the network knows, at the end.
  void finish(const sim::World& world);

  [[nodiscard]] bool reached(std::size_t event) const { return reached_[event]; }

 private:
  struct Follower {
    sim::NodeId node = sim::no_node;
    std::uint8_t replication = 0;
  };
  struct Server {
    std::uint8_t role = 0;
    std::uint64_t configuration = 0;  // the entry of the newest
    std::vector<Follower> followers;  // of a leader, as seen at its last note
  };
  void on_role(const sim::World& world, sim::NodeId node, std::uint8_t role);
  void on_configuration(Server& server, const sim::Note& note);
  void look_at_followers(const sim::World& world, sim::NodeId node);

  std::vector<Server> servers_;
  std::vector<bool> reached_;
};

/// The names of all events, in order.
[[nodiscard]] const std::vector<std::string>& world_events();

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
