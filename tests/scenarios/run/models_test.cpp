// Consistency models among the expectations of a run.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "models/consistency/models.hpp"
#include "tests/scenarios/run/stage_hand.hpp"

using namespace splitvote;
using reports::ExpectationOutcome;
using reports::Verdict;

namespace {

/// Three clients that ask for one key, one server after the other if nothing else is said. What
/// Raft promises is checked in every run, so whoever reads at once has to expect that it is not
/// linearizable.
reports::RunSummary asking(const std::string& reads, const std::string& more,
                           const std::string& workload = "target: any, mix: {put: 40, get: 60}") {
  const std::string text = R"(
version: 1
name: test
run: {seed: 3, duration: 6s}
topology:
  nodes: 5
  network: {default: {latency: 0.5ms, jitter: 0.2ms}}
  disks: {default: {fsync: 0.5ms}}
protocol: {kind: raft, reads: )" +
                           reads +
                           R"(}
workload:
  - {name: kv, clients: 3, think: 1ms, keys: {count: 1}, start: 1s, )" +
                           workload + "}\n" + more;
  const load::Loaded loaded =
      load::load_text("test.yaml", text, {.protocols = models::protocols()});
  INFO(load::render(loaded.diagnostics));
  REQUIRE(loaded.ok());
  return played(loaded.variants.front().scenario);
}

void is_broken_by_local_reads_only(const std::string& model) {
  const auto broken =
      asking("local", "expect: {always: [" + model + "], violated: [linearizable]}\n");
  const auto kept = asking("follower", "expect: {always: [" + model + "]}\n");

  CHECK(broken.verdict == Verdict::safety_violated);
  REQUIRE(broken.failures.size() == 1);
  CHECK(broken.failures.front().what == model);
  CHECK(broken.failures.front().node.starts_with("kv-"));
  CHECK(broken.failures.front().detail.contains(" k0 = "));
  CHECK(broken.failures.front().detail.contains(" by kv-"));
  CHECK(broken.failures.front().detail.ends_with(" No fault was in force."));
  CHECK(kept.verdict == Verdict::passed);
}

}  // namespace

TEST_CASE("local reads break sequential consistency") {
  is_broken_by_local_reads_only("sequential");
}
TEST_CASE("local reads break causal memory") { is_broken_by_local_reads_only("causal-memory"); }
TEST_CASE("local reads break causal convergence") {
  is_broken_by_local_reads_only("causal-convergence");
}
TEST_CASE("local reads break causality") { is_broken_by_local_reads_only("causal"); }
TEST_CASE("local reads break PRAM") { is_broken_by_local_reads_only("pram"); }
TEST_CASE("local reads break monotonic reads") { is_broken_by_local_reads_only("monotonic-reads"); }
TEST_CASE("local reads break read-your-writes") {
  is_broken_by_local_reads_only("read-your-writes");
}

TEST_CASE("the second spellings of guarantees and measures are judged as the first") {
  const std::string spelled =
      "expect: {always: [session.read_your_writes, session.monotonic_reads,\n"
      "  session.monotonic_writes, session.writes_follow_reads], %\n"
      "  slo: [staleness.p99 < 100ms, kv.staleness_versions.max <= 0]}\n";
  const auto expecting = [&](const std::string& more) {
    return std::string(spelled).replace(spelled.find('%'), 1, more);
  };
  const auto kept = asking("follower", expecting(""));
  const auto broken = asking("local", expecting("violated: [linearizable],"));
  const auto failed = [&](const std::string& what) {
    return std::ranges::count(broken.failures, what, &reports::Failure::what);
  };

  CHECK(kept.verdict == Verdict::passed);
  CHECK(broken.verdict == Verdict::safety_violated);
  CHECK(failed("read-your-writes") == 1);
  CHECK(failed("monotonic-reads") == 1);
  CHECK(failed("slo kv.read_staleness_versions.max <= 0") == 1);
}

TEST_CASE("a model that is expected to be violated says how, and fails where it is not") {
  const std::string expectations = "expect: {violated: [linearizable, pram]}\n";

  const auto found = asking("local", expectations);
  const auto missed = asking("follower", expectations);

  CHECK(found.verdict == Verdict::passed);
  CHECK(expectation(found, "violated pram").remark.contains("would come before itself"));
  CHECK(missed.verdict == Verdict::safety_violated);
}

TEST_CASE("a contradiction names the faults that were in force, and no others") {
  const auto summary = asking("local, forward_proposals: true", R"(
timeline:
  - {name: gone, at: 1s, crash: {nodes: n1}, for: 10ms}
  - {name: dark, at: 3s, crash: {nodes: all}, for: 50ms}
expect: {always: [monotonic-reads], violated: [linearizable]}
)",
                              "target: leader, mix: {put: 40, get: 60}");

  REQUIRE(summary.failures.size() == 1);
  CHECK(summary.failures.front().detail.ends_with(
      " In force meanwhile: dark: crash n1, n2, n3, n4, n5 [3000ms..3050ms]."));
}

TEST_CASE("a history that tells too little makes a run inconclusive") {
  const auto summary =
      asking("local", "expect: {always: [writes-follow-reads], violated: [linearizable]}\n",
             "target: any, mix: {put: 40, get: 60, remove: 20}");

  CHECK(summary.verdict == Verdict::inconclusive);
  CHECK(expectation(summary, "writes-follow-reads").outcome == ExpectationOutcome::unknown);
  CHECK(expectation(summary, "writes-follow-reads").remark ==
        "a value that was read was written more than once");
}

TEST_CASE("local reads see every write after a while, and not at once") {
  const auto within = [](const std::string& bound) {
    return asking("local",
                  "expect: {violated: [linearizable], always: [{check: eventual, within: " + bound +
                      "}]}\n")
        .verdict;
  };

  CHECK(within("1s") == Verdict::passed);
  CHECK(within("1ms") == Verdict::safety_violated);
  CHECK(within("10s") == Verdict::inconclusive);
}

TEST_CASE("nothing need be seen before the moment that a check names, if it comes") {
  const std::string timeline =
      "timeline: [{name: late, at: 5990ms, mark: from here}, "
      "{name: never, when: term > 1000, mark: not here}]\n";
  const auto after = [&](const std::string& step) {
    return asking("local", timeline +
                               "expect: {violated: [linearizable], always: [{check: eventual, "
                               "after: " +
                               step + ", within: 1ms}]}\n")
        .verdict;
  };

  CHECK(after("late") == Verdict::passed);
  CHECK(after("never") == Verdict::inconclusive);
}

TEST_CASE("unless it is said otherwise nothing need be seen before the last fault is over") {
  const auto told = [](const std::string& stretch) {
    return asking("local",
                  "timeline: [{name: cut, at: 2s, partition: {groups: {a: [n1], b: [rest]}}" +
                      stretch +
                      "}]\n"
                      "expect: {violated: [linearizable], always: [{check: eventual, "
                      "within: 1s}]}\n");
  };

  CHECK(told(", for: 2s").verdict == Verdict::passed);
  CHECK(told("").verdict == Verdict::inconclusive);
  CHECK(expectation(told(", for: 2s"), "eventual within 1 s after the last fault").outcome ==
        ExpectationOutcome::held);
}

TEST_CASE("of every model it can be said in a scenario that a run keeps it") {
  for (const consistency::Model& model : consistency::models()) {
    const std::string name(model.name);
    const std::string check = name == "eventual" ? "{check: eventual, within: 1s}" : name;
    const auto kept = asking("follower", "expect: {always: [" + check + "]}\n");
    CHECK_MESSAGE(kept.verdict == Verdict::passed, name);
  }
}

TEST_CASE("k-atomic tells the smallest k of a run, and an order is no fault that lasts") {
  const auto kept =
      asking("local",
             "timeline: [{name: over, at: 1500ms, transfer_leadership: {on: leader}}]\n"
             "expect: {always: [k-atomic], violated: [linearizable, pram]}\n");

  CHECK(kept.verdict == Verdict::passed);
  CHECK(expectation(kept, "always k-atomic").remark.starts_with("the smallest k is "));
  CHECK(!expectation(kept, "violated pram").remark.contains("transfer_leadership"));
}
