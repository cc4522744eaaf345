// Random runs: drops, duplicates, reordering, cuts, crashes that lose what was not synced.
#include "tests/models/raft/cluster.hpp"

#include <doctest/doctest.h>

using namespace splitvote::raft;

namespace {

Cluster make_cluster(std::uint64_t seed) {
  return Cluster(seed, seed % 4 == 0 ? Cluster::Witnesses::some : Cluster::Witnesses::none);
}

/// Of a short run: from before the first leader to after all that a cluster can go through.
int steps_of(std::uint64_t seed) { return static_cast<int>(300 + seed % 10 * 200); }

}  // namespace

TEST_CASE(
    "the properties of Figure 3 hold after every step of two thousand random runs in which members "
    "come and go") {
  Reached reached;

  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    CAPTURE(seed);
    Cluster cluster = make_cluster(seed);
    cluster.run(2500);
    REQUIRE(cluster.violation() == "");
    reached.add(cluster.reached());
  }

  MESSAGE(reached.table());
  CHECK(reached.unreached(3) == "");
  CHECK(reached.below({
            {Sighting::leader_elected, 2000},   {Sighting::committed, 30'000},
            {Sighting::truncated, 200},         {Sighting::crashed, 5000},
            {Sighting::lost_write, 500},        {Sighting::read_by_round, 20'000},
            {Sighting::read_by_lease, 4000},    {Sighting::read_by_follower, 2000},
            {Sighting::busy_full, 4000},        {Sighting::paused, 10'000},
            {Sighting::transfer_told, 900},     {Sighting::snapshot_installed, 800},
            {Sighting::simple_committed, 1000}, {Sighting::joint_committed, 80},
            {Sighting::promoted, 400},          {Sighting::witness_leads, 10},
            {Sighting::fell_back, 50},          {Sighting::leader_removed, 100},
            {Sighting::leader_sleeps, 800},     {Sighting::joint_left_on_order, 40},
        }) == "");
}

TEST_CASE("whatever happened before, a cluster without faults commits again on every member") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Cluster cluster = make_cluster(seed);
    cluster.run(1000);
    REQUIRE(cluster.heals());
    REQUIRE(cluster.violation() == "");
  }
}

// Every seed draws its features, its faults, its length and what its members do anew.
TEST_CASE("no violation in a hundred thousand short runs, which leave nothing of Raft unreached" *
          doctest::test_suite("long") * doctest::skip()) {
  Reached reached;

  for (std::uint64_t seed = 1'000'000; seed < 1'100'000; ++seed) {
    CAPTURE(seed);
    Cluster cluster = make_cluster(seed);
    cluster.run(steps_of(seed));
    REQUIRE(cluster.violation() == "");
    reached.add(cluster.reached());
  }

  MESSAGE(reached.table());
  CHECK(reached.unreached(200) == "");
  CHECK(reached.below({
            {Sighting::leader_elected, 80'000},   {Sighting::committed, 800'000},
            {Sighting::truncated, 4000},          {Sighting::crashed, 150'000},
            {Sighting::lost_write, 10'000},       {Sighting::read_by_round, 500'000},
            {Sighting::read_by_lease, 80'000},    {Sighting::read_by_follower, 60'000},
            {Sighting::busy_full, 80'000},        {Sighting::paused, 200'000},
            {Sighting::transfer_told, 20'000},    {Sighting::snapshot_installed, 15'000},
            {Sighting::simple_committed, 20'000}, {Sighting::joint_committed, 1500},
            {Sighting::promoted, 5000},           {Sighting::witness_leads, 500},
            {Sighting::fell_back, 1000},          {Sighting::leader_removed, 3000},
            {Sighting::leader_sleeps, 20'000},
        }) == "");
}
