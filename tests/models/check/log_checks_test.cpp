// What may happen to a log, in memory and on disk.
#include "models/check/log_checks.hpp"

#include <doctest/doctest.h>

#include "tests/models/check/checked_run.hpp"

using splitvote::check::Check;
using Run = splitvote::testing::CheckedRun;
using splitvote::testing::replicate;

TEST_CASE("an entry with another content under the same index and term breaks log matching") {
  Run run;
  replicate(run, 2, 0);
  run.feed.appended(0, 3, 1, 7);

  run.feed.appended(1, 3, 1, 8);

  CHECK(run.count(Check::log_matching) == 1);
}

TEST_CASE("an entry behind another predecessor breaks log matching") {
  Run run;
  run.feed.appended(0, 1, 1);
  run.feed.appended(0, 2, 3);
  run.feed.appended(1, 1, 2);

  run.feed.appended(1, 2, 3);

  CHECK(run.count(Check::log_matching) == 1);
}

TEST_CASE("an entry behind a gap breaks log matching") {
  Run run;
  run.feed.appended(0, 1, 1);

  run.feed.appended(0, 3, 1);

  CHECK(run.count(Check::log_matching) == 1);
}

TEST_CASE("different entries of different terms at one index are accepted") {
  Run run;
  run.feed.appended(0, 1, 1);
  run.feed.appended(1, 1, 2);
  run.feed.appended(2, 1, 2);

  run.feed.truncated(0, 1);
  run.feed.appended(0, 1, 2);

  CHECK(run.clean());
}

TEST_CASE("a leader that removes entries of its own log is reported") {
  Run run;
  replicate(run, 3, 0);

  run.feed.truncated(0, 3);

  CHECK(run.count(Check::leader_append_only) == 1);
}

TEST_CASE("a leader that overwrites an entry of its own log is reported") {
  Run run;
  replicate(run, 3, 0);

  run.feed.appended(0, 3, 1);

  CHECK(run.count(Check::leader_append_only) == 1);
}

TEST_CASE("a leader that has stepped down may truncate what it had not committed") {
  Run run;
  replicate(run, 3, 2);
  run.feed.follower(0, 2);

  run.feed.truncated(0, 3);
  run.feed.appended(0, 3, 2);

  CHECK(run.clean());
}

TEST_CASE("a stored entry that is gone after a power loss is reported") {
  Run run;
  replicate(run, 3, 0);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 2, 1, 0);

  CHECK(run.count(Check::durable_storage) == 1);
}

TEST_CASE("a stored entry that comes back as another one is reported") {
  Run run;
  replicate(run, 1, 0);
  run.feed.power_loss(1);
  run.feed.start(1);
  run.feed.recovered(1, 1, 2, 0);

  run.feed.appended(1, 1, 2);

  CHECK(run.count(Check::durable_storage) == 1);
}

TEST_CASE("an entry that was appended but not stored may be gone") {
  Run run;
  replicate(run, 2, 0);
  run.feed.appended(1, 3, 1);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 2, 1, 0);
  run.feed.appended(1, 1, 1);
  run.feed.appended(1, 2, 1);

  CHECK(run.clean());
}

TEST_CASE("after an unsynced truncation either end of the log may come back") {
  Run run;
  replicate(run, 3, 2);
  run.feed.truncated(1, 3);
  run.feed.appended(1, 3, 2);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 3, 1, 0);
  run.feed.appended(1, 1, 1);
  run.feed.appended(1, 2, 1);
  run.feed.appended(1, 3, 1);  // the old entry: the new one never reached the disk

  CHECK(run.clean());
}

TEST_CASE("what was stored before a crash is still owed after a second crash during recovery") {
  Run run;
  replicate(run, 3, 0);
  run.feed.power_loss(1);
  run.feed.start(1);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 0, 0, 0);

  CHECK(run.count(Check::durable_storage) == 1);
}

TEST_CASE("what comes back after a second crash during recovery is accepted") {
  Run run;
  replicate(run, 1, 0);
  run.feed.power_loss(1);
  run.feed.start(1);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 1, 1, 0);
  run.feed.appended(1, 1, 1);

  CHECK(run.clean());
}

TEST_CASE("a vote that is gone after a crash is reported") {
  Run run;
  run.feed.start(1);
  run.feed.vote(1, 3, 0);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 0, 3, 0);

  CHECK(run.count(Check::durable_storage) == 1);
}

TEST_CASE("a vote that is there again, or a later term without a vote, is accepted") {
  Run run;
  run.feed.start(1);
  run.feed.vote(1, 3, 0);
  run.feed.crash(1);
  run.feed.start(1);
  run.feed.recovered(1, 0, 3, 1);
  run.feed.crash(1);
  run.feed.start(1);

  run.feed.recovered(1, 0, 4, 0);

  CHECK(run.clean());
}

TEST_CASE("a node whose disk was wiped owes neither the entries nor the vote it held") {
  Run run;
  replicate(run, 3, 3);
  run.feed.vote(1, 3, 0);
  run.feed.wipe(1);
  run.feed.start(1);

  run.feed.recovered(1, 0, 0, 0);
  run.feed.vote(1, 3, 2);

  CHECK(run.clean());
}

TEST_CASE("what a node stores after its disk was wiped it owes again") {
  Run run;
  replicate(run, 3, 0);
  run.feed.wipe(1);
  run.feed.start(1);
  run.feed.recovered(1, 0, 0, 0);
  run.feed.vote(1, 3, 2);
  run.feed.appended(1, 1, 1);
  run.feed.stored(1, 1);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 0, 0, 0);

  CHECK(run.count(Check::durable_storage) == 2);  // the entry and the vote
}
