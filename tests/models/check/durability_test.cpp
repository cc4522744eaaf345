// Acknowledged writes: lost ones are named, and an honest protocol is never accused.
#include "models/check/durability.hpp"

#include <doctest/doctest.h>

#include "models/check/checks.hpp"
#include "tests/models/check/feed.hpp"

using splitvote::check::Check;
using splitvote::check::Checks;
using splitvote::check::NodeNames;
using splitvote::client::Outcome;
using splitvote::testing::Feed;
using splitvote::testing::put;
using splitvote::testing::remove_key;

namespace {

constexpr int client = 3;
constexpr std::uint64_t session = 77;

struct Run {
  Checks checks{NodeNames({"n1", "n2", "n3", "c1"})};
  Feed<Checks> feed{checks};

  Run() {
    for (int node = 0; node < 3; ++node) feed.start(node);
  }
  void write(int server, std::uint64_t operation, std::uint64_t revision, std::uint64_t term) {
    feed.invoke(client, operation, session, put("k", "v" + std::to_string(operation)));
    feed.settle(server, revision, term);
    feed.served(server, session, operation);
    feed.complete(client, operation, Outcome::ok, revision);
  }
  [[nodiscard]] std::uint64_t lost() const { return checks.count(Check::durability); }
};

}  // namespace

TEST_CASE("a write that the next leader does not hold is lost, and all about it is told") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.crash(0);

  run.feed.leader(1, 2);

  REQUIRE(run.lost() == 1);
  CHECK(run.checks.durability().lost() == 1);
  std::string text;
  for (const auto& violation : run.checks.violations())
    if (violation.check == Check::durability) text = violation.explanation;
  CHECK(text ==
        "a write that n1 acknowledged in term 1 is lost: put k = v1 by c1 [5ms..11ms] -> revision "
        "1 (entry 1 of term 1) is not in the log of the leader n2.");
}

TEST_CASE("a write that the next leader holds is kept") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.appended(1, 1, 1);
  run.feed.crash(0);

  run.feed.leader(1, 2);
  run.checks.finish(run.feed.now());

  CHECK(run.checks.durability().acknowledged() == 1);
  CHECK(run.lost() == 0);
}

TEST_CASE("each lost write is counted and the kept ones are not") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.appended(1, 1, 1);
  run.write(0, 2, 2, 1);
  run.write(0, 3, 3, 1);
  run.feed.crash(0);

  run.feed.leader(1, 2);
  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 2);
}

TEST_CASE("a primary that is cut off and goes on acknowledging loses what it acknowledges") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.appended(1, 1, 1);
  run.feed.leader(1, 2);  // the backup took over; node 0 does not know

  run.write(0, 2, 2, 1);

  CHECK(run.lost() == 1);
}

TEST_CASE(
    "an answer that arrives after the next election is kept if the new leader held the entry") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, put("k", "v"));
  run.feed.settle(0, 1, 1);
  run.feed.served(0, session, 1);
  run.feed.appended(1, 1, 1);
  run.feed.leader(1, 2);

  run.feed.complete(client, 1, Outcome::ok, 1);
  run.checks.finish(run.feed.now());

  CHECK(run.checks.durability().acknowledged() == 1);
  CHECK(run.lost() == 0);
}

TEST_CASE("an answer that arrives after its server cut the entry away is still followed") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, put("k", "v"));
  run.feed.settle(0, 1, 1);
  run.feed.served(0, session, 1);
  run.feed.leader(1, 2);
  run.feed.follower(0, 2);
  run.feed.truncated(0, 1);
  run.feed.appended(1, 1, 2);
  run.feed.appended(0, 1, 2);

  run.feed.complete(client, 1, Outcome::ok, 1);

  CHECK(run.lost() == 1);
}

TEST_CASE("a leader of an old term elected late is not asked for later writes") {
  Run run;
  run.feed.leader(0, 3);
  run.write(0, 1, 1, 3);

  run.feed.leader(1, 2);

  CHECK(run.lost() == 0);
}

TEST_CASE("a revision that is acknowledged twice is reported") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.invoke(client, 2, session, put("k", "w"));
  run.feed.served(0, session, 2);

  run.feed.complete(client, 2, Outcome::ok, 1);

  CHECK(run.lost() == 1);
}

TEST_CASE("a revision that is given again after its write was told to be lost counts as one loss") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.leader(1, 2);

  run.write(1, 2, 1, 2);

  CHECK(run.lost() == 1);
}

TEST_CASE("a retry answered by the next leader from memory is kept") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, put("k", "v"));
  run.feed.settle(0, 1, 1);
  run.feed.served(0, session, 1);  // this answer is lost
  run.feed.appended(1, 1, 1);
  run.feed.leader(1, 2);
  run.feed.settle(1, 2, 2);
  run.feed.served(1, session, 1);

  run.feed.complete(client, 1, Outcome::ok, 1);
  run.checks.finish(run.feed.now());

  CHECK(run.checks.durability().acknowledged() == 1);
  CHECK(run.lost() == 0);
}

TEST_CASE("a late answer to an older operation does not hide where the newer one went") {
  Run run;
  run.feed.leader(1, 2);
  run.feed.invoke(client, 2, session, put("k", "v"));
  run.feed.settle(1, 1, 2);
  run.feed.served(1, session, 2);
  run.feed.served(0, session, 1);

  run.feed.complete(client, 2, Outcome::ok, 1);

  CHECK(run.checks.durability().acknowledged() == 1);
}

TEST_CASE("reads and mismatches name revisions without promising them") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.invoke(client, 2, session, splitvote::testing::get("k"));
  run.feed.served(0, session, 2, true);
  run.feed.complete(client, 2, Outcome::ok, 1, "v1");
  run.feed.invoke(client, 3, session, splitvote::testing::compare_and_swap("k", 9, "w"));
  run.feed.served(0, session, 3);

  run.feed.complete(client, 3, Outcome::mismatch, 1);

  CHECK(run.checks.durability().acknowledged() == 1);
  CHECK(run.lost() == 0);
}

TEST_CASE("a write that was not acknowledged may be lost") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, put("k", "v"));
  run.feed.settle(0, 1, 1);
  run.feed.complete(client, 1, Outcome::unknown);
  run.feed.crash(0);

  run.feed.leader(1, 2);
  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 0);
}

TEST_CASE("without a leader at the end a write is kept as long as any log holds it") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.crash(0);

  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 0);
}

TEST_CASE("without a leader at the end a write that is in no log is lost") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.power_loss(0);
  run.feed.start(0);
  run.feed.recovered(0, 0, 0, 0);

  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 1);
}

TEST_CASE("a write on the disk of a node that reads its log back at the end is kept") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.power_loss(0);
  run.feed.start(0);

  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 0);
}

TEST_CASE("when wiped disks lose a write the cluster is accused, not the nodes") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.appended(1, 1, 1);
  run.feed.stored(1, 1);
  for (int node = 0; node < 2; ++node) {
    run.feed.wipe(node);
    run.feed.start(node);
    run.feed.recovered(node, 0, 0, 0);
  }

  run.feed.leader(1, 2);

  CHECK(run.lost() == 1);
  CHECK(run.checks.count(Check::leader_completeness) == 1);
  CHECK(run.checks.count(Check::durable_storage) == 0);
}

TEST_CASE("a write that all disks lost is missed even if terms began again below its own") {
  Run run;
  run.feed.leader(0, 5);
  run.write(0, 1, 1, 5);
  run.feed.wipe(0);
  run.feed.start(0);
  run.feed.recovered(0, 0, 0, 0);
  run.feed.leader(1, 1);

  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 1);
}

TEST_CASE("a write of a later term is kept though the leader at the end does not hold it") {
  Run run;
  run.feed.leader(0, 3);
  run.write(0, 1, 1, 3);
  run.feed.crash(0);
  run.feed.leader(1, 2);  // by votes that came late

  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 0);
}

TEST_CASE("a leader that drops an acknowledged entry while leading is found at the end") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.appended(1, 1, 1);  // it does not help that another node holds it
  run.feed.truncated(0, 1);

  run.checks.finish(run.feed.now());

  CHECK(run.lost() == 1);
}

TEST_CASE("two leaders of one term that acknowledge on different logs cannot both be kept") {
  Run run;
  run.feed.appended(1, 1, 2);
  run.feed.committed(1, 1, 2);
  run.feed.applied(1, 1, 2);
  run.feed.leader(0, 3);
  run.feed.leader(1, 3);
  run.feed.appended(0, 1, 1);
  run.write(0, 1, 2, 3);
  run.feed.invoke(client, 2, session, put("k", "w"));
  run.feed.served(1, session, 2);
  run.feed.complete(client, 2, Outcome::ok, 1);
  run.feed.appended(2, 1, 1);
  run.feed.appended(2, 2, 3);

  run.feed.leader(2, 4);  // holds the write of node 0 and not that of node 1

  CHECK(run.checks.durability().acknowledged() == 2);
  CHECK(run.lost() == 1);
}

TEST_CASE("a remove of nothing promises nothing") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, remove_key("k"));
  run.feed.settle(0, 1, 1);
  run.feed.served(0, session, 1);

  run.feed.complete(client, 1, Outcome::ok, 0);

  CHECK(run.checks.durability().acknowledged() == 0);
}

TEST_CASE("a write acknowledged with a revision that nobody has applied is a broken promise") {
  Run run;
  run.feed.leader(0, 1);
  run.write(0, 1, 1, 1);
  run.feed.invoke(client, 2, session, put("k", "w"));
  run.feed.appended(0, 2, 1);  // neither stored nor committed, let alone applied
  run.feed.served(0, session, 2);

  run.feed.complete(client, 2, Outcome::ok, 2);

  REQUIRE(run.lost() == 1);
  CHECK(run.checks.violations()[0].explanation ==
        "a write was acknowledged that no server had applied: put k = w by c1 [12ms..15ms] -> "
        "revision 2; the last entry applied anywhere is 1.");
}

TEST_CASE("a write acknowledged without any server's word or without a revision is one, too") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, put("k", "v"));
  run.feed.complete(client, 1, Outcome::ok, 1);
  run.feed.invoke(client, 2, session, put("k", "w"));
  run.feed.complete(client, 2, Outcome::ok, 0);

  CHECK(run.lost() == 2);
}

TEST_CASE("an entry applied by its server before the answer, and by nobody since, was applied") {
  Run run;
  run.feed.leader(0, 1);
  run.feed.invoke(client, 1, session, put("k", "v"));
  run.feed.settle(0, 1, 1);
  run.feed.served(0, session, 1);
  run.feed.crash(0);
  run.feed.start(0);

  run.feed.complete(client, 1, Outcome::ok, 1);

  CHECK(run.lost() == 0);
}
