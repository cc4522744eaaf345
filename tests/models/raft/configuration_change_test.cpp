// Which configuration comes of a change, and that the majorities before and after always overlap.
#include "models/raft/configuration_change.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <random>
#include <vector>

using namespace splitvote;
using namespace splitvote::raft;

namespace {

using Kind = Change::Kind;
constexpr NodeId n1{1}, n2{2}, n3{3}, n4{4}, n5{5}, n6{6};

Configuration three() { return configuration_of({n1, n2, n3}); }

Configuration changed(const Configuration& from, const std::vector<Change>& changes,
                      Pace pace = Pace::at_once) {
  const auto result = change(from, changes, pace);
  REQUIRE(result.has_value());
  REQUIRE(is_valid(*result));
  return *result;
}

std::string refusal(const Configuration& from, const std::vector<Change>& changes,
                    Pace pace = Pace::at_once) {
  const auto result = change(from, changes, pace);
  return result.has_value() ? "" : result.error().message;
}

std::uint64_t mask(const NodeList& nodes) {
  std::uint64_t bits = 0;
  for (const NodeId node : nodes) bits |= std::uint64_t{1} << sim::number(node);
  return bits;
}

bool is_quorum(const Configuration& configuration, std::uint64_t nodes) {
  const auto majority = [&](const NodeList& list) {
    return list.empty() ||
           2 * static_cast<std::size_t>(std::popcount(mask(list) & nodes)) > list.size();
  };
  return majority(configuration.voters) && majority(configuration.outgoing);
}

/// Whether every quorum of one shares a node with every quorum of the other. It is enough to look
/// at a set and all that is left without it.
bool overlap(const Configuration& one, const Configuration& other, std::uint64_t universe) {
  for (std::uint64_t nodes = 0; nodes <= universe; ++nodes) {
    if (is_quorum(one, nodes) && is_quorum(other, universe & ~nodes)) return false;
  }
  return true;
}

/// A non-empty set of the nodes 0 to 5.
NodeList set(std::uint64_t bits) {
  NodeList nodes;
  for (std::uint16_t node = 0; node < 6; ++node) {
    if ((bits >> node & 1) != 0) nodes.push_back(NodeId{node});
  }
  return nodes;
}

}  // namespace

TEST_CASE("one voter more or less is a single step") {
  CHECK(changed(three(), {{Kind::add_voter, n4}}) == configuration_of({n1, n2, n3, n4}));
  CHECK(changed(three(), {{Kind::remove, n1}}) == configuration_of({n2, n3}));
  CHECK(changed(three(), {{Kind::demote, n1}}).learners == NodeList{n1});
}

TEST_CASE("learners come and go in a single step, with one voter at most") {
  const Configuration learning =
      changed(three(), {{Kind::add_learner, n4}, {Kind::add_learner, n5}});
  CHECK(learning.learners == NodeList{n4, n5});
  CHECK_FALSE(learning.joint());

  const Configuration promoted = changed(learning, {{Kind::promote, n4}, {Kind::remove, n5}});
  CHECK(promoted == configuration_of({n1, n2, n3, n4}));
}

TEST_CASE("two voters that differ make the configuration joint, and leaving it keeps the new one") {
  const Configuration joint = changed(three(), {{Kind::add_voter, n4}, {Kind::remove, n1}});
  CHECK(joint.voters == NodeList{n2, n3, n4});
  CHECK(joint.outgoing == NodeList{n1, n2, n3});

  CHECK(leave_joint(joint) == configuration_of({n2, n3, n4}));
}

TEST_CASE("where all changes are joint, one voter that differs is enough, and learners are not") {
  const Configuration from = three();
  const auto always = [&](const Change& each) {
    return *change(from, std::array{each}, Pace::at_once, JointConsensus::always);
  };

  CHECK(always({Kind::add_voter, n4}).voters == NodeList{n1, n2, n3, n4});
  CHECK(always({Kind::add_voter, n4}).outgoing == from.voters);
  CHECK(always({Kind::remove, n3}).outgoing == from.voters);
  CHECK(always({Kind::demote, n3}).learners_next == NodeList{n3});
  CHECK_FALSE(always({Kind::add_learner, n4}).joint());
}

TEST_CASE("where all changes are joint, a plan for one new voter ends in a joint configuration") {
  const Configuration plan = *change(three(), std::array{Change{Kind::add_voter, n4}},
                                     Pace::when_caught_up, JointConsensus::always);
  REQUIRE(plan.planned == NodeList{n1, n2, n3, n4});

  CHECK(carry_out_plan(plan, JointConsensus::always).outgoing == NodeList{n1, n2, n3});
}

TEST_CASE("a voter that is demoted in a joint change votes until the end and learns afterwards") {
  const Configuration joint = changed(three(), {{Kind::demote, n1}, {Kind::add_voter, n4}});
  CHECK(joint.learners_next == NodeList{n1});
  CHECK(joint.learners.empty());
  CHECK(is_voter(joint, n1));

  CHECK(leave_joint(joint).learners == NodeList{n1});
}

TEST_CASE(
    "new voters learn first if they are to catch up, and the plan remembers the whole change") {
  const Configuration plan =
      changed(three(), {{Kind::add_voter, n4}, {Kind::remove, n1}}, Pace::when_caught_up);
  CHECK(plan.voters == NodeList{n1, n2, n3});
  CHECK(plan.learners == NodeList{n4});
  CHECK(plan.planned == NodeList{n2, n3, n4});

  const Configuration joint = carry_out_plan(plan);
  CHECK(joint == changed(three(), {{Kind::add_voter, n4}, {Kind::remove, n1}}));
}

TEST_CASE("a plan for one new voter ends in a single step") {
  const Configuration plan = changed(three(), {{Kind::add_voter, n4}}, Pace::when_caught_up);

  CHECK(carry_out_plan(plan) == configuration_of({n1, n2, n3, n4}));
}

TEST_CASE("a change edits the plan: who is taken out of it again waits for nobody") {
  const Configuration plan = changed(three(), {{Kind::add_voter, n4}}, Pace::when_caught_up);

  CHECK(changed(plan, {{Kind::remove, n4}}, Pace::when_caught_up) == three());
  CHECK(changed(plan, {{Kind::add_voter, n5}}, Pace::when_caught_up).planned ==
        NodeList{n1, n2, n3, n4, n5});
}

TEST_CASE("what needs nobody to catch up happens at once at either pace") {
  CHECK(changed(three(), {{Kind::remove, n1}}, Pace::when_caught_up) == configuration_of({n2, n3}));
}

TEST_CASE("a witness is a voter with a mark, which leaves with it") {
  const Configuration with = changed(three(), {{Kind::add_witness, n4}});
  CHECK(with.voters == NodeList{n1, n2, n3, n4});
  CHECK(with.witnesses == NodeList{n4});

  const Configuration joint = changed(with, {{Kind::remove, n4}, {Kind::add_voter, n5}});
  CHECK(is_witness(joint, n4));
  CHECK(leave_joint(joint).witnesses.empty());
}

TEST_CASE("a change that makes no sense is refused in words") {
  Configuration joint = changed(three(), {{Kind::add_voter, n4}, {Kind::remove, n1}});
  Configuration witness = changed(three(), {{Kind::add_witness, n4}});

  CHECK(refusal(three(), {{Kind::add_voter, n1}}) == "node 1 is a voter already");
  CHECK(refusal(three(), {{Kind::promote, n4}}) == "node 4 is not a learner");
  CHECK(refusal(three(), {{Kind::remove, n4}}) == "node 4 is not a member");
  CHECK(refusal(three(), {{Kind::demote, n4}}) == "node 4 is not a voter");
  CHECK(refusal(three(), {{Kind::add_voter, n4}, {Kind::remove, n4}}) == "node 4 is named twice");
  CHECK(refusal(three(), {}) == "nothing would change");
  CHECK(refusal(configuration_of({n1}), {{Kind::remove, n1}}) == "the last voter cannot go");
  CHECK(refusal(joint, {{Kind::add_voter, n5}}) == "the configuration is joint");
  CHECK(refusal({}, {{Kind::add_voter, n5}}) == "there is no cluster yet");
  CHECK(refusal(witness, {{Kind::demote, n4}}) ==
        "node 4 is a witness and holds no data to learn with");
  CHECK(refusal(witness, {{Kind::remove, n1}, {Kind::remove, n2}, {Kind::remove, n3}}) ==
        "somebody must hold the data");
  CHECK(refusal(changed(three(), {{Kind::add_learner, n6}}), {{Kind::add_witness, n6}}) ==
        "node 6 holds data; a witness begins with nothing");
}

TEST_CASE("who is planned to go comes back as what it still is, or not at all") {
  Configuration from = three();
  from.witnesses = {n3};
  const Configuration plan = changed(
      from, {{Kind::add_voter, n4}, {Kind::remove, n2}, {Kind::remove, n3}}, Pace::when_caught_up);

  CHECK(refusal(plan, {{Kind::add_learner, n3}}) == "node 3 is still a witness");
  CHECK(refusal(plan, {{Kind::add_witness, n2}}) ==
        "node 2 holds data; a witness begins with nothing");
  CHECK(changed(plan, {{Kind::add_witness, n3}}, Pace::when_caught_up).witnesses == NodeList{n3});
}

TEST_CASE("more members than there may be are refused") {
  std::vector<Change> changes;
  for (std::uint16_t node = 10; node < 72; ++node)
    changes.push_back({Kind::add_learner, NodeId{node}});

  CHECK(refusal(three(), changes) == "there are too many members");
}

TEST_CASE("quorums overlap from step to step, between any two sets of voters of six nodes") {
  for (std::uint64_t before = 1; before < 64; ++before) {
    for (std::uint64_t after = 1; after < 64; ++after) {
      if (before == after) continue;
      const Configuration from = configuration_of(set(before));
      std::vector<Change> changes;
      for (const NodeId node : without(set(after), set(before)))
        changes.push_back({Kind::add_voter, node});
      for (const NodeId node : without(set(before), set(after)))
        changes.push_back({Kind::remove, node});
      const Configuration next = changed(from, changes);
      REQUIRE(next.joint() == (std::popcount(before ^ after) > 1));
      REQUIRE(overlap(from, next, 63));
      REQUIRE(overlap(next, leave_joint(next), 63));
    }
  }
}

TEST_CASE(
    "whatever is asked in whatever order, configurations are valid and their quorums overlap") {
  std::mt19937_64 random(1);
  const auto draw = [&](std::uint64_t below) { return random() % below; };
  std::size_t steps = 0;
  for (int run = 0; run < 3000; ++run) {
    Configuration now = configuration_of(set(0b111));
    for (int i = 0; i < 10; ++i) {
      std::vector<Change> changes(1 + draw(3));
      for (Change& each : changes)
        each = {static_cast<Kind>(draw(6)), NodeId{std::uint16_t(draw(6))}};
      const auto asked = change(now, changes, draw(2) == 0 ? Pace::at_once : Pace::when_caught_up);
      Configuration next = asked.value_or(now);
      if (now.joint()) next = leave_joint(now);
      if (!now.planned.empty() && draw(2) == 0) next = carry_out_plan(now);
      REQUIRE(is_valid(next));
      REQUIRE(overlap(now, next, 63));
      steps += next != now;
      now = next;
    }
  }
  CHECK(steps > 5000);
}
