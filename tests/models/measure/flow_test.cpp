// What leaders hold uncommitted, how long they turn writes away, and how long followers wait.
#include <doctest/doctest.h>

#include "tests/models/measure/measured_run.hpp"

using namespace splitvote;
using namespace splitvote::testing;
using measure::Metric;
using models::NoteType;

namespace {

/// Node 0 leads, and has nothing in its log.
struct Run : MeasuredRun {
  using MeasuredRun::MeasuredRun;

  void append(int node, std::uint64_t index, std::uint32_t size, std::uint64_t term = 1) {
    sim::Note note = models::note(NoteType::appended, index, term, 7);
    note.size = size;
    measured.on_note(feed.now(), static_cast<sim::NodeId>(node), note);
  }
  void throttle(std::int64_t milliseconds) {
    at(milliseconds);
    feed.note(0, NoteType::throttled, 5, 1);
  }
  void pause(std::int64_t milliseconds, std::uint64_t follower, bool begins) {
    at(milliseconds);
    feed.note(0, NoteType::replication_paused, follower, begins ? 1 : 0);
  }
  void follow(std::int64_t milliseconds) {
    at(milliseconds);
    feed.follower(0, 2);
  }
  void finish(std::int64_t milliseconds) { measured.finish(feed.at(milliseconds)); }
  [[nodiscard]] Samples numbers(Metric metric) const { return measured.numbers(metric); }
};

}  // namespace

TEST_CASE("each entry of a leader is a sample of what is uncommitted, itself included") {
  Run run;

  run.append(0, 1, 30);
  run.append(0, 2, 50);
  run.feed.committed(0, 1, 1);
  run.append(0, 3, 20);

  CHECK(run.numbers(Metric::uncommitted_entries) == Samples{1, 2, 2});
  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{30, 80, 70});
}

TEST_CASE("what a follower appends is no sample, but counts when it leads") {
  Run run;
  run.append(1, 1, 30);
  run.append(1, 2, 50);
  run.append(1, 3, 40);
  run.feed.truncated(1, 3);
  run.feed.committed(1, 1, 1);

  run.feed.leader(1, 2);
  run.append(1, 3, 29, 2);

  CHECK(run.numbers(Metric::uncommitted_entries) == Samples{2});
  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{79});
}

TEST_CASE("an entry that replaces others takes away what they counted") {
  Run run;
  run.append(1, 1, 30);
  run.append(1, 2, 50);
  run.append(1, 1, 40, 2);

  run.feed.leader(1, 3);
  run.append(1, 2, 29, 3);

  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{69});
}

TEST_CASE("after a restart the whole log is uncommitted until its server learns better") {
  Run run;
  run.append(1, 1, 30);
  run.feed.committed(1, 1, 1);
  run.feed.crash(1);
  run.feed.start(1);
  run.feed.recovered(1, 1, 1, 0);
  run.append(1, 1, 30);

  run.feed.leader(1, 2);
  run.append(1, 2, 29, 2);

  CHECK(run.numbers(Metric::uncommitted_entries) == Samples{2});
  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{59});
}

TEST_CASE("what a snapshot stands for is committed, and what is kept behind it is not") {
  Run run;
  for (std::uint64_t index = 1; index <= 3; ++index) run.append(1, index, 30);
  run.feed.note(1, NoteType::restored, 2, 1, 1);

  run.feed.leader(1, 2);
  run.append(1, 4, 29, 2);

  CHECK(run.numbers(Metric::uncommitted_entries) == Samples{2});
  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{59});
}

TEST_CASE("a snapshot that the log does not agree with empties it") {
  Run run;
  for (std::uint64_t index = 1; index <= 3; ++index) run.append(1, index, 30);
  run.feed.note(1, NoteType::restored, 9, 2, 1);

  run.feed.leader(1, 3);
  run.append(1, 10, 29, 3);

  CHECK(run.numbers(Metric::uncommitted_entries) == Samples{1});
  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{29});
}

TEST_CASE("a leader throttles from the first write it turns away to its next entry") {
  Run run;

  run.throttle(20);
  run.throttle(30);
  run.at(70);
  run.append(0, 1, 30);
  CHECK(run.count(Metric::throttled_time) == 50 * ms);

  run.throttle(100);
  run.at(101);
  run.append(0, 2, 30);
  CHECK(run.count(Metric::throttled_time) == 51 * ms);
}

TEST_CASE("who stops leading, or dies, throttles nobody any more") {
  Run run;

  run.throttle(20);
  run.follow(25);
  CHECK(run.count(Metric::throttled_time) == 5 * ms);

  run.feed.leader(0, 3);
  run.throttle(40);
  run.at(43);
  run.feed.crash(0);
  CHECK(run.count(Metric::throttled_time) == 8 * ms);
}

TEST_CASE("a pause lasts until there is room again; two followers are two pauses") {
  Run run;

  run.pause(20, 1, true);
  run.pause(30, 2, true);
  run.pause(70, 1, false);
  run.pause(90, 2, false);

  CHECK(run.times(Metric::replication_pauses) == Samples{50 * ms, 60 * ms});
  CHECK(run.count(Metric::replication_paused_time) == 110 * ms);
}

TEST_CASE("a leader that leads no more sends nothing, and nobody waits for it") {
  Run run;

  run.pause(20, 1, true);
  run.follow(25);
  run.pause(70, 1, false);

  CHECK(run.times(Metric::replication_pauses) == Samples{5 * ms});
}

TEST_CASE("what has not ended lasts to the end of the run") {
  Run run;
  run.throttle(20);
  run.pause(30, 1, true);
  CHECK(run.count(Metric::throttled_time) == 0);
  CHECK(run.times(Metric::replication_pauses).empty());

  run.finish(100);

  CHECK(run.count(Metric::throttled_time) == 80 * ms);
  CHECK(run.times(Metric::replication_pauses) == Samples{70 * ms});
}

TEST_CASE("each group has a flow of its own, and figures are those of all") {
  Run run(2);
  run.append(0, 1, 30);

  run.feed.of(1).leader(1, 1);
  run.feed.at(50);
  run.feed.note(1, NoteType::replication_paused, 2, 1);
  run.feed.at(60);
  run.feed.of(0).note(1, NoteType::replication_paused, 2, 0);
  CHECK(run.times(Metric::replication_pauses).empty());
  run.feed.at(65);
  run.feed.of(1).note(1, NoteType::replication_paused, 2, 0);

  CHECK(run.times(Metric::replication_pauses) == Samples{15 * ms});
  CHECK(run.numbers(Metric::uncommitted_bytes) == Samples{30});
}
