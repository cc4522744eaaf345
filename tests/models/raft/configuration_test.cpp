// A configuration's lists, what makes them valid, and their bytes.
#include "models/raft/configuration.hpp"

#include <doctest/doctest.h>

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr NodeId n1{1}, n2{2}, n3{3}, n4{4}, n5{5};

Configuration three() { return configuration_of({n3, n1, n2}); }

Configuration joint() {
  Configuration configuration = configuration_of({n3, n4, n5});
  configuration.outgoing = {n1, n2, n3};
  configuration.learners_next = {n1};
  return configuration;
}

sim::Bytes bytes_of(const Configuration& configuration) {
  sim::Bytes bytes;
  encode(configuration, bytes);
  return bytes;
}

std::vector<int> numbers(const sim::Bytes& bytes) {
  std::vector<int> numbers;
  for (const std::byte byte : bytes) numbers.push_back(std::to_integer<int>(byte));
  return numbers;
}

bool survives(const Configuration& configuration) {
  Configuration decoded;
  return decode(bytes_of(configuration), decoded) && decoded == configuration;
}

}  // namespace

TEST_CASE("voters are kept ascending and each once") {
  CHECK(configuration_of({n3, n1, n2, n1}).voters == NodeList{n1, n2, n3});
}

TEST_CASE("a configuration survives its encoding") {
  Configuration planned = three();
  planned.learners = {n4, n5};
  planned.planned = {n2, n3, n4};
  planned.learners_next = {n1};
  planned.witnesses = {n3, n4};

  CHECK(survives(three()));
  CHECK(survives(joint()));
  CHECK(survives(planned));
}

TEST_CASE("six lists of a count and ids are the whole encoding") {
  Configuration configuration = configuration_of({n1, n2});
  configuration.learners = {NodeId{0x0304}};

  const std::vector<int> expected{2, 1, 0, 2, 0, 0, 1, 4, 3, 0, 0, 0};
  CHECK(numbers(bytes_of(configuration)) == expected);
}

TEST_CASE("the worked example of models/wal/FORMAT.md is what the encoding gives") {
  Configuration configuration = configuration_of({n1, n2, n3});
  configuration.learners = {n4};
  configuration.planned = {n1, n2, n3, n4};

  const std::vector<int> expected{3, 1, 0, 2, 0, 3, 0, 0, 1, 4, 0, 0, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0};
  CHECK(numbers(bytes_of(configuration)) == expected);
}

TEST_CASE("a configuration without voters or with a byte too many or too few is not decoded") {
  Configuration decoded;
  sim::Bytes longer = bytes_of(three());
  longer.push_back(std::byte{0});
  sim::Bytes shorter = bytes_of(three());
  shorter.pop_back();

  CHECK_FALSE(decode(bytes_of({}), decoded));
  CHECK_FALSE(decode(longer, decoded));
  CHECK_FALSE(decode(shorter, decoded));
  CHECK_FALSE(decode({}, decoded));
}

TEST_CASE("lists that do not fit together are not a configuration") {
  Configuration unsorted = three();
  unsorted.voters = {n2, n1};
  Configuration twice = three();
  twice.voters = {n1, n1};
  Configuration voter_learns = three();
  voter_learns.learners = {n1};
  Configuration nobody = three();
  nobody.learners_next = {n1};
  Configuration plan_without_learner = three();
  plan_without_learner.planned = {n1, n2};
  Configuration plan_of_strangers = three();
  plan_of_strangers.planned = {n1, n4};
  Configuration joint_with_plan = joint();
  joint_with_plan.learners = {NodeId{6}};
  joint_with_plan.planned = {n3, NodeId{6}};
  Configuration only_witnesses = three();
  only_witnesses.witnesses = {n1, n2, n3};
  Configuration stranger_witness = three();
  stranger_witness.witnesses = {n4};
  Configuration same_twice = three();
  same_twice.outgoing = same_twice.voters;

  CHECK(is_valid(three()));
  CHECK(is_valid(joint()));
  CHECK(is_valid({}));
  CHECK_FALSE(is_valid(unsorted));
  CHECK_FALSE(is_valid(twice));
  CHECK_FALSE(is_valid(voter_learns));
  CHECK_FALSE(is_valid(nobody));
  CHECK_FALSE(is_valid(plan_without_learner));
  CHECK_FALSE(is_valid(plan_of_strangers));
  CHECK_FALSE(is_valid(joint_with_plan));
  CHECK_FALSE(is_valid(only_witnesses));
  CHECK_FALSE(is_valid(stranger_witness));
  CHECK_FALSE(is_valid(same_twice));
}

TEST_CASE("voters of both phases and learners are members, and a witness is a voter") {
  Configuration configuration = joint();
  configuration.learners = {NodeId{7}};
  configuration.witnesses = {n4};

  CHECK(is_voter(configuration, n1));
  CHECK(is_voter(configuration, n5));
  CHECK_FALSE(is_voter(configuration, NodeId{7}));
  CHECK(is_member(configuration, NodeId{7}));
  CHECK_FALSE(is_member(configuration, NodeId{8}));
  CHECK(is_witness(configuration, n4));
  CHECK(members_of(configuration) == NodeList{n1, n2, n3, n4, n5, NodeId{7}});
}

TEST_CASE("the words of a configuration name every list that holds somebody") {
  CHECK(to_text(three()) == "voters 1 2 3");
  CHECK(to_text(joint()) == "voters 3 4 5, outgoing 1 2 3, to learners 1");
  CHECK(to_text({}) == "no voters");
}
