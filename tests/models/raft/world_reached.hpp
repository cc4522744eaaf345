// What whole worlds have reached: transitions, messages and notes, each with every feature and
// every trouble that it met in the same run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/record.hpp"
#include "sim/world/world.hpp"
#include "tests/models/raft/executions.hpp"
#include "tests/models/raft/random_features.hpp"

namespace splitvote::raft {

/// Of one run: bit n stands for the n-th of `events`.
class WorldEvents {
 public:
  explicit WorldEvents(const Features& features);

  /// Of the first group of servers, and of clients.
  void on_note(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
               const sim::Note& note);
  void on_stop(sim::NodeId node);
  void on_record(const sim::World& world, const sim::Record& record);
  /// What only the network and the executed commands know, at the end.
  void finish(const sim::World& world, const Executions& executions);

  [[nodiscard]] bool reached(std::size_t event) const { return reached_[event]; }

 private:
  struct Follower {
    sim::NodeId node = sim::no_node;
    std::uint8_t replication = 0;
  };
  /// A snapshot on its way, as its last chunk was sent.
  struct Chunk {
    sim::NodeId target = sim::no_node;
    std::uint64_t offset = 0;
  };
  struct Server {
    std::uint8_t role = 0;
    std::uint64_t term = 0;
    std::uint64_t configuration = 0;        // the entry of the newest
    std::vector<Follower> followers;        // of a leader, as seen at its last note
    std::vector<Chunk> chunks;              // of a leader
    sim::EventId request = sim::no_event;   // the newest event that brought a client's request
    sim::EventId transfer = sim::no_event;  // the event that began one, if nobody has ordered it
  };
  void on_role(const sim::World& world, sim::NodeId node, const sim::Note& note);
  void on_served(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
                 const sim::Note& note);
  void on_transfer(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
                   const sim::Note& note);
  void on_chunk(const sim::World& world, const sim::Record& record);
  void on_configuration(Server& server, const sim::Note& note);
  void look_at_followers(const sim::World& world, sim::NodeId node);

  bool leases_ = false;
  std::uint64_t chunk_bytes_ = 0;
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
