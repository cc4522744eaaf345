// All checks of a run behind one door.
#include "models/check/checks.hpp"

namespace splitvote::check {

void Checks::on_client_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  const auto completed = history_.on_note(moment, node, note);
  if (completed.has_value())
    durability_.on_complete({moment, invariants_, history_, violations_, names_},
                            static_cast<std::uint32_t>(*completed));
}

void Checks::on_role(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  invariants_.on_note(moment, node, note, violations_, names_);
  if (static_cast<models::Role>(note.a) == models::Role::leader)
    durability_.on_leader({moment, invariants_, history_, violations_, names_}, node);
}

void Checks::on_node(const sim::Moment&, sim::NodeId node, sim::RecordKind what, std::uint64_t) {
  invariants_.on_node(node, what);
}

void Checks::finish(const sim::Moment& moment, std::optional<LinearizabilityBudget> budget) {
  durability_.finish({moment, invariants_, history_, violations_, names_});
  if (!budget.has_value()) return;
  linearizability_ = check_linearizability(history_, names_, *budget);
  if (!linearizability_->contradiction.has_value()) return;
  const Contradiction& found = *linearizability_->contradiction;
  violations_.report(Check::linearizable, found.moment, found.node,
                     [&] { return found.explanation; });
}

}  // namespace splitvote::check
