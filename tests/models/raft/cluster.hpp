// A cluster of cores on a hostile network and disks that forget, whose members come and go: every
// order of events is a seed's, and the four safety properties of Figure 3 are checked after every
// step.
#pragma once

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "models/raft/raft.hpp"
#include "tests/models/raft/reached.hpp"

namespace splitvote::raft {

class Cluster {
 public:
  enum class Witnesses : std::uint8_t { none, some };
  explicit Cluster(std::uint64_t seed, Witnesses witnesses = Witnesses::none);

  /// Lets this many things happen, until a property is violated.
  void run(int steps);
  /// Ends all trouble; whether the cluster then commits a new entry on every member.
  [[nodiscard]] bool heals();

  [[nodiscard]] const std::string& violation() const { return violation_; }
  [[nodiscard]] const Reached& reached() const { return reached_; }

 private:
  struct Write {
    Store store;
    sim::Bytes entries;
    Snapshot snapshot;
  };
  /// Of a node for another, with fortification.
  struct Support {
    bool given = true;
    SupportEpoch epoch = 1;  // the present one, or the next
  };
  struct Node {
    Raft raft;
    bool up = false;
    // The disk: what is durable, and what a crash may take, from the back.
    Term term = 0;
    NodeId vote = sim::no_node;
    Log log;
    Snapshot snapshot;
    std::vector<Write> writes;
    std::vector<Outgoing> held;
    Index applied = 0;
    std::map<ReadId, Index> reads;  // what each read must see
    std::uint64_t minimum_end = 0;  // of its election timeout
    std::uint64_t asleep_since = 0;
    std::map<std::uint64_t, std::uint64_t> rounds;  // of a leader: when each began
    std::uint64_t lease_end = 0;
    std::map<NodeId, Support> support;
    Term told_to_stand = 0;  // the last term in which it told somebody
  };
  struct Flight {
    NodeId source;
    NodeId target;
    sim::Bytes frame;
  };
  struct Entry {
    std::uint64_t hash = 0;
    Term previous = 0;
    bool operator==(const Entry&) const = default;
  };

  [[nodiscard]] std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  [[nodiscard]] std::size_t at(NodeId id) const { return sim::number(id); }

  void draw_options();
  void happen();
  void cut();
  [[nodiscard]] bool is_calm();
  void calm_down();
  [[nodiscard]] std::size_t next_writing(std::size_t first) const;
  [[nodiscard]] std::size_t any_leader();
  void arrive();
  void time_out(std::size_t node);
  void lose_peer(std::size_t node);
  void order(std::size_t node);
  void read(std::size_t node);
  void reconfigure(std::size_t node);
  [[nodiscard]] bool healed(Index beyond) const;
  void step(std::size_t node, const Input& input);
  void start(std::size_t node);
  void crash(std::size_t node);
  void sync(std::size_t node);
  void make_durable(Node& node, const Write& write);
  void extend_lease(Node& node, const Outbox& out);
  void send(std::size_t node, const Outgoing& outgoing);
  void save_snapshot(std::size_t node);
  [[nodiscard]] Snapshot snapshot_at(Index index) const;
  [[nodiscard]] SupportEpoch epoch_for(std::size_t node, NodeId peer);
  [[nodiscard]] NodeSet supporters(std::size_t leader);
  void check_promises(std::size_t leader);
  void change_support(std::size_t node);
  void end_support(std::size_t node);
  void heartbeat(std::size_t node);
  [[nodiscard]] Snapshot own_snapshot(const Node& node) const;

  void check(std::size_t node, const Outbox& out);
  void check_entries(std::size_t node, const Outbox& out);
  void check_leader(std::size_t node);
  void check_committed(std::size_t node, IndexRange range);
  void check_restored(std::size_t node, LogPosition last);
  void count_configuration(const wal::Record& record);
  void fail(std::size_t node, std::string what);

  std::mt19937_64 random_;
  Options options_;
  Witnesses witnesses_;
  Configuration initial_;
  std::vector<NodeId> ids_;
  std::vector<Node> nodes_;
  std::vector<Flight> network_;
  std::uint64_t cut_ = 0;  // bit n: node n can be reached only by others with their bit set
  std::uint64_t loss_percent_ = 0;
  std::uint64_t crashes_ = 0;     // per thousand steps
  std::uint64_t cuts_ = 0;        // the same
  std::uint64_t disk_speed_ = 0;  // the same
  std::uint64_t heartbeats_ = 0;  // the same
  std::uint64_t impatience_ = 0;  // how readily an election timeout ends
  std::uint64_t window_ = 0;      // how far a message may be overtaken
  std::uint64_t minimum_ = 0;     // election timeout, in steps, if leases count on it
  std::uint64_t now_ = 0;         // steps so far
  std::uint64_t calm_begin_ = 0;
  std::uint64_t calm_end_ = 0;
  bool calmed_ = false;
  std::uint64_t next_value_ = 0;
  std::uint64_t next_read_ = 0;
  std::uint64_t incarnations_ = 0;

  std::map<Term, NodeId> leaders_;
  std::map<std::pair<NodeId, Term>, std::uint64_t> votes_;
  std::map<std::pair<Index, Term>, Entry> entries_;
  std::vector<std::pair<Term, std::uint64_t>> committed_;  // by index - 1: term and hash
  std::string violation_;
  Reached reached_;
};

}  // namespace splitvote::raft
