// What the clients got, and the tables of words.
#include "models/measure/service.hpp"

#include <doctest/doctest.h>

#include "models/measure/measurements.hpp"
#include "tests/models/check/feed.hpp"

using namespace splitvote;
using client::Outcome;
using measure::Measurements;
using measure::Metric;
using measure::Occurrence;
using testing::get;
using testing::put;

namespace {

constexpr std::int64_t ms = 1'000'000;
using Samples = std::vector<std::int64_t>;

// Three servers; nodes 3 and 4 are clients of workload 0, node 5 of workload 1.
struct Run {
  Measurements measured{{.servers = 3,
                         .workload_of = {0, 0, 0, 0, 0, 1},
                         .unavailability_threshold = sim::milliseconds(100)}};
  testing::Feed<Measurements> feed{measured};
  std::uint64_t operation = 0;

  void run(int client, const client::Operation& what, std::int64_t from, std::int64_t to,
           Outcome outcome = Outcome::ok) {
    feed.at(from);
    feed.invoke(client, ++operation, 1, what);
    feed.at(to);
    feed.complete(client, operation, outcome, 1);
  }
  void finish(std::int64_t at) { measured.finish({sim::EventId{999}, sim::Instant{at * ms}, {}}); }
  [[nodiscard]] Samples unavailable() const { return measured.durations(Metric::unavailability); }
};

}  // namespace

TEST_CASE("latencies are kept per kind and per workload, of executed operations") {
  Run run;
  run.run(3, put("k", "v"), 1, 4);
  run.run(3, get("k"), 5, 7);
  run.run(4, testing::compare_and_swap("k", 1, "v"), 8, 12, Outcome::mismatch);
  run.run(5, get("k"), 13, 14);
  run.run(5, put("k", "v"), 15, 90, Outcome::unknown);

  CHECK(run.measured.durations(Metric::put_latency) == Samples{3 * ms});
  CHECK(run.measured.durations(Metric::get_latency) == Samples{2 * ms, 1 * ms});
  CHECK(run.measured.durations(Metric::get_latency, 1) == Samples{1 * ms});
  CHECK(run.measured.durations(Metric::compare_and_swap_latency, 0) == Samples{4 * ms});
  CHECK(run.measured.durations(Metric::latency).size() == 4);
  CHECK(run.measured.durations(Metric::latency, 7).empty());
  CHECK(run.measured.durations(Metric::split_votes).empty());
}

TEST_CASE("availability is the executed share of what ended, per workload") {
  Run run;
  run.run(3, put("k", "v"), 1, 2);
  run.run(3, testing::compare_and_swap("k", 9, "v"), 3, 4, Outcome::mismatch);
  run.run(3, put("k", "v"), 5, 6, Outcome::failed);
  run.run(5, get("k"), 7, 8, Outcome::unknown);
  run.feed.invoke(3, 77, 1, put("k", "v"));  // has not ended

  CHECK(run.measured.share_of(Metric::availability, 0) == sim::Ratio{2, 3});
  CHECK(run.measured.share_of(Metric::availability, 1) == sim::Ratio{0, 1});
  CHECK(run.measured.share_of(Metric::availability) == sim::Ratio{2, 4});
  CHECK(run.measured.count_of(Metric::operations_failed) == 1);
  CHECK(run.measured.count_of(Metric::operations_unknown, 1) == 1);
  CHECK(run.measured.count_of(Metric::operations_unknown, 0) == 0);
  CHECK(run.measured.occurrences()[Occurrence::compare_and_swap_mismatch] == 1);
}

TEST_CASE("nothing asked for is wholly available") {
  Run run;

  CHECK(run.measured.share_of(Metric::availability) == sim::Ratio{1, 1});
  CHECK(measure::share(0, 0) == sim::Ratio{1, 1});
}

TEST_CASE("a share of more than four billion keeps its value") {
  const sim::Ratio ratio = measure::share(30'000'000'000, 40'000'000'000);

  CHECK(std::uint64_t{ratio.numerator} * 4 == std::uint64_t{ratio.denominator} * 3);
}

TEST_CASE("time without a successful write counts only if clients want to write") {
  Run run;
  run.run(3, put("k", "v"), 1, 2);
  run.run(3, put("k", "v"), 500, 510);  // nobody wanted to before

  run.finish(900);

  CHECK(run.unavailable().empty());
}

TEST_CASE("a period without service begins with the wish and ends with the first success") {
  Run run;
  run.run(3, put("k", "v"), 1, 2);
  run.run(3, put("k", "v"), 10, 60, Outcome::unknown);
  run.run(4, get("k"), 70, 71);  // reads do not count
  run.run(4, put("k", "v"), 80, 90, Outcome::failed);
  run.run(4, put("k", "v"), 150, 160);

  run.finish(1000);

  CHECK(run.unavailable() == Samples{150 * ms});
  CHECK(run.measured.service().unavailable().front() ==
        measure::Unavailability{{10 * ms}, {160 * ms}});
  CHECK(run.measured.occurrences()[Occurrence::service_unavailable] == 1);
}

TEST_CASE("with a write still pending the next period begins at the last success") {
  Run run;
  run.feed.at(1);
  run.feed.invoke(3, 900, 1, put("k", "v"));
  run.run(4, put("k", "v"), 2, 50);
  run.feed.at(300);
  run.feed.complete(3, 900, Outcome::ok, 1);

  CHECK(run.unavailable() == Samples{250 * ms});
}

TEST_CASE("a period that lasts until the end is counted, one at the threshold is not") {
  Run run;
  run.feed.at(100);
  run.feed.invoke(3, 900, 1, put("k", "v"));

  SUBCASE("at the threshold") {
    run.finish(200);
    CHECK(run.unavailable().empty());
  }
  SUBCASE("above it") {
    run.finish(201);
    CHECK(run.unavailable() == Samples{101 * ms});
  }
}

TEST_CASE("what a client that crashed had asked for is no longer waited for") {
  Run run;
  run.feed.at(10);
  run.feed.invoke(3, 900, 1, put("k", "v"));
  run.feed.at(150);
  run.feed.crash(3);
  run.run(4, put("k", "v"), 400, 401);
  run.run(4, put("k", "v"), 800, 801);

  run.finish(1000);

  CHECK(run.measured.service().unavailable().size() == 1);
  CHECK(run.unavailable() == Samples{140 * ms});
}

TEST_CASE("another client's write is waited for when one crashes") {
  Run run;
  run.feed.at(10);
  run.feed.invoke(3, 900, 1, put("k", "v"));
  run.feed.invoke(4, 901, 1, put("k", "v"));
  run.feed.crash(3);
  run.feed.at(250);
  run.feed.complete(4, 901, Outcome::ok, 1);

  run.finish(1000);

  CHECK(run.unavailable() == Samples{240 * ms});
}

TEST_CASE("crashes, restarts, pauses and truncations are counted as what they are") {
  Run run;
  run.feed.start(0);
  run.feed.pause(0);
  run.feed.resume(0);
  run.feed.crash(0);
  run.feed.start(0);
  run.feed.power_loss(0);
  run.feed.truncated(1, 4);
  run.feed.note(1, models::NoteType::halted);
  run.feed.note(1, models::NoteType::frame_rejected);

  const measure::OccurrenceCounts& counts = run.measured.occurrences();
  CHECK(counts[Occurrence::node_crashed] == 1);
  CHECK(counts[Occurrence::node_lost_power] == 1);
  CHECK(counts[Occurrence::node_restarted] == 1);
  CHECK(counts[Occurrence::node_paused] == 1);
  CHECK(counts[Occurrence::node_halted] == 1);
  CHECK(counts[Occurrence::frame_rejected] == 1);
  CHECK(run.measured.count_of(Metric::log_truncations) == 1);
}

TEST_CASE("unsynced_lost counts the losses of power that destroyed something, and no others") {
  Run run;
  const measure::OccurrenceCounts& counts = run.measured.occurrences();
  run.feed.start(0);
  run.feed.power_loss(0, 0);
  CHECK(counts[Occurrence::unsynced_lost] == 0);

  run.feed.start(0);
  run.feed.power_loss(0, 17);
  CHECK(counts[Occurrence::unsynced_lost] == 1);

  run.feed.start(0);
  run.feed.crash(0);
  run.feed.disk_loss(0, 1);
  CHECK(counts[Occurrence::unsynced_lost] == 2);
  CHECK(counts[Occurrence::node_lost_power] == 3);
  CHECK(counts[Occurrence::disk_wiped] == 0);
}

TEST_CASE("a wiped disk is an occurrence of its own") {
  Run run;
  run.feed.start(0);
  run.feed.wipe(0);

  CHECK(run.measured.occurrences()[Occurrence::disk_wiped] == 1);
  CHECK(run.measured.occurrences()[Occurrence::node_lost_power] == 1);
  CHECK(run.measured.occurrences()[Occurrence::unsynced_lost] == 0);
}

TEST_CASE("a copy of the measurements goes on by itself") {
  Run run;
  Measurements copy = run.measured;

  run.run(3, put("k", "v"), 1, 2);

  CHECK(run.measured.count_of(Metric::operations) == 1);
  CHECK(copy.count_of(Metric::operations) == 0);
}

TEST_CASE("each metric is found by its name and gives a figure of its kind only") {
  Run run;
  for (const measure::MetricHelp& entry : measure::metric_table) {
    CHECK(measure::find_metric(entry.name) == entry.metric);
    CHECK(&measure::help(entry.metric) == &entry);
    CHECK(entry.help.ends_with('.'));
    CHECK(
        run.measured.count_of(entry.metric).has_value() ==
        (entry.kind == measure::MetricKind::count || entry.kind == measure::MetricKind::duration));
    CHECK(run.measured.share_of(entry.metric).has_value() ==
          (entry.kind == measure::MetricKind::share));
    CHECK((entry.kind == measure::MetricKind::numbers || entry.kind == measure::MetricKind::bytes ||
           run.measured.numbers(entry.metric).empty()));
  }
}

TEST_CASE("an operation that found no lane counts against the availability of its workload") {
  Run run;
  run.run(3, put("k", "v"), 1, 4);
  run.run(3, put("k", "v"), 5, 6, Outcome::unknown);
  run.feed.note(3, models::NoteType::overload, 1);
  run.feed.note(4, models::NoteType::overload, 1);
  run.run(5, get("k"), 7, 8);

  CHECK(run.measured.count_of(Metric::operations_refused) == 2);
  CHECK(run.measured.count_of(Metric::operations_refused, 1) == 0);
  CHECK(run.measured.count_of(Metric::operations) == 3);
  CHECK(run.measured.share_of(Metric::availability, 0) == sim::Ratio{1, 4});
  CHECK(run.measured.share_of(Metric::availability) == sim::Ratio{2, 5});
  CHECK(run.measured.occurrences()[Occurrence::operation_refused] == 2);
}

TEST_CASE("each occurrence is found by its name") {
  for (const measure::OccurrenceHelp& entry : measure::occurrence_table)
    CHECK(measure::find_occurrence(entry.name) == entry.occurrence);
}
