// The world of a transcript: cores, messages on their way, and disks that keep what was synced.
// Nothing happens by itself; every step is a command's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/raft/raft.hpp"

namespace splitvote::transcripts {

using raft::Index;
using raft::Term;
using raft::Token;
using sim::NodeId;

/// Of a disk and of a state machine.
enum class Speed : std::uint8_t {
  instant,  // a write is durable before the step's held messages are looked at, and what is
            // committed is applied before the step's answers are
  slow,     // a write, or what is committed, waits for a command
};

/// A write that is not durable yet.
struct Write {
  raft::Store store;
  sim::Bytes entries;
  raft::Snapshot snapshot;  // if the write is one
};

/// What a crash leaves.
struct Disk {
  Term term = 0;
  NodeId vote = sim::no_node;
  raft::Log log;
  raft::Snapshot snapshot;
};

/// A message on its way, encoded as it would travel.
struct Flight {
  NodeId source = sim::no_node;
  NodeId target = sim::no_node;
  sim::Bytes frame;
  bool held = false;  // only a release lets it arrive
};

/// Of one node for another, with fortification.
struct Support {
  bool given = true;
  raft::SupportEpoch epoch = 0;  // the present one, or the next
};

struct Node {
  NodeId id = sim::no_node;
  raft::Options options;
  raft::Configuration initial;
  raft::Raft raft;
  bool up = false;
  Disk disk;
  Speed disk_speed = Speed::instant;
  Speed apply_speed = Speed::instant;
  std::vector<Write> writes;
  std::vector<raft::Outgoing> held;  // wait for a write; none of them holds entries
  raft::ElectionTimer election = raft::ElectionTimer::cancel;
  raft::HeartbeatTimer heartbeat = raft::HeartbeatTimer::cancel;
  bool transfer_armed = false;
  std::uint64_t starts = 0;
  Index applied = 0;
  std::vector<raft::ReadyRead> reads;  // wait until their index is applied
  std::string state;  // of the state machine: the texts of all commands, one behind the other
  std::map<NodeId, Support> support;  // for other nodes; given unless said otherwise
};

/// Which messages a command means; an empty list means any.
struct Selection {
  std::vector<NodeId> sources;
  std::vector<NodeId> targets;
  std::vector<sim::MessageKind> kinds;
  std::size_t nth = 0;  // of those that match, from 1; 0: all
};

class World {
 public:
  void add_node(const raft::Options& options, const raft::Configuration& initial, Disk disk,
                Speed disk_speed, Speed apply_speed);

  void election_timeout(NodeId node);
  /// Of a leader whose caller knows who is silent: a list of nodes, or nothing.
  void quorum_timeout(NodeId node, const std::string& silent);
  void heartbeat_timeout(NodeId node);
  void transfer_timeout(NodeId node);
  void campaign(NodeId node);  // as many timeouts as it takes to stand for election
  void propose(NodeId node, const std::string& text);
  void read(NodeId node, bool leased);
  void forget_leader(NodeId node);
  void leave_joint(NodeId node);
  void lose_peer(NodeId node);
  void lose_messages(NodeId node, NodeId target);
  void withdraw(NodeId node, NodeId peer);    // its support
  void support(NodeId node, NodeId peer);     // again
  void transfer(NodeId node, NodeId target);  // no_node: whoever is the best
  void reconfigure(NodeId node, const std::vector<raft::Change>& changes, raft::Pace pace);
  /// Saves what has been applied; it is durable at once.
  void snapshot(NodeId node);
  /// Shortens the log in memory, of which the disk keeps all behind the saved snapshot.
  void compact(NodeId node);

  void deliver(const Selection& selection);
  void drop(const Selection& selection);
  void duplicate(const Selection& selection);
  void hold(const Selection& selection);
  void release(const Selection& selection);
  /// Delivers to these nodes until nothing is on its way to them.
  void stabilize(const std::vector<NodeId>& nodes);
  void cut(const std::vector<NodeId>& some, const std::vector<NodeId>& others);
  void heal();

  void set_speed(NodeId node, Speed speed);
  void sync(NodeId node);      // everything that waits
  void sync_one(NodeId node);  // the oldest write
  /// A slow state machine takes so many of the entries that are committed, or all.
  void apply(NodeId node, std::optional<std::uint64_t> entries);
  /// Of the writes that were not synced, the oldest `kept` have reached the disk all the same.
  void crash(NodeId node, std::size_t kept);
  void restart(NodeId node);

  [[nodiscard]] std::vector<NodeId> ids() const;
  [[nodiscard]] const Node& node(NodeId id) const;
  [[nodiscard]] const std::vector<Flight>& flights() const { return flights_; }

  void set_quiet(bool quiet) { quiet_ = quiet; }
  void print(std::string line) {
    if (!quiet_) output_.push_back(std::move(line));
  }
  [[nodiscard]] std::vector<std::string> take_output() { return std::exchange(output_, {}); }

 private:
  struct Applied {
    raft::LogPosition position;
    std::uint32_t hash = 0;
    std::string state;  // behind this entry
    NodeId node = sim::no_node;
  };

  [[nodiscard]] Node& running(NodeId id);
  void step(Node& node, const raft::Input& input);
  void take_wanted_snapshot(Node& node);
  [[nodiscard]] static Support& support_of(Node& node, NodeId peer);
  [[nodiscard]] static raft::SupportEpoch epoch_for(Node& node, NodeId peer);
  [[nodiscard]] raft::NodeSet supporters(const Node& leader);
  void launch(Node& node, const raft::Outgoing& outgoing);
  void sync_up_to(Node& node, std::size_t writes);
  void finish_writes(Node& node, std::size_t writes);
  void apply_up_to(Node& node, Index last);
  void answer_reads(Node& node);
  void restore(Node& node, bool sent);
  void check_leader(const Node& node);
  void arrive(Flight flight);
  [[nodiscard]] std::vector<std::size_t> chosen(const Selection& selection, bool held) const;
  [[nodiscard]] std::vector<Flight> take(const Selection& selection, bool held);

  std::vector<Node> nodes_;
  std::vector<Flight> flights_;
  std::vector<std::pair<NodeId, NodeId>> cuts_;
  std::uint64_t last_read_ = 0;
  std::map<Term, NodeId> leaders_;
  std::map<Index, Applied> applied_;  // by whoever applied it first
  std::vector<std::string> output_;
  bool quiet_ = false;  // preparations are not told
};

}  // namespace splitvote::transcripts
