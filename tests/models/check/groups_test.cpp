// Several groups on the same servers: each keeps the promises of its own log, and its sins are told
// under its number.
#include <doctest/doctest.h>

#include "tests/models/check/checked_run.hpp"

using namespace splitvote;
using namespace splitvote::testing;
using check::Check;
using client::Outcome;

TEST_CASE("two groups may have two leaders of one term and different entries at one place") {
  CheckedRun run(2);
  run.feed.start(0);
  run.feed.start(1);

  run.feed.of(0).leader(0, 1);
  run.feed.vote(0, 1, 0);
  run.feed.appended(0, 1, 1, 111);
  run.feed.of(1).leader(1, 1);
  run.feed.vote(0, 1, 1);
  run.feed.appended(0, 1, 1, 222);

  CHECK(run.clean());
}

TEST_CASE("two leaders of one term in one group are a violation, which names the group") {
  CheckedRun run(2);
  run.feed.start(0);
  run.feed.start(1);

  run.feed.of(1).leader(0, 1);
  run.feed.leader(1, 1);

  REQUIRE(run.count(Check::election_safety) == 1);
  CHECK(run.checks.violations()[0].explanation.starts_with("group 1: node 1 became leader"));
}

TEST_CASE("a crash takes every group's memory, and each must find its own log again") {
  CheckedRun run(2);
  run.feed.start(0);
  run.feed.of(0).leader(0, 1);
  run.feed.settle(0, 1, 1);
  run.feed.of(1).leader(0, 1);
  run.feed.settle(0, 1, 1);
  run.feed.crash(0);
  run.feed.start(0);

  run.feed.of(0).recovered(0, 1, 1, 0);
  run.feed.appended(0, 1, 1);
  CHECK(run.clean());
  run.feed.of(1).recovered(0, 0, 0, 0);

  CHECK(run.count(Check::durable_storage) > 0);
}

namespace {

/// Session 5 of client 3 writes in group 0, then in group 1, whose log is empty but for it.
void write_in_both(CheckedRun& run) {
  run.feed.start(0);
  run.feed.of(0).leader(0, 1);
  for (std::uint64_t index = 1; index <= 4; ++index) run.feed.settle(0, index, 1);
  run.feed.invoke(3, 1, 5, put("a", "x"));
  run.feed.served(0, 5, 1);
  run.feed.of(0).complete(3, 1, Outcome::ok, 4);
  run.feed.of(1).leader(0, 1);
  run.feed.settle(0, 1, 1);
  run.feed.of(0).invoke(3, 2, 5, put("b", "y"));
  run.feed.of(1).served(0, 5, 2);
  run.feed.of(0).complete(3, 2, Outcome::ok, 1);
}

}  // namespace

TEST_CASE("an acknowledged write is looked for in the log of the group that answered") {
  CheckedRun run(2);
  write_in_both(run);

  run.checks.finish(run.feed.now());

  CHECK(run.clean());
  CHECK(run.checks.durability(0).acknowledged() == 1);
  CHECK(run.checks.durability(1).acknowledged() == 1);
}

TEST_CASE("a later leader of the group without the write has lost it, whatever other groups hold") {
  CheckedRun run(2);
  write_in_both(run);

  run.feed.start(1);
  run.feed.of(1).leader(1, 2);

  REQUIRE(run.count(Check::durability) == 1);
  CHECK(run.count(Check::leader_completeness) == 1);
  CHECK(run.checks.violations()[1].explanation.starts_with("group 1: a write"));
}
