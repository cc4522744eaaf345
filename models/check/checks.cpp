// All checks of a run behind one door.
#include "models/check/checks.hpp"

#include "models/client/placement.hpp"

namespace splitvote::check {

void Checks::on_client_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  const auto completed = history_.on_note(moment, node, note);
  if (!completed.has_value()) return;
  std::uint16_t of = 0;
  if (groups_.size() > 1) {
    of = served_.of(history_.entries()[*completed].session).value_or(0);
    violations_.speak_of(of);
  }
  Group& group = groups_[of];
  group.durability.on_complete({moment, group.invariants, history_, violations_, names_},
                               static_cast<std::uint32_t>(*completed));
}

void Checks::on_role(Group& group, const sim::Moment& moment, sim::NodeId node,
                     const sim::Note& note) {
  group.invariants.on_note(moment, node, note, violations_, names_);
  if (static_cast<models::Role>(note.a) == models::Role::leader)
    group.durability.on_leader({moment, group.invariants, history_, violations_, names_}, node);
}

void Checks::on_served(Group& group, sim::NodeId node, const sim::Note& note) {
  group.durability.on_served(node, note, group.invariants);
  if (groups_.size() > 1) served_.on_served(note.a, note.b, note.group);
}

void Checks::on_node(const sim::Moment&, sim::NodeId node, sim::RecordKind what, std::uint64_t) {
  for (Group& group : groups_) group.invariants.on_node(node, what);
}

void Checks::finish(const sim::Moment& moment, std::optional<LinearizabilityBudget> budget) {
  for (std::size_t number = 0; number < groups_.size(); ++number) {
    Group& group = groups_[number];
    if (groups_.size() > 1) violations_.speak_of(static_cast<std::uint16_t>(number));
    group.durability.finish({moment, group.invariants, history_, violations_, names_});
  }
  if (!budget.has_value()) return;
  linearizability_ = check_linearizability(history_, names_, *budget);
  for (const Contradiction& found : linearizability_->contradictions) {
    if (groups_.size() > 1)
      violations_.speak_of(client::group_of(found.key, static_cast<std::uint16_t>(groups_.size())));
    violations_.report(Check::linearizable, found.moment, found.node,
                       [&] { return found.explanation; });
  }
}

}  // namespace splitvote::check
