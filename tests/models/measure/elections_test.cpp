// Elections: their times, split votes, who leads.
#include "models/measure/elections.hpp"

#include <doctest/doctest.h>

#include "tests/models/measure/measured_run.hpp"

using namespace splitvote;
using measure::Measurements;
using measure::Metric;
using measure::Occurrence;
using testing::ms;
using testing::Samples;
using Run = testing::MeasuredRun;

TEST_CASE("the first election is timed but is no failover") {
  Run run;

  CHECK(run.times(Metric::election_time) == Samples{6 * ms});
  CHECK(run.times(Metric::detection_time).empty());
  CHECK(run.times(Metric::failover_time).empty());
  CHECK(run.count(Metric::elections) == 1);
  CHECK(run.count(Occurrence::leader_changed) == 0);
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

TEST_CASE("a server that becomes leader because its leader told it to counts as a transfer") {
  Run run;

  run.feed.note(0, models::NoteType::transfer, 1, 1, 1);
  run.feed.leader(1, 2);
  run.feed.leader(2, 3);

  CHECK(run.count(Metric::transfers) == 1);
}

TEST_CASE("a transfer that another server wins, or that is given up, is none") {
  Run run;

  run.feed.note(0, models::NoteType::transfer, 1, 1, 1);
  run.feed.note(0, models::NoteType::transfer, 1, 1, 2);
  run.feed.leader(2, 2);

  CHECK(run.count(Metric::transfers) == 0);
  CHECK(run.count(Occurrence::transfer_aborted) == 1);
}

TEST_CASE("every write that a leader turned away for now is counted") {
  Run run;

  run.feed.note(0, models::NoteType::throttled, 5, 1);
  run.feed.note(0, models::NoteType::throttled, 5, 2);

  CHECK(run.count(Metric::proposals_throttled) == 2);
}
