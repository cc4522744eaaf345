// The cluster as it is now, as far as its notes tell: what the predicates ask.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/check/term_runs.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::measure {

/// One server. `term` is that of its last role note.
struct ServerState {
  models::Role role = models::Role::follower;
  bool up = false;
  bool paused = false;
  std::uint64_t term = 0;
  std::uint64_t commit = 0;
  std::uint64_t applied = 0;
  std::uint64_t stored = 0;
  check::TermRuns log;

  [[nodiscard]] bool running() const { return up && !paused; }
  [[nodiscard]] bool leads() const { return running() && role == models::Role::leader; }
};

/// The commit counts at one moment, kept by whoever asks about a window that begins there.
using CommitMark = std::vector<std::uint64_t>;

/// A value. Servers are the nodes 0 to servers-1; notes of other nodes do not concern it.
class ClusterState {
 public:
  explicit ClusterState(std::size_t servers) : servers_(servers), commits_(servers) {}

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
  [[nodiscard]] std::uint64_t highest_term() const { return highest_term_; }

  /// Changes whenever a predicate other than `commits` and `logs_converged` may have changed: ask
  /// anew only then.
  [[nodiscard]] std::uint64_t leadership_changes() const { return leadership_changes_; }

  // The predicates. All but logs_converged take constant time or that of the set.
  [[nodiscard]] bool single_leader() const { return running_leaders_ == 1; }
  [[nodiscard]] bool no_leader() const { return running_leaders_ == 0; }
  [[nodiscard]] bool leader_in(std::span<const sim::NodeId> set) const;
  [[nodiscard]] bool logs_converged() const;

  /// Entries that nodes of the set were the first to note as committed. A follower that learns of a
  /// commitment does not commit anything.
  [[nodiscard]] std::uint64_t commits(std::span<const sim::NodeId> set) const;
  [[nodiscard]] std::uint64_t commits() const { return commits_total_; }
  [[nodiscard]] CommitMark commit_mark() const { return commits_; }
  [[nodiscard]] std::uint64_t commits_since(const CommitMark& mark,
                                            std::span<const sim::NodeId> set) const;

 private:
  struct TermCommit {
    std::uint64_t term = 0;
    std::uint64_t index = 0;  // the last entry of this term that anybody has committed
  };
  void on_committed(std::size_t server, std::uint64_t index, std::uint64_t term);
  [[nodiscard]] TermCommit& committed_of(std::uint64_t term);
  void count_leaders();

  std::vector<ServerState> servers_;
  std::vector<std::uint64_t> commits_;    // by server
  std::vector<TermCommit> term_commits_;  // by term
  std::uint64_t commits_total_ = 0;
  std::uint64_t highest_term_ = 0;
  std::uint64_t leadership_changes_ = 0;
  std::size_t running_leaders_ = 0;
  sim::NodeId leader_ = sim::no_node;
};

}  // namespace splitvote::measure
