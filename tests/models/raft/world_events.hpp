// What one random world has reached: transitions, messages and notes, an event each.
#pragma once

#include <cstdint>
#include <string>
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

  [[nodiscard]] std::uint8_t priority(sim::NodeId node) const;

  bool leases_ = false;
  bool unproved_ = false;  // reads need no proof
  std::uint64_t chunk_bytes_ = 0;
  models::PerNode priorities_;
  std::vector<Server> servers_;
  std::vector<bool> reached_;
};

/// The names of all events, in order.
[[nodiscard]] const std::vector<std::string>& world_events();

}  // namespace splitvote::raft
