// What commitment promises.
#include "models/check/commit_checks.hpp"

#include <doctest/doctest.h>

#include "tests/models/check/checked_run.hpp"

using splitvote::check::Check;
using Run = splitvote::testing::CheckedRun;
using splitvote::testing::replicate;

TEST_CASE("a leader without an entry that was committed before is reported") {
  Run run;
  replicate(run, 2, 0);
  run.feed.appended(0, 3, 1);
  run.feed.appended(1, 3, 1);
  run.feed.committed(0, 3, 1);

  run.feed.leader(2, 2);

  CHECK(run.count(Check::leader_completeness) == 1);
}

TEST_CASE("a leader that holds the first but not the last entry committed in a term is reported") {
  Run run;
  replicate(run, 2, 2);
  run.feed.appended(0, 3, 1);
  run.feed.committed(0, 3, 1);

  run.feed.leader(2, 2);

  CHECK(run.count(Check::leader_completeness) == 1);
}

TEST_CASE("a second leader of a term is not asked for what the first one commits in it") {
  Run run;
  replicate(run, 2, 0);
  run.feed.appended(0, 3, 1);
  run.feed.committed(0, 3, 1);

  run.feed.leader(2, 1);

  CHECK(run.count(Check::election_safety) == 1);
  CHECK(run.count(Check::leader_completeness) == 0);
}

TEST_CASE("a leader without an entry that was never committed is accepted") {
  Run run;
  replicate(run, 2, 2);
  run.feed.appended(0, 3, 1);

  run.feed.leader(2, 2);

  CHECK(run.clean());
}

TEST_CASE("a leader of an old term elected late need not hold what a later term committed") {
  Run run;
  replicate(run, 2, 2);
  run.feed.leader(1, 3);
  run.feed.appended(1, 3, 3);
  run.feed.committed(1, 3, 3);

  run.feed.leader(2, 2);

  CHECK(run.clean());
}

TEST_CASE("an entry committed late in an old term must be in the log of the later leader") {
  Run run;
  replicate(run, 2, 0);
  run.feed.appended(0, 3, 1);
  run.feed.leader(2, 2);  // does not hold entry 3

  run.feed.committed(0, 3, 1);

  CHECK(run.count(Check::leader_completeness) == 1);
}

TEST_CASE("an entry committed late in an old term is accepted if the later leader held it") {
  Run run;
  replicate(run, 3, 0);
  run.feed.leader(2, 2);
  run.feed.appended(2, 4, 2);

  run.feed.committed(0, 3, 1);

  CHECK(run.clean());
}

TEST_CASE("Figure 8: an old entry committed by counting and then replaced is reported") {
  Run run;
  run.feed.leader(0, 2);
  run.feed.appended(0, 1, 2);
  run.feed.appended(1, 1, 2);
  run.feed.leader(4, 3);
  run.feed.appended(4, 1, 3);
  run.feed.leader(0, 4);
  run.feed.appended(2, 1, 2);
  run.feed.committed(0, 1, 2);  // the rule of 5.4.2 forbids it: the entry is of term 2

  run.feed.leader(4, 5);

  CHECK(run.count(Check::leader_completeness) == 1);
}

TEST_CASE("two nodes that commit different entries disagree") {
  Run run;
  replicate(run, 2, 2);
  run.feed.appended(0, 3, 1);
  run.feed.committed(0, 3, 1);
  run.feed.appended(2, 3, 2);

  run.feed.committed(2, 3, 2);

  CHECK(run.count(Check::commit_agreement) == 1);
}

TEST_CASE("a node whose log forks below what others committed disagrees when it commits more") {
  Run run;
  replicate(run, 2, 2);
  run.feed.appended(0, 3, 1);
  run.feed.committed(0, 3, 1);
  run.feed.appended(2, 3, 2);
  run.feed.appended(2, 4, 2);

  run.feed.committed(2, 4, 2);

  CHECK(run.count(Check::commit_agreement) == 1);
}

TEST_CASE("a node that commits an entry of a term its log does not hold there is reported") {
  Run run;
  replicate(run, 1, 0);

  run.feed.committed(0, 1, 2);

  CHECK(run.count(Check::commit_agreement) == 1);
}

TEST_CASE("a node that removes what it had committed is reported once") {
  Run run;
  replicate(run, 3, 3);
  run.feed.follower(0, 2);

  run.feed.truncated(0, 2);
  run.feed.appended(0, 2, 1);
  run.feed.committed(0, 2, 1);

  CHECK(run.count(Check::commit_agreement) == 1);
  CHECK(run.checks.violations().size() == 1);
}

TEST_CASE("nodes that commit the same log in different steps agree") {
  Run run;
  replicate(run, 3, 1);

  run.feed.committed(1, 1, 1);
  run.feed.committed(0, 3, 1);
  run.feed.committed(1, 2, 1);
  run.feed.committed(2, 3, 1);
  run.feed.committed(1, 3, 1);

  CHECK(run.clean());
}

TEST_CASE("a commit index that goes back is reported") {
  Run run;
  replicate(run, 3, 3);

  run.feed.committed(0, 2, 1);

  CHECK(run.count(Check::monotone_commit) == 1);
}

TEST_CASE("a commit index behind the end of the log is reported") {
  Run run;
  replicate(run, 3, 0);

  run.feed.committed(0, 4, 1);

  CHECK(run.count(Check::monotone_commit) == 1);
}

TEST_CASE("a restarted node may commit and apply from the beginning again") {
  Run run;
  replicate(run, 2, 2);
  run.feed.applied(0, 1, 1);
  run.feed.applied(0, 2, 1);
  run.feed.crash(0);
  run.feed.start(0);
  run.feed.recovered(0, 2, 1, 0);
  run.feed.appended(0, 1, 1);
  run.feed.appended(0, 2, 1);

  run.feed.committed(0, 1, 1);
  run.feed.applied(0, 1, 1);

  CHECK(run.clean());
}
