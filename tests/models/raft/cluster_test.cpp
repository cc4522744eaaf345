// Random runs: drops, duplicates, reordering, cuts, crashes that lose what was not synced.
#include "tests/models/raft/cluster.hpp"

#include <doctest/doctest.h>

using namespace splitvote::raft;

TEST_CASE(
    "the properties of Figure 3 hold after every step of two thousand random runs in which members "
    "come and go") {
  Coverage total;
  Reached reached;

  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, seed % 4 == 0 ? Cluster::Witnesses::some : Cluster::Witnesses::none);
    cluster.run(6000);
    REQUIRE(cluster.violation() == "");
    reached.add(cluster.reached());
    total.leaders += cluster.coverage().leaders;
    total.commits += cluster.coverage().commits;
    total.truncations += cluster.coverage().truncations;
    total.crashes += cluster.coverage().crashes;
    total.reads += cluster.coverage().reads;
    total.refusals += cluster.coverage().refusals;
    total.snapshots += cluster.coverage().snapshots;
    total.installs += cluster.coverage().installs;
    total.changes += cluster.coverage().changes;
    total.joints += cluster.coverage().joints;
    total.fallbacks += cluster.coverage().fallbacks;
    total.leaders_removed += cluster.coverage().leaders_removed;
    total.transfers += cluster.coverage().transfers;
    total.handovers += cluster.coverage().handovers;
    total.follower_reads += cluster.coverage().follower_reads;
  }

  MESSAGE("leaders ", total.leaders, ", commits ", total.commits, ", truncations ",
          total.truncations, ", crashes ", total.crashes, ", reads ", total.reads, ", refusals ",
          total.refusals, ", snapshots ", total.snapshots, ", installs ", total.installs,
          ", changes ", total.changes, ", joint ", total.joints, ", fallen back ", total.fallbacks,
          ", leaders removed ", total.leaders_removed, ", transfers ", total.transfers,
          ", handovers ", total.handovers, ", follower reads ", total.follower_reads);
  CHECK(reached.unreached() == "");
  CHECK(total.leaders > 3000);
  CHECK(total.commits > 10'000);
  CHECK(total.truncations > 500);
  CHECK(total.crashes > 10'000);
  CHECK(total.reads > 1000);
  CHECK(total.refusals > 1000);
  CHECK(total.snapshots > 3000);
  CHECK(total.installs > 200);
  CHECK(total.changes > 500);
  CHECK(total.joints > 200);
  CHECK(total.fallbacks > 50);
  CHECK(total.leaders_removed > 50);
  CHECK(total.transfers > 10'000);
  CHECK(total.handovers > 500);
  CHECK(total.follower_reads > 1000);
}

TEST_CASE("whatever happened before, a cluster without faults commits again on every member") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, seed % 2 == 0 ? Cluster::Witnesses::some : Cluster::Witnesses::none);
    cluster.run(1000);
    REQUIRE(cluster.heals());
    REQUIRE(cluster.violation() == "");
  }
}

// Every seed draws its features, its faults and what its members do anew.
TEST_CASE("no violation in a hundred thousand short runs, which leave nothing of Raft unreached" *
          doctest::test_suite("long") * doctest::skip()) {
  Reached reached;

  for (std::uint64_t seed = 1'000'000; seed < 1'100'000; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, seed % 4 == 0 ? Cluster::Witnesses::some : Cluster::Witnesses::none);
    cluster.run(600);
    REQUIRE(cluster.violation() == "");
    reached.add(cluster.reached());
  }

  MESSAGE(reached.table());
  CHECK(reached.unreached() == "");
}
