// A run's history as other checkers take it: values for revisions, and nothing said that the
// clients were not told.
#include "models/check/client_history.hpp"

#include <doctest/doctest.h>

#include "models/consistency/linearizability.hpp"
#include "tests/models/check/feed.hpp"

using namespace splitvote;
using client::Outcome;
using testing::compare_and_swap;
using testing::get;
using testing::put;

namespace {

struct Sink {
  check::History history;
  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
    history.on_note(moment, node, note);
  }
};

/// Operations of node 5, each complete before the next; sessions as clients number them.
struct Run {
  Sink sink;
  testing::Feed<Sink> feed{sink};
  std::uint64_t next = 1;

  void did(const client::Operation& operation, Outcome outcome, std::uint64_t revision,
           std::string_view result = "", std::uint64_t lane = 0) {
    feed.invoke(5, next, session(lane), operation);
    feed.complete(5, next++, outcome, revision, result);
  }
  static std::uint64_t session(std::uint64_t lane) { return (std::uint64_t{5} << 48) + lane; }

  [[nodiscard]] consistency::History rewritten() const {
    return check::client_history(sink.history, check::NodeNames());
  }
};

std::string told(const consistency::History& history, std::uint32_t at) {
  return history.describe(consistency::OperationId{at});
}

}  // namespace

TEST_CASE(
    "what was asked and told is kept, with its times, and a key without revision is nothing") {
  Run run;
  run.did(get("k"), Outcome::ok, 0);
  run.did(put("k", "v"), Outcome::ok, 3);
  run.did(get("k"), Outcome::ok, 3, "v");
  const std::string client = check::NodeNames()(sim::NodeId{5}) + "/0";

  const consistency::History history = run.rewritten();

  CHECK(told(history, 0) == "read k by " + client + " [1ms..2ms] -> nil");
  CHECK(told(history, 1) == "write k = v by " + client + " [3ms..4ms] -> ok");
  CHECK(told(history, 2) == "read k by " + client + " [5ms..6ms] -> v");
}

TEST_CASE("a swap expects the value that had its revision, or the key's absence") {
  Run run;
  run.did(compare_and_swap("k", 0, "a"), Outcome::ok, 1);
  run.did(compare_and_swap("k", 1, "b"), Outcome::ok, 2);
  run.did(compare_and_swap("k", 1, "c"), Outcome::mismatch, 2);

  const consistency::History history = run.rewritten();

  CHECK(told(history, 0).starts_with("compare-and-swap k from nil to a by "));
  CHECK(told(history, 1).starts_with("compare-and-swap k from a to b by "));
  CHECK(told(history, 2).ends_with(" -> mismatch"));
  CHECK(check_linearizability(history).verdict == consistency::Verdict::ok);
}

TEST_CASE("revisions are the versions of who wrote, read or found them") {
  Run run;
  run.did(put("k", "a"), Outcome::ok, 3);
  run.did(get("k"), Outcome::ok, 3, "a");
  run.did(compare_and_swap("k", 2, "b"), Outcome::mismatch, 3);
  run.did(compare_and_swap("k", 0, "b"), Outcome::mismatch, 3);
  run.did(get("l"), Outcome::ok, 0);

  const consistency::History history = run.rewritten();

  CHECK(history.version(consistency::OperationId{0}) == 3);
  CHECK(history.version(consistency::OperationId{1}) == 3);
  CHECK(told(history, 2).ends_with(" -> failed"));
  CHECK(history.version(consistency::OperationId{2}) == 0);
  CHECK(history.version(consistency::OperationId{3}) == 3);
  CHECK(history.version(consistency::OperationId{4}) == 0);
}

// As a store does that has lost its disks.
TEST_CASE("a swap from a revision that was given out twice is a write") {
  Run run;
  run.did(put("k", "a"), Outcome::ok, 3);
  run.did(compare_and_swap("k", 3, "b"), Outcome::ok, 4);
  run.did(put("k", "c"), Outcome::ok, 3);

  const consistency::History history = run.rewritten();

  CHECK(told(history, 1).starts_with("write k = b by "));
}

TEST_CASE("a swap from a revision that nobody was told of is a write") {
  Run run;
  run.did(compare_and_swap("k", 7, "a"), Outcome::ok, 8);
  run.did(compare_and_swap("k", 7, "b"), Outcome::mismatch, 8);

  const consistency::History history = run.rewritten();

  CHECK(told(history, 0).starts_with("write k = a by "));
  CHECK(told(history, 0).ends_with(" -> ok"));
  CHECK(told(history, 1).ends_with(" -> failed"));
}

TEST_CASE("a mismatch of revisions is none of values if the value came back") {
  Run run;
  run.did(put("k", "a"), Outcome::ok, 1);
  run.did(put("k", "b"), Outcome::ok, 2);
  run.did(put("k", "a"), Outcome::ok, 3);
  run.did(compare_and_swap("k", 1, "c"), Outcome::mismatch, 3);

  const consistency::History history = run.rewritten();

  CHECK(told(history, 3).ends_with(" -> failed"));
  CHECK(check_linearizability(history).verdict == consistency::Verdict::ok);
}

TEST_CASE("each lane is a session, and whoever gives up goes on as another one") {
  Run run;
  run.did(put("k", "a"), Outcome::unknown, 0);
  run.did(put("k", "b"), Outcome::ok, 2);
  run.did(put("k", "c"), Outcome::ok, 3, "", 1);
  run.did(put("k", "d"), Outcome::ok, 4, "", std::uint64_t{2} << 16);
  const std::string client = check::NodeNames()(sim::NodeId{5});

  const consistency::History history = run.rewritten();
  const auto session = [&](std::size_t at) {
    return history.name(history.operations()[at].session);
  };

  CHECK(session(0) == client + "/0");
  CHECK(session(1) == client + "/0 (2)");
  CHECK(session(2) == client + "/1");
  CHECK(session(3) == client + "/0+2");
}
