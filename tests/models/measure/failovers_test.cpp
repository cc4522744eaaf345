// Failovers and elections: times, split votes, and losses that were none.
#include "models/measure/failovers.hpp"

#include <doctest/doctest.h>

#include <array>

#include "models/measure/measurements.hpp"
#include "tests/models/check/feed.hpp"

using namespace splitvote;
using client::Outcome;
using measure::Measurements;
using measure::Metric;
using measure::Occurrence;
using sim::NodeId;
using testing::put;

namespace {

constexpr std::int64_t ms = 1'000'000;
using Samples = std::vector<std::int64_t>;

struct Run {
  Measurements measured{{.servers = 3}};
  testing::Feed<Measurements> feed{measured};

  // Node 0 is elected at 10 ms after a candidacy at 4 ms.
  Run() {
    for (int node = 0; node < 3; ++node) feed.start(node);
    feed.at(4);
    feed.candidate(0, 1);
    feed.at(10);
    feed.leader(0, 1);
  }
  void at(std::int64_t milliseconds) { feed.at(milliseconds); }
  void cut_off_leader(std::int64_t milliseconds) {
    const sim::Moment moment{sim::EventId{900}, sim::Instant{milliseconds * ms}, sim::no_event};
    measured.on_fault(moment, std::array{NodeId{0}});
  }
  void acknowledge(std::int64_t milliseconds, int server, std::uint64_t operation) {
    feed.invoke(3, operation, 5, put("k", "v"));
    feed.served(server, 5, operation);
    at(milliseconds);
    feed.complete(3, operation, Outcome::ok, operation);
  }
  [[nodiscard]] Samples times(Metric metric) const { return measured.durations(metric); }
  [[nodiscard]] std::uint64_t count(Metric metric) const { return *measured.count_of(metric); }
  [[nodiscard]] std::uint64_t count(Occurrence occurrence) const {
    return measured.occurrences()[occurrence];
  }
};

}  // namespace

TEST_CASE("the first election is timed but is no failover") {
  Run run;

  CHECK(run.times(Metric::election_time) == Samples{6 * ms});
  CHECK(run.times(Metric::detection_time).empty());
  CHECK(run.times(Metric::failover_time).empty());
  CHECK(run.count(Metric::elections) == 1);
  CHECK(run.count(Occurrence::leader_changed) == 0);
}

TEST_CASE("a crash of the leader is timed from the crash to the first write of the next leader") {
  Run run;
  run.at(100);
  run.feed.crash(0);
  run.at(250);
  run.feed.role(1, models::Role::pre_candidate, 1);
  run.at(253);
  run.feed.candidate(1, 2);
  run.at(260);
  run.feed.leader(1, 2);
  run.acknowledge(275, 1, 1);
  run.acknowledge(280, 1, 2);

  CHECK(run.times(Metric::detection_time) == Samples{150 * ms});
  CHECK(run.times(Metric::election_time) == Samples{6 * ms, 10 * ms});
  CHECK(run.times(Metric::failover_time) == Samples{175 * ms});
  CHECK(run.count(Occurrence::leader_lost) == 1);
  CHECK(run.count(Occurrence::leader_changed) == 1);
  CHECK(run.count(Occurrence::leader_stepped_down) == 0);
}

TEST_CASE("an answer that the old leader sent before it was lost ends no failover") {
  Run run;
  run.feed.invoke(3, 1, 5, put("k", "v"));
  run.feed.served(0, 5, 1);
  run.at(100);
  run.feed.crash(0);
  run.feed.candidate(1, 2);
  run.feed.leader(1, 2);

  run.feed.complete(3, 1, Outcome::ok, 1);

  CHECK(run.times(Metric::failover_time).empty());
}

TEST_CASE("reads, mismatches and unknown writes end no failover") {
  Run run;
  run.feed.crash(0);
  run.feed.leader(1, 2);
  run.feed.invoke(3, 1, 5, put("k", "v"));
  run.feed.served(1, 5, 1);
  run.feed.complete(3, 1, Outcome::unknown);
  run.feed.invoke(3, 4, 5, testing::get("k"));
  run.feed.served(1, 5, 4, true);
  run.feed.complete(3, 4, Outcome::ok, 1);
  run.feed.invoke(3, 2, 5, testing::compare_and_swap("k", 1, "v"));
  run.feed.served(1, 5, 2);
  run.feed.complete(3, 2, Outcome::mismatch, 2);
  run.feed.invoke(3, 3, 5, put("k", "v"));

  run.feed.complete(3, 3, Outcome::unknown);

  CHECK(run.times(Metric::failover_time).empty());
}

TEST_CASE("a cut-off leader is lost when the fault hits, and its own candidacy detects nothing") {
  Run run;
  run.cut_off_leader(100);
  run.at(150);
  run.feed.role(0, models::Role::pre_candidate, 1);
  run.at(300);
  run.feed.candidate(2, 2);
  run.at(305);
  run.feed.leader(2, 2);
  run.acknowledge(311, 2, 1);

  CHECK(run.times(Metric::detection_time) == Samples{200 * ms});
  CHECK(run.times(Metric::election_time).back() == 155 * ms);
  CHECK(run.times(Metric::failover_time) == Samples{211 * ms});
}

TEST_CASE("an answer to an operation that was given up does not hide the newer one") {
  Run run;
  run.feed.crash(0);
  run.feed.leader(1, 2);
  run.feed.invoke(3, 2, 5, put("k", "v"));
  run.feed.served(1, 5, 2);
  run.feed.served(0, 5, 1);

  run.feed.complete(3, 2, Outcome::ok, 2);

  CHECK(run.times(Metric::failover_time).size() == 1);
}

TEST_CASE("a leader that is cut off and then crashes is lost since the cut") {
  Run run;
  run.cut_off_leader(100);
  run.at(150);
  run.feed.crash(0);
  run.at(300);
  run.feed.candidate(1, 2);

  CHECK(run.times(Metric::detection_time) == Samples{200 * ms});
}

TEST_CASE("healing the cut does not bring a crashed leader back") {
  Run run;
  run.cut_off_leader(100);
  run.at(110);
  run.feed.crash(0);
  run.feed.start(0);
  run.measured.on_heal(std::array{NodeId{0}});
  run.cut_off_leader(130);
  run.at(300);
  run.feed.candidate(1, 2);

  CHECK(run.times(Metric::detection_time) == Samples{200 * ms});
}

TEST_CASE("a crashed leader that is cut off while it restarts is not lost anew") {
  Run run;
  run.at(100);
  run.feed.crash(0);
  run.at(200);
  run.feed.leader(0, 2);
  run.feed.follower(0, 3);
  run.cut_off_leader(250);

  CHECK(run.measured.failovers().all().size() == 2);
}

TEST_CASE("a leader elected again has not changed") {
  Run run;
  run.feed.crash(0);
  run.feed.start(0);

  run.feed.leader(0, 2);

  CHECK(run.count(Occurrence::leader_changed) == 0);
  CHECK(run.count(Metric::elections) == 2);
}

TEST_CASE("the first election is timed from the first of several candidacies") {
  Measurements measured{{.servers = 3}};
  testing::Feed<Measurements> feed(measured);
  feed.at(5);
  feed.candidate(0, 1);
  feed.at(20);
  feed.candidate(1, 2);
  feed.at(25);
  feed.leader(1, 2);

  CHECK(measured.durations(Metric::election_time) == Samples{20 * ms});
}

TEST_CASE("an election beside a leader that goes on is timed from its own candidacy") {
  Run run;
  run.at(100);
  run.feed.candidate(1, 2);
  run.at(108);
  run.feed.leader(1, 2);

  CHECK(run.times(Metric::election_time) == Samples{6 * ms, 8 * ms});
  CHECK(run.count(Occurrence::leader_lost) == 0);
}

TEST_CASE("a fault that does not concern the leader loses none") {
  Run run;
  const sim::Moment moment{sim::EventId{900}, sim::Instant{100 * ms}, sim::no_event};

  run.measured.on_fault(moment, std::array{NodeId{1}, NodeId{2}});

  CHECK(run.count(Occurrence::leader_lost) == 0);
}

TEST_CASE("a leader that comes back and commits something new was never lost") {
  Run run;
  run.at(100);
  run.feed.pause(0);
  run.at(120);
  run.feed.resume(0);
  run.feed.appended(0, 1, 1);
  run.feed.committed(0, 1, 1);
  run.at(500);
  run.feed.crash(0);
  run.at(700);
  run.feed.candidate(1, 2);

  CHECK(run.times(Metric::detection_time) == Samples{200 * ms});
}

TEST_CASE("a leader that comes back but commits nothing stays lost since the first time") {
  Run run;
  run.feed.appended(0, 1, 1);
  run.feed.committed(0, 1, 1);
  run.at(100);
  run.feed.pause(0);
  run.at(120);
  run.feed.resume(0);
  run.feed.committed(0, 1, 1);  // again: nothing new
  run.feed.appended(1, 2, 1);
  run.feed.committed(1, 2, 1);  // another node's
  run.at(170);
  run.feed.candidate(1, 2);

  CHECK(run.times(Metric::detection_time) == Samples{70 * ms});
}

TEST_CASE("a leader that is lost again after it came back is lost since the second time") {
  Run run;
  run.at(100);
  run.feed.pause(0);
  run.at(120);
  run.feed.resume(0);
  run.at(130);
  run.feed.crash(0);
  run.at(170);
  run.feed.candidate(1, 2);

  CHECK(run.times(Metric::detection_time) == Samples{40 * ms});
  CHECK(run.measured.failovers().all().size() == 1);
  CHECK(run.count(Occurrence::leader_lost) == 1);
}

TEST_CASE("a cut-off primary that goes on committing alone is still lost") {
  Run run;
  run.cut_off_leader(100);
  run.feed.appended(0, 1, 1);
  run.feed.committed(0, 1, 1);
  run.at(300);
  run.feed.leader(1, 2);
  run.acknowledge(310, 1, 1);

  CHECK(run.times(Metric::detection_time) == Samples{200 * ms});
  CHECK(run.times(Metric::failover_time) == Samples{210 * ms});
}

TEST_CASE("a second loss before any service leaves the first failover open") {
  Run run;
  run.at(100);
  run.feed.crash(0);
  run.at(200);
  run.feed.leader(1, 2);
  run.at(210);
  run.feed.crash(1);
  run.at(300);
  run.feed.leader(2, 3);
  run.acknowledge(310, 2, 1);

  CHECK(run.times(Metric::failover_time) == Samples{210 * ms, 100 * ms});
}

TEST_CASE("a leader that steps down is lost, and so counted; an old one only steps down") {
  Run run;
  run.at(100);
  run.feed.follower(0, 2);
  run.at(150);
  run.feed.candidate(1, 3);
  run.feed.leader(1, 3);
  CHECK(run.count(Metric::leaders_stepped_down) == 1);
  CHECK(run.times(Metric::detection_time) == Samples{50 * ms});
  run.feed.leader(2, 4);

  run.feed.follower(1, 4);

  CHECK(run.count(Metric::leaders_stepped_down) == 2);
  CHECK(run.count(Occurrence::leader_lost) == 1);
}

TEST_CASE("a deposed leader's successor is timed from the candidacy that deposed it") {
  Run run;
  run.at(100);
  run.feed.candidate(1, 2);
  run.at(105);
  run.feed.follower(0, 2);
  run.at(112);
  run.feed.leader(1, 2);

  CHECK(run.times(Metric::election_time).back() == 12 * ms);
}

TEST_CASE("a late leader of an old term is no successor") {
  Run run;
  run.feed.candidate(1, 3);
  run.feed.leader(1, 3);
  run.feed.crash(1);

  run.feed.leader(2, 2);

  CHECK(run.times(Metric::election_time).size() == 2);
  CHECK_FALSE(run.measured.failovers().all().back().elected.has_value());
}

TEST_CASE("a term with candidates and no leader is a split vote once the next one begins") {
  Run run;
  run.feed.crash(0);
  run.feed.candidate(1, 2);
  run.feed.candidate(2, 2);
  CHECK(run.count(Metric::split_votes) == 0);

  run.feed.candidate(1, 3);
  run.feed.leader(1, 3);
  run.feed.candidate(2, 4);

  CHECK(run.count(Metric::split_votes) == 1);
  CHECK(run.count(Metric::terms) == 4);
  CHECK(run.count(Metric::elections) == 2);
}

TEST_CASE("a candidacy in a term that others have passed gives no newer term up") {
  Run run;
  run.feed.candidate(1, 5);

  run.feed.candidate(2, 3);

  CHECK(run.count(Metric::split_votes) == 0);
}

TEST_CASE("a split vote whose votes arrive after all is taken back") {
  Run run;
  run.feed.candidate(1, 2);
  run.feed.candidate(2, 3);
  REQUIRE(run.count(Metric::split_votes) == 1);

  run.feed.leader(1, 2);

  CHECK(run.count(Metric::split_votes) == 0);
}

TEST_CASE("asking whether one would be elected costs no term") {
  Run run;

  run.feed.role(1, models::Role::pre_candidate, 1);
  run.feed.candidate(1, 2);

  CHECK(run.count(Metric::split_votes) == 0);
  CHECK(run.count(Occurrence::pre_vote_started) == 1);
}

TEST_CASE("a role that is said twice counts once") {
  Run run;

  run.feed.leader(0, 1);

  CHECK(run.count(Metric::elections) == 1);
  CHECK(run.times(Metric::election_time).size() == 1);
}
