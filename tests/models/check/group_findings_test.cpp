// Every promise, broken by group 1 of three while the others keep theirs: the finding is of that
// group and of no other one.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "models/client/placement.hpp"
#include "tests/models/check/checked_run.hpp"

using namespace splitvote;
using namespace splitvote::testing;
using check::Check;
using client::Outcome;

namespace {

using Groups = std::vector<std::uint16_t>;

/// The same sound history in each of three groups: node 0 leads term 1 and has put entries 1 to 3
/// on all three nodes; two of them are committed. What follows is of group 1.
struct ThreeGroups : CheckedRun {
  ThreeGroups() : CheckedRun(3) {
    for (int node = 0; node < 3; ++node) feed.start(node);
    for (const std::uint16_t group : std::to_array<std::uint16_t>({0, 2, 1})) fill(group);
  }

  void fill(std::uint16_t group) {
    feed.of(group).leader(0, 1);
    for (std::uint64_t index = 1; index <= 3; ++index) {
      for (int node = 0; node < 3; ++node) feed.appended(node, index, 1);
      for (int node = 0; node < 3; ++node) feed.stored(node, index);
    }
    for (int node = 0; node < 3; ++node) feed.committed(node, 2, 1);
  }

  /// The groups that broke the promise, if what is told of it begins with the first of them.
  [[nodiscard]] Groups broken(Check check) const {
    const auto found = std::ranges::find(checks.violations(), check, &check::Violation::check);
    if (found == checks.violations().end()) return {};
    const std::string about = "group " + std::to_string(found->groups.at(0)) + ": ";
    CHECK(found->explanation.starts_with(about));
    return found->groups;
  }
};

/// The first of `k1`, `k2` … that lives there.
std::string key_of(std::uint16_t group) {
  int number = 1;
  while (client::group_of("k" + std::to_string(number), 3) != group) ++number;
  return "k" + std::to_string(number);
}

/// A client that reads nothing where a write of the key had returned.
void read_stale(CheckedRun& run, const std::string& key, std::uint64_t session) {
  run.feed.invoke(9, session * 10, session, put(key, "v"));
  run.feed.complete(9, session * 10, Outcome::ok, 3);
  run.feed.invoke(9, session * 10 + 1, session, get(key));
  run.feed.complete(9, session * 10 + 1, Outcome::ok, 0);
}

}  // namespace

TEST_CASE("three groups with a sound history break nothing") {
  ThreeGroups run;
  run.checks.finish(run.feed.now());

  CHECK(run.clean());
}

TEST_CASE("two leaders of a term are the sin of their group") {
  ThreeGroups run;
  run.feed.leader(1, 1);

  CHECK(run.broken(Check::election_safety) == Groups{1});
}

TEST_CASE("two votes in a term are the sin of their group") {
  ThreeGroups run;
  run.feed.vote(1, 3, 0);
  run.feed.vote(1, 3, 2);

  CHECK(run.broken(Check::vote_once) == Groups{1});
}

TEST_CASE("a log that does not match is its group's") {
  ThreeGroups run;
  run.feed.appended(0, 4, 1, 7);
  run.feed.appended(1, 4, 1, 8);

  CHECK(run.broken(Check::log_matching) == Groups{1});
}

TEST_CASE("a leader that removes its own entries is its group's") {
  ThreeGroups run;
  run.feed.truncated(0, 3);

  CHECK(run.broken(Check::leader_append_only) == Groups{1});
}

TEST_CASE("a leader without a committed entry is its group's") {
  ThreeGroups run;
  run.feed.appended(0, 4, 1);
  run.feed.committed(0, 4, 1);
  run.feed.leader(1, 2);

  CHECK(run.broken(Check::leader_completeness) == Groups{1});
}

TEST_CASE("two nodes that commit different entries are of one group") {
  ThreeGroups run;
  run.feed.committed(0, 3, 1);
  run.feed.truncated(1, 3);
  run.feed.appended(1, 3, 2);
  run.feed.committed(1, 3, 2);

  CHECK(run.broken(Check::commit_agreement) == Groups{1});
}

TEST_CASE("a commit index that goes back is its group's") {
  ThreeGroups run;
  run.feed.committed(0, 1, 1);

  CHECK(run.broken(Check::monotone_commit) == Groups{1});
}

TEST_CASE("two nodes that apply different entries are of one group") {
  ThreeGroups run;
  run.feed.applied(0, 1, 1, 7);
  run.feed.applied(1, 1, 1, 8);

  CHECK(run.broken(Check::state_machine_safety) == Groups{1});
}

TEST_CASE("an entry that is applied twice is its group's") {
  ThreeGroups run;
  run.feed.applied(0, 1, 1);
  run.feed.applied(0, 1, 1);

  CHECK(run.broken(Check::monotone_applied) == Groups{1});
}

TEST_CASE("a stored entry that a crash took from one group is that group's") {
  ThreeGroups run;
  run.feed.power_loss(1);
  run.feed.start(1);
  run.feed.of(0).recovered(1, 3, 1, 0);
  run.feed.of(2).recovered(1, 3, 1, 0);
  run.feed.of(1).recovered(1, 2, 1, 0);

  CHECK(run.broken(Check::durable_storage) == Groups{1});
}

TEST_CASE("a write that a later leader lacks is lost by the group that acknowledged it") {
  ThreeGroups run;
  run.feed.invoke(9, 1, 5, put("a", "x"));
  run.feed.settle(0, 4, 1);
  run.feed.served(0, 5, 1);
  run.feed.of(0).complete(9, 1, Outcome::ok, 4);
  run.feed.of(1).leader(1, 2);

  CHECK(run.broken(Check::durability) == Groups{1});
}

TEST_CASE("a write that is in no log at the end is lost by the group that acknowledged it") {
  ThreeGroups run;
  run.feed.invoke(9, 1, 5, put("a", "x"));
  run.feed.settle(0, 4, 1);
  run.feed.served(0, 5, 1);
  run.feed.of(0).complete(9, 1, Outcome::ok, 4);
  run.feed.of(1).truncated(0, 4);

  run.checks.finish(run.feed.now(), std::nullopt);

  CHECK(run.broken(Check::durability) == Groups{1});
}

TEST_CASE("a stale answer is the sin of the group in which the key lives") {
  ThreeGroups run;
  read_stale(run, key_of(1), 5);

  run.checks.finish(run.feed.now());

  CHECK(run.broken(Check::linearizable) == Groups{1});
}

TEST_CASE("of several groups that break a promise the first is told of, and all are named") {
  ThreeGroups run;
  run.feed.of(2).leader(1, 1);
  run.feed.of(0).leader(1, 1);
  run.feed.of(2).leader(2, 1);
  read_stale(run, key_of(2), 5);
  read_stale(run, key_of(1), 6);

  run.checks.finish(run.feed.now());

  CHECK(run.broken(Check::election_safety) == Groups{2, 0});
  CHECK(run.count(Check::election_safety) == 3);
  CHECK(run.broken(Check::linearizable) == Groups{2, 1});
}

TEST_CASE("a promise of the only group names none") {
  CheckedRun run;
  run.feed.leader(0, 1);
  run.feed.leader(1, 1);

  CHECK(run.checks.violations()[0].groups.empty());
  CHECK(run.checks.violations()[0].explanation.starts_with("node 1 became leader"));
}
