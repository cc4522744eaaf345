// Random runs: drops, duplicates, reordering, cuts, crashes that lose what was not synced.
#include "tests/models/raft/cluster.hpp"

#include <doctest/doctest.h>

using namespace splitvote::raft;

TEST_CASE("the properties of Figure 3 hold after every step of a thousand random runs") {
  Coverage total;

  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed);
    cluster.run(6000);
    REQUIRE(cluster.violation() == "");
    total.leaders += cluster.coverage().leaders;
    total.commits += cluster.coverage().commits;
    total.truncations += cluster.coverage().truncations;
    total.crashes += cluster.coverage().crashes;
    total.reads += cluster.coverage().reads;
    total.refusals += cluster.coverage().refusals;
    total.snapshots += cluster.coverage().snapshots;
    total.installs += cluster.coverage().installs;
  }

  MESSAGE("leaders ", total.leaders, ", commits ", total.commits, ", truncations ",
          total.truncations, ", crashes ", total.crashes, ", reads ", total.reads, ", refusals ",
          total.refusals, ", snapshots ", total.snapshots, ", installs ", total.installs);
  CHECK(total.leaders > 3000);
  CHECK(total.commits > 10'000);
  CHECK(total.truncations > 500);
  CHECK(total.crashes > 10'000);
  CHECK(total.reads > 1000);
  CHECK(total.refusals > 1000);
  CHECK(total.snapshots > 3000);
  CHECK(total.installs > 200);
}

TEST_CASE("whatever happened before, a cluster without faults commits again on every server") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed);
    cluster.run(1000);
    REQUIRE(cluster.heals());
    REQUIRE(cluster.violation() == "");
  }
}
