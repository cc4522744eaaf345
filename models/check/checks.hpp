// All checks of a run behind one door.
#pragma once

#include <optional>
#include <span>

#include "models/check/durability.hpp"
#include "models/check/history.hpp"
#include "models/check/invariants.hpp"
#include "models/check/linearizability.hpp"
#include "models/check/violation.hpp"

namespace splitvote::check {

/// A value: copy it with the world to fork a run. Feed it every note and every change of a node's
/// life, in the order they happen; ask at any time; finish once.
class Checks {
 public:
  Checks() = default;
  explicit Checks(NodeNames names) : names_(std::move(names)) {}

  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
    using models::NoteType;
    const auto type = static_cast<NoteType>(note.kind);
    if (type == NoteType::invoke || type == NoteType::complete)
      on_client_note(moment, node, note);
    else if (type == NoteType::role)
      on_role(moment, node, note);
    else if (type == NoteType::served)
      durability_.on_served(node, note, invariants_);
    else
      invariants_.on_note(moment, node, note, violations_, names_);
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
  [[nodiscard]] const Durability& durability() const { return durability_; }

 private:
  void on_client_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_role(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);

  NodeNames names_;
  ViolationLog violations_;
  Invariants invariants_;
  History history_;
  Durability durability_;
  std::optional<LinearizabilityResult> linearizability_;
};

}  // namespace splitvote::check
