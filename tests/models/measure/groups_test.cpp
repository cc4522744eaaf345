// Several groups on the same servers: what is counted over all of them, and what is true of each.
#include <doctest/doctest.h>

#include "tests/models/measure/measured_run.hpp"

using namespace splitvote;
using namespace splitvote::testing;
using measure::ClusterState;
using measure::Metric;
using measure::Occurrence;
using sim::NodeId;

namespace {

std::size_t led(const MeasuredRun& run, NodeId node) {
  return run.measured.total(
      [&](const ClusterState& group) { return group.leader_in(std::array{node}) ? 1 : 0; });
}

}  // namespace

TEST_CASE("each group has its own leader, and a condition must hold in every one") {
  MeasuredRun run(2);
  CHECK_FALSE(run.measured.every(&ClusterState::single_leader));
  CHECK_FALSE(run.measured.every(&ClusterState::no_leader));

  run.feed.of(1).leader(2, 4);

  CHECK(run.measured.every(&ClusterState::single_leader));
  CHECK(run.measured.cluster(0).leader() == NodeId{0});
  CHECK(run.measured.cluster(1).leader() == NodeId{2});
  CHECK(led(run, NodeId{0}) == 1);
  CHECK(led(run, NodeId{1}) == 0);
  CHECK(led(run, NodeId{2}) == 1);
}

TEST_CASE("terms, elections and commits are summed over the groups") {
  MeasuredRun run(2);
  run.feed.of(1).candidate(2, 1);
  run.feed.leader(2, 1);
  run.feed.settle(2, 1, 1);
  run.feed.of(0).settle(0, 1, 1);
  run.feed.settle(0, 2, 1);

  CHECK(run.count(Metric::terms) == 2);
  CHECK(run.count(Metric::elections) == 2);
  CHECK(run.count(Metric::commits) == 3);
}

TEST_CASE("a crash loses the leader of each group that the node led, and each is measured") {
  MeasuredRun run(3);
  run.feed.of(1).leader(0, 1);
  run.feed.of(2).leader(1, 1);

  run.at(100);
  run.feed.crash(0);
  run.at(150);
  run.feed.of(0).candidate(1, 2);
  run.at(180);
  run.feed.of(1).candidate(2, 2);

  CHECK(run.count(Occurrence::leader_lost) == 2);
  CHECK(run.times(Metric::detection_time) == Samples{50 * ms, 80 * ms});
}

TEST_CASE("a failover ends with a write that the group itself acknowledged") {
  MeasuredRun run(2);
  run.feed.of(1).leader(1, 1);
  run.at(100);
  run.feed.crash(0);
  run.feed.of(0).leader(2, 2);

  run.feed.of(1);
  run.acknowledge(200, 1, 1);
  CHECK(run.times(Metric::failover_time).empty());
  run.feed.of(0);
  run.acknowledge(300, 2, 2);

  CHECK(run.times(Metric::failover_time) == Samples{200 * ms});
}

TEST_CASE("entries that existed at a mark are told apart by group") {
  MeasuredRun run(2);
  run.feed.of(1).leader(0, 1);
  run.feed.settle(0, 1, 1);
  run.feed.of(0).appended(0, 1, 1);
  const measure::CommitMarks marks = run.measured.commit_marks();

  run.feed.of(0).committed(0, 1, 1);  // existed
  run.feed.of(1).settle(0, 2, 1);

  CHECK(marks.created == 2);
  CHECK(run.measured.commits_since(marks, std::array{NodeId{0}}) == 1);
  CHECK(run.measured.commits_since({}, std::array{NodeId{0}}) == 3);
}
