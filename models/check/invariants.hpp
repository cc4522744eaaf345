// The invariants of a replicated log, checked note by note.
#pragma once

#include <span>

#include "models/check/apply_checks.hpp"
#include "models/check/commit_checks.hpp"
#include "models/check/election_checks.hpp"
#include "models/check/log_checks.hpp"

namespace splitvote::check {

/// A value; feed it the notes of servers. Constant time a note but for the rare ones that concern
/// an election; memory grows with the longest log, not with the number of nodes.
class Invariants {
 public:
  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note,
               ViolationLog& violations, const NodeNames& names);
  void on_node(sim::NodeId node, sim::RecordKind what);

  [[nodiscard]] const Leaders& leaders() const { return leaders_; }
  [[nodiscard]] const TermTree& tree() const { return tree_; }
  /// The last index that any node has applied.
  [[nodiscard]] std::uint64_t last_applied() const { return apply_.last_applied(); }
  /// Null if the node has never been heard of.
  [[nodiscard]] const Replica* replica(sim::NodeId node) const { return replicas_.find(node); }
  [[nodiscard]] std::span<const Replica> replicas() const { return replicas_.all(); }

 private:
  void look_closer(const sim::Moment& moment, sim::NodeId node, const sim::Note& note,
                   ViolationLog& violations, const NodeNames& names);
  void on_role(const Scene& scene, models::Role role, std::uint64_t term) const;

  Replicas replicas_;
  Leaders leaders_;
  TermTree tree_;
  LogChecks log_;
  CommitChecks commit_;
  ApplyChecks apply_;
};

}  // namespace splitvote::check
