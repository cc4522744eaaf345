// The consistency models judge what the clients of a run were told, and say when and to whom.
#include "models/check/client_models.hpp"

#include <doctest/doctest.h>

#include <array>

#include "tests/models/check/feed.hpp"

using namespace splitvote;
using client::Outcome;
using consistency::Verdict;
using testing::get;
using testing::put;
using testing::remove_key;

namespace {

struct Sink {
  check::History history;
  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
    history.on_note(moment, node, note);
  }
};

/// Operations one after the other, each of one millisecond, by clients with one session each.
struct Run {
  Sink sink;
  testing::Feed<Sink> feed{sink};
  std::uint64_t next = 1;

  void wrote(int client, std::string_view value, std::string_view key = "k") {
    did(client, put(key, value));
  }
  void read(int client, std::string_view value, std::string_view key = "k") {
    did(client, get(key), value.empty() ? 0 : 1, value);
  }
  void did(int client, const client::Operation& operation, std::uint64_t revision = 1,
           std::string_view value = "") {
    feed.invoke(client, next, static_cast<std::uint64_t>(client) << 48, operation);
    feed.complete(client, next++, Outcome::ok, revision, value);
  }

  [[nodiscard]] check::ModelFinding judged_by(std::string_view model) const {
    const consistency::Model* const found = consistency::find_model(model);
    REQUIRE(found != nullptr);
    return check::judge_models(sink.history, check::NodeNames(), std::array{found}).front();
  }
  [[nodiscard]] Verdict verdict(std::string_view model) const { return judged_by(model).verdict; }
};

}  // namespace

TEST_CASE("who does not find what it wrote has not read its writes") {
  Run run;
  run.wrote(1, "a");
  run.read(1, "");

  CHECK(run.verdict("read-your-writes") == Verdict::violated);
  CHECK(run.verdict("monotonic-reads") == Verdict::ok);
}

TEST_CASE("who loses what it had read has no monotonic reads") {
  Run run;
  run.wrote(1, "a");
  run.read(2, "a");
  run.read(2, "");

  CHECK(run.verdict("monotonic-reads") == Verdict::violated);
  CHECK(run.verdict("read-your-writes") == Verdict::ok);
}

TEST_CASE("two writes of a session seen in the wrong order refute PRAM, and nothing weaker") {
  Run run;
  run.wrote(1, "a");
  run.wrote(1, "b");
  run.read(2, "b");
  run.read(2, "a");

  CHECK(run.verdict("pram") == Verdict::violated);
  CHECK(run.verdict("monotonic-reads") == Verdict::ok);
  CHECK(run.verdict("monotonic-writes") == Verdict::ok);
}

TEST_CASE("whoever sees the answer and not the question refutes causality, and not PRAM") {
  Run run;
  run.wrote(1, "question", "x");
  run.read(2, "question", "x");
  run.wrote(2, "answer", "y");
  run.read(3, "answer", "y");
  run.read(3, "", "x");

  CHECK(run.verdict("causal") == Verdict::violated);
  CHECK(run.verdict("pram") == Verdict::ok);
}

TEST_CASE("two sessions that see two writes in opposite orders refute convergence only") {
  Run run;
  run.wrote(1, "a");
  run.wrote(2, "b");
  run.read(3, "a");
  run.read(3, "b");
  run.read(4, "b");
  run.read(4, "a");

  CHECK(run.verdict("causal-convergence") == Verdict::violated);
  CHECK(run.verdict("sequential") == Verdict::violated);
  CHECK(run.verdict("causal-memory") == Verdict::ok);
}

TEST_CASE("a session that sees two writes in both orders refutes causal memory, and causal too") {
  Run run;
  run.wrote(1, "a");
  run.wrote(2, "b");
  run.read(3, "a");
  run.read(3, "b");
  run.read(3, "a");

  CHECK(run.verdict("causal-memory") == Verdict::violated);
  CHECK(run.verdict("causal") == Verdict::ok);
}

TEST_CASE("a value that nobody wrote is explained by no model") {
  Run run;
  run.read(1, "from nowhere");

  CHECK(run.verdict("writes-follow-reads") == Verdict::violated);
  CHECK(run.verdict("monotonic-writes") == Verdict::violated);
}

TEST_CASE("an old answer is fine with sequential consistency while the session wrote nothing") {
  Run run;
  run.wrote(1, "a");
  run.read(2, "");

  CHECK(run.verdict("sequential") == Verdict::ok);
  CHECK(run.verdict("linearizable") == Verdict::violated);
}

TEST_CASE("a contradiction lies where its last answer came, and tells each operation") {
  Run run;
  run.wrote(1, "a");  // from 1 ms to 2 ms
  run.wrote(2, "x", "other");
  run.read(1, "");  // from 5 ms to 6 ms
  run.read(2, "x", "other");

  const check::ModelFinding finding = run.judged_by("read-your-writes");

  REQUIRE(finding.contradiction);
  CHECK(finding.contradiction->since == sim::Instant{} + sim::milliseconds(1));
  CHECK(finding.contradiction->moment.time == sim::Instant{} + sim::milliseconds(6));
  CHECK(finding.contradiction->node == sim::NodeId{1});
  CHECK(finding.contradiction->found.explanation.contains("write k = a by node 1/0 [1ms..2ms]"));
  CHECK(finding.contradiction->found.explanation.contains("read k by node 1/0 [5ms..6ms] -> nil"));
}

TEST_CASE("who found nothing may have found a removal, so a stale answer may be undecided") {
  Run run;
  run.did(1, remove_key("k"));
  run.wrote(1, "a");
  run.read(1, "");

  const check::ModelFinding finding = run.judged_by("read-your-writes");

  CHECK(finding.verdict == Verdict::unknown);
  CHECK(finding.undecided == "a value that was read was written more than once");
}
