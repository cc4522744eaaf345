// Failovers: from the loss of a leader to service, and losses that were none.
#include "models/measure/failovers.hpp"

#include <doctest/doctest.h>

#include <array>

#include "tests/models/measure/measured_run.hpp"

using namespace splitvote;
using client::Outcome;
using measure::Metric;
using measure::Occurrence;
using sim::NodeId;
using testing::ms;
using testing::put;
using testing::Samples;
using Run = testing::MeasuredRun;

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

TEST_CASE("a leader that halts is lost when it says so, and a later crash changes nothing") {
  Run run;
  run.at(100);
  run.feed.note(0, models::NoteType::halted);
  run.at(130);
  run.feed.pause(0);
  run.at(140);
  run.feed.resume(0);
  run.at(150);
  run.feed.crash(0);
  run.at(250);
  run.feed.candidate(1, 2);
  run.at(260);
  run.feed.leader(1, 2);
  run.acknowledge(275, 1, 1);

  CHECK(run.times(Metric::detection_time) == Samples{150 * ms});
  CHECK(run.times(Metric::failover_time) == Samples{175 * ms});
  CHECK(run.count(Occurrence::leader_lost) == 1);
}

TEST_CASE("a follower that halts loses no leader") {
  Run run;
  run.feed.note(1, models::NoteType::halted);

  CHECK(run.count(Occurrence::leader_lost) == 0);
  CHECK(run.count(Occurrence::node_halted) == 1);
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
