// Each invariant catches the fault planted for it, and accepts what looks like it but is allowed.
#include "models/check/invariants.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/check/checks.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/check/feed.hpp"

using splitvote::check::Check;
using splitvote::check::Checks;
using splitvote::testing::Feed;

namespace {

struct Run {
  Checks checks;
  Feed<Checks> feed{checks};

  [[nodiscard]] std::uint64_t count(Check check) const { return checks.count(check); }
  [[nodiscard]] bool clean() const { return checks.violations().empty(); }
};

// Node 0 leads term 1 and has put entries 1 to `last` on nodes 0 to 2; `committed` of them are.
void replicate(Run& run, std::uint64_t last, std::uint64_t committed) {
  for (int node = 0; node < 3; ++node) run.feed.start(node);
  run.feed.leader(0, 1);
  for (std::uint64_t index = 1; index <= last; ++index) {
    for (int node = 0; node < 3; ++node) run.feed.appended(node, index, 1);
    for (int node = 0; node < 3; ++node) run.feed.stored(node, index);
  }
  if (committed > 0) run.feed.committed(0, committed, 1);
}

}  // namespace

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

TEST_CASE("the tree of terms unrolls a log from its last entry") {
  splitvote::check::TermTree tree;
  tree.add(2, 1, 0);
  tree.add(5, 4, 2);

  CHECK(tree.term_at(9, 5, 9) == 5);
  CHECK(tree.term_at(9, 5, 4) == 5);
  CHECK(tree.term_at(9, 5, 3) == 2);
  CHECK(tree.term_at(9, 5, 10) == 0);
  CHECK(tree.term_at(9, 7, 1) == 0);
}

TEST_CASE("the tree of terms comes to an end on logs whose terms go back") {
  splitvote::check::TermTree tree;
  tree.add(3, 5, 2);
  tree.add(2, 5, 3);

  CHECK(tree.term_at(9, 3, 1) == 0);
}

TEST_CASE("a log as runs of terms agrees with a plain list of its terms") {
  splitvote::sim::Stream stream(3, {splitvote::sim::Purpose::fault_value, 4, 0});
  splitvote::check::TermRuns runs;
  std::vector<std::uint64_t> terms;
  for (int step = 0; step < 20'000; ++step) {
    const std::int64_t dice = splitvote::sim::uniform(stream, 0, 19);
    if (dice == 0) {
      const auto first =
          static_cast<std::uint64_t>(splitvote::sim::uniform(stream, 1, std::ssize(terms) + 1));
      runs.truncate(first);
      terms.resize(std::min<std::size_t>(terms.size(), first - 1));
    } else {
      terms.push_back((terms.empty() ? 1 : terms.back()) + (dice < 4 ? 1 : 0));
      runs.append(terms.back());
    }
    const auto index =
        static_cast<std::uint64_t>(splitvote::sim::uniform(stream, 1, std::ssize(terms) + 2));
    REQUIRE(runs.last() == terms.size());
    REQUIRE(runs.last_term() == (terms.empty() ? 0 : terms.back()));
    REQUIRE(runs.term_at(index) == (index <= terms.size() ? terms[index - 1] : 0));
  }
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

TEST_CASE("each check is found by its name and explains itself") {
  for (const auto& entry : splitvote::check::check_table) {
    CHECK(splitvote::check::find_check(entry.name) == entry.check);
    CHECK(splitvote::check::name(entry.check) == entry.name);
    CHECK(entry.help.ends_with('.'));
  }
  CHECK_FALSE(splitvote::check::find_check("election").has_value());
}
