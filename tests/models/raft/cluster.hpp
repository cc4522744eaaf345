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

/// What a run has seen; a run that has seen little proves little.
struct Coverage {
  std::uint64_t leaders = 0;
  std::uint64_t commits = 0;
  std::uint64_t truncations = 0;
  std::uint64_t crashes = 0;
  std::uint64_t reads = 0;
  std::uint64_t refusals = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t installs = 0;
  std::uint64_t changes = 0;          // configurations committed that are not joint
  std::uint64_t joints = 0;           // and those that are
  std::uint64_t fallbacks = 0;        // configurations that left a log again
  std::uint64_t leaders_removed = 0;  // leaders that stepped down because they were members no more
  std::uint64_t transfers = 0;        // asked for
  std::uint64_t handovers = 0;        // the target was told to stand
  std::uint64_t follower_reads = 0;
};

class Cluster {
 public:
  enum class Witnesses : std::uint8_t { none, some };
  explicit Cluster(std::uint64_t seed, Witnesses witnesses = Witnesses::none);

  /// Lets this many things happen, until a property is violated.
  void run(int steps);
  /// Ends all trouble; whether the cluster then commits a new entry on every member.
  [[nodiscard]] bool heals();

  [[nodiscard]] const std::string& violation() const { return violation_; }
  [[nodiscard]] const Coverage& coverage() const { return coverage_; }
  [[nodiscard]] const Reached& reached() const { return reached_; }

 private:
  struct Write {
    Store store;
    sim::Bytes entries;
    Snapshot snapshot;
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
    Index configuration = 0;        // the entry of its newest configuration
    std::map<ReadId, Index> reads;  // what each read must see
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

  void happen();
  void arrive();
  void wake(std::size_t node);
  void reconfigure();
  [[nodiscard]] bool healed(Index beyond) const;
  void step(std::size_t node, const Input& input);
  void start(std::size_t node);
  void crash(std::size_t node);
  void sync(std::size_t node);
  void make_durable(Node& node, const Write& write);
  void send(std::size_t node, const Outgoing& outgoing);
  void save_snapshot(std::size_t node);
  [[nodiscard]] Snapshot snapshot_at(Index index) const;

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
  std::uint64_t impatience_ = 0;  // how readily an election timeout ends
  std::uint64_t window_ = 0;      // how far a message may be overtaken
  std::uint64_t happened_ = 0;
  std::uint64_t next_value_ = 0;
  std::uint64_t next_read_ = 0;
  std::uint64_t incarnations_ = 0;

  std::map<Term, NodeId> leaders_;
  std::map<std::pair<NodeId, Term>, std::uint64_t> votes_;
  std::map<std::pair<Index, Term>, Entry> entries_;
  std::vector<std::pair<Term, std::uint64_t>> committed_;  // by index - 1: term and hash
  std::string violation_;
  Coverage coverage_;
  Reached reached_;
};

}  // namespace splitvote::raft
