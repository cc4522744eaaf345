// Who may lead and who may be voted for; and the table of all checks.
#include "models/check/election_checks.hpp"

#include <doctest/doctest.h>

#include "tests/models/check/checked_run.hpp"

using splitvote::check::Check;
using splitvote::check::Checks;
using Run = splitvote::testing::CheckedRun;
using splitvote::testing::Feed;

TEST_CASE("two leaders of one term are reported with both names and the time of the first") {
  Run run;
  run.feed.leader(0, 4);

  run.feed.leader(2, 4);

  REQUIRE(run.count(Check::election_safety) == 1);
  const auto& violation = run.checks.violations().front();
  CHECK(violation.check == Check::election_safety);
  CHECK(violation.node == splitvote::sim::NodeId{2});
  CHECK(violation.moment.time == run.feed.now().time);
  CHECK(violation.explanation == "node 2 became leader of term 4, which node 0 has led since 1ms.");
}

TEST_CASE("two leaders at one time are accepted if their terms differ") {
  Run run;
  run.feed.leader(0, 4);

  run.feed.leader(2, 5);
  run.feed.leader(1, 3);  // elected by votes that came late
  run.feed.leader(2, 5);  // the same one says it twice

  CHECK(run.clean());
}

TEST_CASE("a second vote in a term is reported even if the node crashed in between") {
  Run run;
  run.feed.start(1);
  run.feed.vote(1, 3, 0);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.vote(1, 3, 2);

  CHECK(run.count(Check::vote_once) == 1);
}

TEST_CASE("two leaders of a term are reported even if a wiped voter elected the second") {
  Run run;
  run.feed.start(1);
  run.feed.vote(1, 3, 0);
  run.feed.leader(0, 3);
  run.feed.wipe(1);
  run.feed.start(1);
  run.feed.vote(1, 3, 2);
  run.feed.leader(2, 3);

  CHECK(run.count(Check::vote_once) == 0);
  CHECK(run.count(Check::election_safety) == 1);
}

TEST_CASE("a vote in a term older than the last vote is reported") {
  Run run;
  run.feed.vote(1, 3, 0);

  run.feed.vote(1, 2, 0);

  CHECK(run.count(Check::vote_once) == 1);
}

TEST_CASE("the same vote twice and votes in growing terms are accepted") {
  Run run;
  run.feed.vote(1, 3, 0);

  run.feed.vote(1, 3, 0);
  run.feed.vote(1, 4, 2);

  CHECK(run.clean());
}

TEST_CASE("a copy of the checks goes on by itself") {
  Run run;
  run.feed.leader(0, 4);
  Checks copy = run.checks;
  Feed<Checks> other(copy);

  other.leader(1, 4);

  CHECK(copy.count(Check::election_safety) == 1);
  CHECK(run.clean());
}

TEST_CASE("each check stands at its place in the table and explains itself") {
  for (const auto& entry : splitvote::check::check_table) {
    CHECK(splitvote::check::name(entry.check) == entry.name);
    CHECK(entry.help.ends_with('.'));
  }
}
