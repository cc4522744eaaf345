// Who has been silent for how long.
#include "models/raft/answer_ages.hpp"

#include <doctest/doctest.h>

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr NodeId b{2};
constexpr NodeId c{63};
constexpr NodeSet both = set_of(b) | set_of(c);
constexpr sim::LocalInstant at(std::int64_t ms) { return {ms * 1'000'000}; }

AnswerAges make_ages() {
  AnswerAges ages(sim::milliseconds(100));
  ages.restart(both, at(10));
  return ages;
}

}  // namespace

TEST_CASE("a member is silent when its last answer is as old as the timeout") {
  AnswerAges ages = make_ages();
  ages.on_answer(c, at(50));

  CHECK(ages.silent(at(109)) == 0);
  CHECK(ages.silent(at(110)) == set_of(b));
  CHECK(ages.silent(at(149)) == set_of(b));
  CHECK(ages.silent(at(150)) == both);
}

TEST_CASE("the next look is due when one more member can be silent") {
  AnswerAges ages = make_ages();
  ages.on_answer(c, at(50));

  CHECK(ages.until_next(at(60)) == sim::milliseconds(50));
  CHECK(ages.until_next(at(110)) == sim::milliseconds(40));
  CHECK(ages.until_next(at(150)) == sim::milliseconds(100));
}

TEST_CASE("who becomes a member counts as heard then, who is one keeps its age") {
  AnswerAges ages = make_ages();
  ages.set_members(set_of(b), at(20));
  ages.on_answer(c, at(90));  // no member's
  ages.set_members(both, at(30));

  CHECK(ages.silent(at(110)) == set_of(b));
  CHECK(ages.silent(at(130)) == both);
}

TEST_CASE("a restart forgets every answer") {
  AnswerAges ages = make_ages();
  ages.on_answer(b, at(50));
  ages.restart(both, at(20));

  CHECK(ages.silent(at(119)) == 0);
  CHECK(ages.silent(at(120)) == both);
}
