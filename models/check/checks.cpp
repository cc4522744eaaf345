// All checks of a run behind one door.
#include "models/check/checks.hpp"

namespace splitvote::check {

void Checks::on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  invariants_.on_note(moment, node, note, violations_, names_);
  switch (static_cast<models::NoteType>(note.kind)) {
    case models::NoteType::invoke:
    case models::NoteType::complete:
    case models::NoteType::served:
    case models::NoteType::role: {
      const auto completed = history_.on_note(moment, node, note);
      durability_.on_note(moment, node, note, completed, invariants_, history_, violations_,
                          names_);
      break;
    }
    default:
      break;
  }
}

void Checks::on_node(const sim::Moment&, sim::NodeId node, sim::RecordKind what, std::uint64_t) {
  invariants_.on_node(node, what);
}

void Checks::finish(const sim::Moment& moment, std::optional<LinearizabilityBudget> budget) {
  durability_.finish(moment, invariants_, history_, violations_, names_);
  if (!budget.has_value()) return;
  linearizability_ = check_linearizability(history_, names_, *budget);
  if (!linearizability_->contradiction.has_value()) return;
  const Contradiction& found = *linearizability_->contradiction;
  violations_.report(Check::linearizable, found.moment, found.node,
                     [&] { return found.explanation; });
}

}  // namespace splitvote::check
