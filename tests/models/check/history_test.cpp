// The history: notes become operations, in the order in which they arrived.
#include "models/check/history.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "models/check/flat_map.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/check/feed.hpp"

using namespace splitvote;
using check::History;
using client::Outcome;
using testing::get;
using testing::put;

namespace {

struct Sink {
  History history;
  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
    history.on_note(moment, node, note);
  }
};

}  // namespace

TEST_CASE("an operation is kept with what was asked and what was answered") {
  Sink sink;
  testing::Feed<Sink> feed(sink);
  feed.invoke(5, 9, 21, testing::compare_and_swap("key", 4, "new"));

  feed.complete(5, 9, Outcome::mismatch, 6, "old");

  REQUIRE(sink.history.entries().size() == 1);
  const check::HistoryEntry& entry = sink.history.entries().front();
  CHECK(entry.operation == 9);
  CHECK(entry.session == 21);
  CHECK(entry.process == sim::NodeId{5});
  CHECK(entry.kind == client::OperationKind::compare_and_swap);
  CHECK(sink.history.texts().text(entry.key) == "key");
  CHECK(sink.history.texts().text(entry.value) == "new");
  CHECK(sink.history.texts().text(entry.result) == "old");
  CHECK(entry.expected_revision == 4);
  CHECK(entry.revision == 6);
  CHECK(entry.outcome == Outcome::mismatch);
  CHECK(entry.invoke.time.ns == 1'000'000);
  CHECK(entry.complete.time.ns == 2'000'000);
  CHECK(sink.history.pending() == 0);
}

TEST_CASE("an operation without an answer stays pending and unknown") {
  Sink sink;
  testing::Feed<Sink> feed(sink);

  feed.invoke(5, 1, 1, put("k", "v"));

  CHECK(sink.history.entries().front().outcome == Outcome::unknown);
  CHECK_FALSE(sink.history.entries().front().has_returned());
  CHECK(sink.history.pending() == 1);
}

TEST_CASE("within one event the order of the notes decides") {
  Sink sink;
  testing::Feed<Sink> feed(sink);
  feed.invoke(5, 1, 1, put("k", "v"));
  feed.complete(5, 1, Outcome::ok, 1);

  feed.together().invoke(5, 2, 1, get("k"));

  const auto entries = sink.history.entries();
  CHECK(entries[0].complete.time == entries[1].invoke.time);
  CHECK(entries[0].complete.event == entries[1].invoke.event);
  CHECK(entries[0].returned < entries[1].invoked);
}

TEST_CASE("clients may use the same operation numbers") {
  Sink sink;
  testing::Feed<Sink> feed(sink);
  feed.invoke(5, 1, 1, put("a", "x"));
  feed.invoke(6, 1, 2, put("b", "y"));

  feed.complete(6, 1, Outcome::ok, 3);
  feed.complete(5, 1, Outcome::ok, 4);

  CHECK(sink.history.entries()[0].revision == 4);
  CHECK(sink.history.entries()[1].revision == 3);
}

TEST_CASE("long values are told apart by their hash") {
  check::TextTable texts;
  const std::string one(100'000, 'x');
  std::string other = one;
  other.back() = 'y';

  const auto id = check::intern_abbreviated(texts, one);

  CHECK(check::intern_abbreviated(texts, one) == id);
  CHECK(check::intern_abbreviated(texts, other) != id);
  CHECK(texts.text(id).size() <= check::kept_whole);
}

TEST_CASE("the flat map agrees with a sorted map over a hundred thousand random steps") {
  check::FlatMap<std::uint64_t> map;
  std::map<std::uint64_t, std::uint64_t> oracle;
  sim::Stream stream(1, {sim::Purpose::fault_value, 0, 0});
  for (std::uint64_t step = 0; step < 100'000; ++step) {
    const auto key = static_cast<std::uint64_t>(sim::uniform(stream, 0, 300)) << 48;
    if (sim::uniform(stream, 0, 1) == 0) {
      map[key] = step;
      oracle[key] = step;
    } else {
      map.erase(key);
      oracle.erase(key);
    }
    const auto probe = static_cast<std::uint64_t>(sim::uniform(stream, 0, 300)) << 48;
    const auto known = oracle.find(probe);
    const std::uint64_t* found = map.find(probe);
    REQUIRE((found != nullptr) == (known != oracle.end()));
    if (found != nullptr) REQUIRE(*found == known->second);
    REQUIRE(map.size() == oracle.size());
  }
}
