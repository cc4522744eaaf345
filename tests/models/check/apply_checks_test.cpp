// What the state machines execute.
#include "models/check/apply_checks.hpp"

#include <doctest/doctest.h>

#include "tests/models/check/checked_run.hpp"

using splitvote::check::Check;
using Run = splitvote::testing::CheckedRun;
using splitvote::testing::replicate;

TEST_CASE("two nodes that apply different contents at one index are reported") {
  Run run;
  replicate(run, 1, 1);
  run.feed.committed(1, 1, 1);
  run.feed.applied(0, 1, 1, 7);

  run.feed.applied(1, 1, 1, 8);

  CHECK(run.count(Check::state_machine_safety) == 1);
}

TEST_CASE("two nodes that apply entries of different terms are reported even if they read alike") {
  Run run;
  run.feed.appended(0, 1, 1, 7);
  run.feed.committed(0, 1, 1);
  run.feed.applied(0, 1, 1, 7);
  run.feed.appended(1, 1, 2, 7);
  run.feed.committed(1, 1, 2);

  run.feed.applied(1, 1, 2, 7);

  CHECK(run.count(Check::state_machine_safety) == 1);
}

TEST_CASE("a node that leaves an entry out is reported") {
  Run run;
  replicate(run, 3, 3);
  run.feed.applied(0, 1, 1);

  run.feed.applied(0, 3, 1);

  CHECK(run.count(Check::state_machine_safety) == 1);
}

TEST_CASE("a node that applies what its log does not hold is reported") {
  Run run;
  replicate(run, 1, 1);

  run.feed.applied(0, 1, 2);

  CHECK(run.count(Check::state_machine_safety) == 1);
}

TEST_CASE("a node that applies an entry twice is reported") {
  Run run;
  replicate(run, 2, 2);
  run.feed.applied(0, 1, 1);

  run.feed.applied(0, 1, 1);

  CHECK(run.count(Check::monotone_applied) == 1);
}

TEST_CASE("a node that applies what it has not committed is reported") {
  Run run;
  replicate(run, 2, 1);
  run.feed.applied(0, 1, 1);

  run.feed.applied(0, 2, 1);

  CHECK(run.count(Check::monotone_applied) == 1);
}

TEST_CASE("nodes that apply the same entries at their own pace are accepted") {
  Run run;
  replicate(run, 2, 2);
  run.feed.applied(0, 1, 1);
  run.feed.applied(0, 2, 1);
  run.feed.committed(1, 2, 1);

  run.feed.applied(1, 1, 1);
  run.feed.applied(1, 2, 1);

  CHECK(run.clean());
}
