// How far behind reads were: by hand, and against the checker of linearizability.
#include "models/measure/versions.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "models/check/linearizability.hpp"
#include "models/measure/measurements.hpp"
#include "tests/models/check/feed.hpp"

using namespace splitvote;
using client::OperationKind;
using client::Outcome;
using measure::Metric;
using testing::get;
using testing::put;

namespace {

constexpr std::int64_t ms = 1'000'000;
using Samples = std::vector<std::int64_t>;

// Three servers; node 3 is a client of workload 0, node 4 of workload 1.
struct Run {
  measure::Measurements measured{{.servers = 3, .workload_of = {0, 0, 0, 0, 1}}};
  testing::Feed<measure::Measurements> feed{measured};
  std::uint64_t operation = 0;

  void run(const client::Operation& what, std::int64_t from, std::int64_t to,
           std::uint64_t revision, Outcome outcome = Outcome::ok, int client = 3) {
    feed.at(from);
    feed.invoke(client, ++operation, 1, what);
    feed.at(to);
    feed.complete(client, operation, outcome, revision);
  }
  [[nodiscard]] Samples times() const { return measured.durations(Metric::read_staleness); }
  [[nodiscard]] Samples versions() const {
    return measured.numbers(Metric::read_staleness_versions);
  }
};

}  // namespace

TEST_CASE("a read of the newest version is not stale, and neither is one of a key nobody wrote") {
  Run run;
  run.run(put("k", "a"), 1, 4, 7);

  run.run(get("k"), 10, 12, 7);
  run.run(get("other"), 20, 21, 0);

  CHECK(run.times() == Samples{0, 0});
  CHECK(run.versions() == Samples{0, 0});
}

TEST_CASE("a read is as stale as the first newer version has been acknowledged, not the newest") {
  Run run;
  run.run(put("k", "a"), 1, 4, 7);
  run.run(put("k", "b"), 5, 10, 8);
  run.run(put("k", "c"), 11, 15, 9);
  run.run(put("other", "x"), 16, 17, 10);

  run.run(get("k"), 30, 32, 7);

  CHECK(run.times() == Samples{20 * ms});
  CHECK(run.versions() == Samples{2});
}

TEST_CASE("what was acknowledged after the read was invoked does not make it stale") {
  Run run;
  run.run(put("k", "a"), 1, 4, 7);
  run.feed.at(10);
  run.feed.invoke(4, 99, 2, get("k"));
  run.run(put("k", "b"), 11, 12, 8);
  run.feed.at(20);

  run.feed.complete(4, 99, Outcome::ok, 7);

  CHECK(run.measured.durations(Metric::read_staleness, 1) == Samples{0});
  CHECK(run.measured.durations(Metric::read_staleness, 0).empty());
}

TEST_CASE("a version without an acknowledgement is known from the first read that returned it") {
  Run run;
  run.run(put("k", "a"), 1, 4, 7);
  run.run(put("k", "b"), 5, 9, 0, Outcome::unknown);
  run.run(get("k"), 10, 11, 7);
  run.run(get("k"), 12, 20, 8);

  run.run(get("k"), 50, 51, 7);

  CHECK(run.times() == Samples{0, 0, 30 * ms});
}

TEST_CASE("a version that is acknowledged late was over when a newer one was known") {
  Run run;
  run.run(put("k", "a"), 1, 2, 7);
  run.run(put("k", "c"), 3, 10, 9);
  run.run(put("k", "b"), 3, 40, 8);

  run.run(get("k"), 30, 50, 7);

  CHECK(run.times() == Samples{20 * ms});
  CHECK(run.versions() == Samples{2});
}

TEST_CASE("a compare-and-swap tells of a version, be it a mismatch") {
  Run run;
  run.run(testing::compare_and_swap("k", 0, "a"), 1, 5, 7);
  run.run(testing::compare_and_swap("k", 3, "b"), 6, 10, 9, Outcome::mismatch);
  run.run(get("k"), 20, 21, 0);
  run.run(get("k"), 20, 21, 7);

  CHECK(run.times() == Samples{15 * ms, 10 * ms});
}

TEST_CASE("a read that finds no key is compared with the newest removal") {
  Run run;
  run.run(put("k", "a"), 1, 4, 7);
  run.run(testing::remove_key("k"), 5, 10, 8);
  run.run(get("k"), 20, 21, 0);
  run.run(get("k"), 20, 21, 7);
  run.run(put("k", "b"), 30, 40, 9);
  run.run(get("k"), 50, 51, 0);

  CHECK(run.times() == Samples{0, 10 * ms, 10 * ms});
}

TEST_CASE("in doubt whether a key was removed, a read that does not find it is not called stale") {
  Run run;
  run.run(put("k", "a"), 1, 4, 7);

  SUBCASE("nobody knows") {
    run.run(testing::remove_key("k"), 5, 10, 0, Outcome::unknown);
    run.run(get("k"), 20, 21, 0);
    CHECK(run.times() == Samples{0});
  }
  SUBCASE("it was certainly not executed") {
    run.run(testing::remove_key("k"), 5, 10, 0, Outcome::failed);
    run.run(get("k"), 20, 21, 0);
    CHECK(run.times() == Samples{16 * ms});
  }
}

namespace {

/// One operation on a key that all share; times are distinct multiples of 10.
struct Event {
  OperationKind kind{};
  std::int64_t invoked = 0;
  std::int64_t effect = 0;
  std::int64_t returned = 0;  // 0: never
  std::uint64_t revision = 0;
  std::string value;  // written, or read
  std::int64_t stale = 0;
};

/// Writes of a true store, and reads of which many return what the key was some time ago.
std::vector<Event> simulate(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Event> events(40);
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event& event = events[i];
    event.kind = random() % 10 < 4 ? OperationKind::put : OperationKind::get;
    const auto time = [&](std::uint64_t coarse, std::size_t nth) {
      return static_cast<std::int64_t>(coarse * 10'000 + (i * 3 + nth) * 10);
    };
    const std::uint64_t invoked = 100 + random() % 100;
    const std::uint64_t effect = invoked + random() % 10;
    event.invoked = time(invoked, 0);
    event.effect = time(effect, 1);
    event.returned = time(effect + random() % 10, 2);
    if (event.kind == OperationKind::put && random() % 6 == 0) event.returned = 0;
  }
  std::ranges::sort(events, {}, &Event::effect);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == OperationKind::get) continue;
    events[i].revision = i + 1;
    events[i].value = "v" + std::to_string(i);
  }
  for (Event& read : events) {
    if (read.kind != OperationKind::get) continue;
    const std::int64_t lag = random() % 2 == 0 ? 0 : static_cast<std::int64_t>(random() % 600'000);
    for (const Event& write : events) {
      if (write.kind == OperationKind::get || write.effect > read.effect - lag) continue;
      read.revision = write.revision;
      read.value = write.value;
    }
  }
  return events;
}

/// The notes of the events, each read begun earlier by its `stale`.
template <typename Sink>
void tell(const std::vector<Event>& events, Sink sink) {
  struct Note {
    std::int64_t time = 0;
    std::size_t event = 0;
    bool begins = false;
  };
  std::vector<Note> notes;
  for (std::size_t i = 0; i < events.size(); ++i) {
    notes.push_back({events[i].invoked - events[i].stale, i, true});
    if (events[i].returned != 0) notes.push_back({events[i].returned, i, false});
  }
  std::ranges::sort(notes, {}, &Note::time);
  std::uint64_t number = 0;
  for (const Note& note : notes) {
    const Event& event = events[note.event];
    const sim::Moment moment{sim::EventId{++number}, sim::Instant{note.time}, sim::no_event};
    if (note.begins) {
      const bool writes = event.kind == OperationKind::put;
      sim::Bytes bytes;
      client::encode(client::Operation{event.kind, 0, "k", writes ? event.value : ""}, bytes);
      sink(moment, models::note(models::NoteType::invoke, note.event, note.event, 0, bytes));
    } else {
      const bool reads = event.kind == OperationKind::get;
      sink(moment, models::note(models::NoteType::complete, note.event,
                                static_cast<std::uint64_t>(Outcome::ok), event.revision,
                                sim::as_bytes(reads ? event.value : "")));
    }
  }
}

/// Newer versions that had been known when the read was invoked, each by itself or by a newer one.
std::int64_t newer_versions(const std::vector<Event>& events, const Event& read) {
  std::vector<std::uint64_t> newer;
  for (const Event& version : events) {
    if (version.returned == 0 || version.returned > read.returned) continue;
    if (version.revision <= read.revision) continue;
    const bool known = std::ranges::any_of(events, [&](const Event& event) {
      return event.returned != 0 && event.returned < read.invoked &&
             event.revision >= version.revision;
    });
    if (known) newer.push_back(version.revision);
  }
  std::ranges::sort(newer);
  return std::ranges::unique(newer).begin() - newer.begin();
}

check::Verdict verdict(const std::vector<Event>& events) {
  check::History history;
  tell(events, [&](const sim::Moment& moment, const sim::Note& note) {
    history.on_note(moment, sim::NodeId{3}, note);
  });
  return check::check_linearizability(history, check::NodeNames{}).verdict;
}

}  // namespace

// "A history is Delta-atomic if it becomes atomic when the start of each read is decreased by
// Delta" (Golab, Li and Shah, 2011).
TEST_CASE("a read's staleness is what it had to begin earlier by to be linearizable, and no less") {
  int stale = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::vector<Event> events = simulate(seed);
    measure::Measurements measured({.servers = 3});
    tell(events, [&](const sim::Moment& moment, const sim::Note& note) {
      measured.on_note(moment, sim::NodeId{3}, note);
    });
    const Samples times = measured.durations(Metric::read_staleness);
    std::vector<Event*> reads;
    for (Event& event : events)
      if (event.kind == OperationKind::get) reads.push_back(&event);
    std::ranges::sort(reads, {}, &Event::returned);
    REQUIRE(times.size() == reads.size());
    const Samples versions = measured.numbers(Metric::read_staleness_versions);
    for (std::size_t i = 0; i < reads.size(); ++i)
      CHECK(versions[i] == newer_versions(events, *reads[i]));

    for (std::size_t i = 0; i < reads.size(); ++i)
      reads[i]->stale = times[i] == 0 ? 0 : times[i] + 1;
    CHECK(verdict(events) == check::Verdict::ok);

    for (Event* read : reads) {
      if (read->stale == 0) continue;
      ++stale;
      read->stale -= 2;
      CHECK(verdict(events) == check::Verdict::violated);
      read->stale += 2;
    }
  }
  CHECK(stale > 1000);
}
