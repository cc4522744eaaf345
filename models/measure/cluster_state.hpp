// The cluster as it is now, as far as its notes tell: what the predicates ask.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/check/term_runs.hpp"
#include "models/measure/membership.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::measure {

/// One server. `term` is that of its last role note.
struct ServerState {
  models::Role role = models::Role::follower;
  bool up = false;
  bool paused = false;
  bool quiescent = false;  // it sleeps: nothing to do, no timer
  bool halted = false;     // it said that it cannot go on: its process is there and does nothing
  std::uint64_t term = 0;
  std::uint64_t commit = 0;
  check::TermRuns log;

  [[nodiscard]] bool running() const { return up && !paused && !halted; }
  [[nodiscard]] bool leads() const { return running() && role == models::Role::leader; }
};

/// Which entries existed at one moment, kept by whoever asks about a window that begins there.
struct CommitMark {
  struct Term {
    std::uint64_t term = 0;
    std::uint64_t created = 0;  // the last index at which a leader of this term had put an entry
  };
  std::vector<Term> terms;    // ascending
  std::uint64_t created = 0;  // entries in all terms: of two marks, the later one has more
};

/// A value. Servers are the nodes 0 to servers-1; notes of other nodes do not concern it.
class ClusterState {
 public:
  explicit ClusterState(std::size_t servers) : servers_(servers), membership_(servers) {}

  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_node(sim::NodeId node, sim::RecordKind what);

  [[nodiscard]] std::span<const ServerState> servers() const { return servers_; }
  [[nodiscard]] const ServerState& server(sim::NodeId node) const {
    return servers_[sim::number(node)];
  }
  [[nodiscard]] bool is_server(sim::NodeId node) const {
    return sim::number(node) < servers_.size();
  }

  /// The running server that leads the newest term, or no_node.
  [[nodiscard]] sim::NodeId leader() const { return leader_; }

  // The predicates. All but logs_converged take constant time or that of the set.
  [[nodiscard]] bool single_leader() const { return running_leaders_ == 1; }
  [[nodiscard]] bool no_leader() const { return running_leaders_ == 0; }
  [[nodiscard]] bool leader_in(std::span<const sim::NodeId> set) const;
  [[nodiscard]] const Membership& membership() const { return membership_; }
  /// Of all voters, and of all servers where no configuration is known: one that is down, paused or
  /// halted has not converged.
  [[nodiscard]] bool logs_converged() const;

  /// How many servers of the set run and sleep.
  [[nodiscard]] std::uint64_t quiescent(std::span<const sim::NodeId> set) const;
  /// Entries that anybody has committed, each counted once.
  [[nodiscard]] std::uint64_t commits() const { return commits_total_; }
  [[nodiscard]] CommitMark commit_mark() const;

  /// Entries that nodes of the set were the first to note as committed: a follower that learns of a
  /// commitment does not commit anything. Only entries that did not exist at the mark: one that a
  /// majority had already stored when its leader was cut off is committed rightly when the leader
  /// learns of it.
  [[nodiscard]] std::uint64_t commits_since(const CommitMark& mark,
                                            std::span<const sim::NodeId> set) const;

 private:
  struct TermState {
    std::uint64_t term = 0;
    std::uint64_t created = 0;    // the last index at which its leader has put an entry
    std::uint64_t committed = 0;  // the last entry of this term that anybody has committed
  };
  /// Entries first .. last of a term, which this node was the first to commit.
  struct CommitRun {
    std::uint64_t term = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::size_t server = 0;
  };
  static void on_restored(ServerState& server, std::uint64_t index, std::uint64_t term);
  void on_appended(std::size_t server, std::uint64_t index, std::uint64_t term);
  void on_committed(std::size_t server, std::uint64_t index, std::uint64_t term);
  [[nodiscard]] TermState& state_of(std::uint64_t term);
  void count_commits(std::size_t server, std::uint64_t term, std::uint64_t first,
                     std::uint64_t last);
  void count_leaders();

  std::vector<ServerState> servers_;
  Membership membership_;
  std::vector<TermState> terms_;        // ascending
  std::vector<CommitRun> commit_runs_;  // in the order of commitment
  std::uint64_t created_ = 0;
  std::uint64_t commits_total_ = 0;
  std::size_t running_leaders_ = 0;
  sim::NodeId leader_ = sim::no_node;
};

}  // namespace splitvote::measure
