// All checks of a run behind one door.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/check/durability.hpp"
#include "models/check/history.hpp"
#include "models/check/invariants.hpp"
#include "models/check/linearizability.hpp"
#include "models/check/served_groups.hpp"
#include "models/check/violation.hpp"
#include "sim/base/check.hpp"

namespace splitvote::check {

/// A value: copy it with the world to fork a run. Feed it every note and every change of a node's
/// life, in the order they happen; ask at any time; finish once. Each group of servers has a log of
/// its own and keeps its promises alone; what clients see of a key is its group's.
class Checks {
 public:
  explicit Checks(NodeNames names = {}, std::size_t groups = 1)
      : names_(std::move(names)), groups_(groups) {}

  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
    using models::NoteType;
    const auto type = static_cast<NoteType>(note.kind);
    if (type == NoteType::invoke || type == NoteType::complete)
      return on_client_note(moment, node, note);
    SPLITVOTE_CHECK(note.group < groups_.size());
    Group& group = groups_[note.group];
    if (groups_.size() > 1) violations_.speak_of(note.group);
    if (type == NoteType::role)
      on_role(group, moment, node, note);
    else if (type == NoteType::served)
      on_served(group, node, note);
    else
      group.invariants.on_note(moment, node, note, violations_, names_);
  }
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               std::uint64_t detail);

  /// What can be said only at the end. Linearizability is decided here if a budget is given.
  void finish(const sim::Moment& moment,
              std::optional<LinearizabilityBudget> budget = LinearizabilityBudget{});

  /// The first violation of each check, in the order they were found.
  [[nodiscard]] std::span<const Violation> violations() const { return violations_.first(); }
  [[nodiscard]] std::uint64_t count(Check check) const { return violations_.count(check); }

  /// Null before `finish`, or if no budget was given.
  [[nodiscard]] const LinearizabilityResult* linearizability() const {
    return linearizability_.has_value() ? &*linearizability_ : nullptr;
  }
  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] const Durability& durability(std::size_t group = 0) const {
    return groups_[group].durability;
  }

 private:
  struct Group {
    Invariants invariants;
    Durability durability;
  };
  void on_client_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_role(Group& group, const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_served(Group& group, sim::NodeId node, const sim::Note& note);

  NodeNames names_;
  ViolationLog violations_;
  std::vector<Group> groups_;
  ServedGroups served_;  // of several groups
  History history_;
  std::optional<LinearizabilityResult> linearizability_;
};

}  // namespace splitvote::check
