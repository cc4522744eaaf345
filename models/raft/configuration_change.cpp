// Changes edit the goal; the way there is a plan, a joint configuration, or a single step.
#include "models/raft/configuration_change.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::raft {
namespace {

/// Where a configuration is going: no phase, no plan.
struct Goal {
  NodeList voters;
  NodeList learners;
  NodeList witnesses;
  bool operator==(const Goal&) const = default;
};

Goal goal_of(const Configuration& from) {
  const bool plan = !from.planned.empty();
  const NodeList& voters = plan ? from.planned : from.voters;
  return {.voters = voters,
          .learners = joined(without(from.learners, from.planned), from.learners_next),
          .witnesses = common(from.witnesses, voters)};
}

void add(NodeList& list, NodeId node) { list = joined(list, {node}); }
void erase(NodeList& list, NodeId node) { list = without(list, {node}); }

/// Why the change makes no sense, or an empty text.
std::string apply(Change change, const Configuration& from, Goal& goal) {
  using enum Change::Kind;
  const NodeId node = change.node;
  const std::string name = "node " + std::to_string(sim::number(node));
  const bool voter = contains(goal.voters, node);
  const bool learner = contains(goal.learners, node);
  const bool witness = contains(goal.witnesses, node);
  // Planned to go, but still there as what it is.
  const bool leaves = is_voter(from, node) && !voter && !learner;
  switch (change.kind) {
    case add_voter:
    case add_learner:
      if (voter) return name + " is a voter already";
      if (learner && change.kind == add_learner) return name + " is a learner already";
      if (leaves && is_witness(from, node)) return name + " is still a witness";
      break;
    case add_witness:
      if (voter) return name + " is a voter already";
      if (learner || (leaves && !is_witness(from, node)))
        return name + " holds data; a witness begins with nothing";
      break;
    case promote:
      if (!learner) return name + " is not a learner";
      break;
    case demote:
      if (!voter) return name + " is not a voter";
      if (witness) return name + " is a witness and holds no data to learn with";
      break;
    case remove:
      if (!voter && !learner) return name + " is not a member";
      break;
  }
  erase(goal.voters, node);
  erase(goal.learners, node);
  erase(goal.witnesses, node);
  if (change.kind == remove) return {};
  add(change.kind == add_learner || change.kind == demote ? goal.learners : goal.voters, node);
  if (change.kind == add_witness) add(goal.witnesses, node);
  return {};
}

std::string complaint(const Goal& goal) {
  if (goal.voters.empty()) return "the last voter cannot go";
  if (without(goal.voters, goal.witnesses).empty()) return "somebody must hold the data";
  if (goal.voters.size() + goal.learners.size() > members_max) return "there are too many members";
  return {};
}

/// What lies between these voters and the goal once nobody has to catch up.
Configuration step_towards(const Goal& goal, const Configuration& from, JointConsensus joint) {
  Configuration next = configuration_of(goal.voters);
  next.learners = without(goal.learners, from.voters);
  next.learners_next = common(goal.learners, from.voters);
  next.witnesses = goal.witnesses;
  const std::size_t differing =
      without(goal.voters, from.voters).size() + without(from.voters, goal.voters).size();
  const std::size_t single_step = joint == JointConsensus::always ? 0 : 1;
  if (differing > single_step) {
    next.outgoing = from.voters;
    next.witnesses = joined(goal.witnesses, common(from.witnesses, from.voters));
    return next;
  }
  return leave_joint(next);
}

}  // namespace

sim::Result<Configuration> change(const Configuration& from, std::span<const Change> changes,
                                  Pace pace, JointConsensus joint) {
  if (from.empty()) return sim::failure("there is no cluster yet");
  if (from.joint()) return sim::failure("the configuration is joint");
  const Goal before = goal_of(from);
  Goal goal = before;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto earlier = changes.first(i);
    if (std::ranges::find(earlier, changes[i].node, &Change::node) != earlier.end())
      return sim::failure("node " + std::to_string(sim::number(changes[i].node)) +
                          " is named twice");
    if (std::string why = apply(changes[i], from, goal); !why.empty())
      return sim::failure(std::move(why));
  }
  if (goal == before && (pace == Pace::when_caught_up || from.planned.empty()))
    return sim::failure("nothing would change");
  if (std::string why = complaint(goal); !why.empty()) return sim::failure(std::move(why));

  const NodeList newcomers = without(goal.voters, from.voters);
  if (pace == Pace::at_once || newcomers.empty()) return step_towards(goal, from, joint);
  Configuration next = from;
  next.planned = goal.voters;
  next.learners = without(joined(goal.learners, newcomers), from.voters);
  next.learners_next = common(goal.learners, from.voters);
  next.witnesses = joined(goal.witnesses, common(from.witnesses, from.voters));
  if (members_of(next).size() > members_max) return sim::failure("there are too many members");
  return next;
}

Configuration carry_out_plan(const Configuration& from, JointConsensus joint) {
  SPLITVOTE_CHECK(!from.planned.empty());
  return step_towards(goal_of(from), from, joint);
}

Configuration leave_joint(const Configuration& from) {
  Configuration next = configuration_of(from.voters);
  next.learners = joined(from.learners, from.learners_next);
  next.witnesses = common(from.witnesses, from.voters);
  return next;
}

}  // namespace splitvote::raft
