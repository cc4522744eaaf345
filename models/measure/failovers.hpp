// Failovers: from the loss of a leader to the first write that its successor acknowledged.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/check/flat_map.hpp"
#include "models/measure/elections.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::measure {

/// One loss of a leader and what followed; a moment is missing as long as it has not come.
struct Failover {
  sim::NodeId leader = sim::no_node;  // that was lost
  std::uint64_t term = 0;             // it led
  sim::Moment lost;
  std::optional<sim::Moment> detected;   // another node stood for election, or led
  std::optional<sim::Moment> candidacy;  // anybody did
  std::optional<sim::Moment> elected;
  std::optional<sim::Moment> served;  // a client heard of a write from a leader of a later term
  bool healed = false;                // the leader could lead again before anybody else did
};

/// A leader is lost when its process ends, halts or is paused, when a fault cuts it off, or when it
/// steps down and nobody leads a later term yet. If what took it away is healed and it then commits
/// something new in its old term, it never was lost: that failover is forgotten.
class Failovers {
 public:
  void on_role(const sim::Moment& moment, sim::NodeId node, models::Role role, std::uint64_t term,
               const Elections& elections, OccurrenceCounts& counts);
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               OccurrenceCounts& counts);
  void on_halted(const sim::Moment& moment, sim::NodeId node, OccurrenceCounts& counts);
  void on_fault(const sim::Moment& moment, std::span<const sim::NodeId> cut_off,
                OccurrenceCounts& counts);
  void on_heal(std::span<const sim::NodeId> nodes);

  /// `node` was the first to commit something.
  void on_commit(sim::NodeId node);

  /// A server of this term has answered an operation of the session; a client has heard an answer.
  void on_served(std::uint64_t session, std::uint64_t sequence, std::uint64_t term);
  void on_acknowledged(const sim::Moment& moment, std::uint64_t session);

  /// In the order of the losses.
  [[nodiscard]] std::span<const Failover> all() const { return all_; }

  /// How long each election took, in the order of their ends, the first one of the run included.
  [[nodiscard]] std::span<const std::int64_t> election_times() const { return election_times_; }

 private:
  struct Served {
    std::uint64_t sequence = 0;
    std::uint64_t term = 0;
  };
  void lose(const sim::Moment& moment, OccurrenceCounts& counts);
  void on_elected(const sim::Moment& moment, sim::NodeId node, std::uint64_t term,
                  const Elections& elections, OccurrenceCounts& counts);
  [[nodiscard]] Failover* open();

  std::vector<Failover> all_;
  std::vector<std::int64_t> election_times_;
  std::size_t first_unserved_ = 0;              // all before it are served or will never be
  std::optional<sim::Moment> first_candidacy_;  // since the start of the run, before any leader
  sim::NodeId leader_ = sim::no_node;           // of the newest term so far, lost or not
  std::uint64_t term_ = 0;
  bool leading_ = false;           // it has not ended, nor stepped down
  check::FlatMap<Served> served_;  // by session
};

}  // namespace splitvote::measure
