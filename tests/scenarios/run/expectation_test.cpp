// When an expectation holds, is broken, or cannot be judged.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/scenarios/run/stage_hand.hpp"

using namespace splitvote;
using reports::ExpectationOutcome;
using reports::Verdict;

TEST_CASE("an eventually whose predicate comes true in time holds") {
  const auto summary = played(scenario_with(R"(
timeline: [{name: kill, at: 2s, crash: {nodes: leader}}]
expect: {eventually: [{that: leader_changed, after: kill, within: 1s}]}
)"));

  CHECK(summary.verdict == Verdict::passed);
  CHECK(expectation(summary, "leader_changed").outcome == ExpectationOutcome::held);
}

TEST_CASE("an eventually counts only what happens after its anchor") {
  const auto summary = played(scenario_with(R"(
timeline: [{name: kill, at: 2s, crash: {nodes: leader}}, 
           {name: later, at: 4s, mark: nothing happens here}]
expect: {eventually: [{that: leader_changed, after: later, within: 1s}]}
)"));

  CHECK(summary.verdict == Verdict::liveness_missed);
  CHECK(summary.failures.front().time.ns == 5'000'000'000);
}

TEST_CASE("an eventually whose deadline lies beyond the end of the run makes it inconclusive") {
  const auto summary = played(scenario_with(R"(
timeline: [{name: late, at: 5s, crash: {nodes: all}}]
expect: {eventually: [{that: single_leader, after: late, within: 10s}]}
)"));

  CHECK(summary.verdict == Verdict::inconclusive);
  CHECK(expectation(summary, "single_leader").outcome == ExpectationOutcome::unknown);
}

TEST_CASE("an eventually after a step that never fires makes the run inconclusive") {
  const auto summary = played(scenario_with(R"(
timeline: [{name: never_fires, when: term > 1000, crash: {nodes: all}}]
expect: {eventually: [{that: single_leader, after: never_fires, within: 1s}]}
)"));

  CHECK(summary.verdict == Verdict::inconclusive);
}

TEST_CASE("a never is broken only inside its window") {
  const std::string timeline = "timeline: [{name: dark, at: 2s, crash: {nodes: all}, for: 1s}]\n";

  const auto outside =
      played(scenario_with(timeline + "expect: {never: [{that: commits > 0, during: dark}]}\n"));
  const auto inside =
      played(scenario_with(timeline + "expect: {never: [{that: commits > 0, after: dark.end}]}\n"));

  CHECK(outside.verdict == Verdict::passed);
  CHECK(inside.verdict == Verdict::safety_violated);
  CHECK(inside.failures.front().time.ns > 3'000'000'000);
}

TEST_CASE("a budget of events that ends first makes the run inconclusive") {
  const auto summary = played(scenario_with("", "{seed: 3, duration: 6s, max_events: 500}"));

  CHECK(summary.verdict == Verdict::inconclusive);
  CHECK(summary.events == 500);
}

TEST_CASE("a budget of configurations that ends first leaves checks undecided, and says so") {
  const std::string always = "expect: {always: [linearizable, sequential]}\n";
  const auto ended =
      played(scenario_with(always, "{seed: 3, duration: 6s, max_configurations: 2}"));
  const auto decided = played(scenario_with(always));

  CHECK(ended.verdict == Verdict::inconclusive);
  REQUIRE(ended.expectations.size() == 2);
  CHECK(ended.expectations[0].remark ==
        "the budget of 2 configurations ended; run.max_configurations sets it");
  CHECK(decided.verdict == Verdict::passed);
}

TEST_CASE("an expected violation that is not found is a failure") {
  const auto summary = played(scenario_with("expect: {violated: [durability]}\n"));

  CHECK(summary.verdict == Verdict::safety_violated);
}

TEST_CASE("a sometimes that occurred in one of several runs holds for all of them") {
  const load::Scenario scenario = scenario_with(R"(
timeline: [{name: kill, at: {uniform: [2s, 12s]}, crash: {nodes: leader}}]
expect: {sometimes: [leader_changed]}
)");
  std::vector<run::RunOutcome> outcomes;
  for (std::uint64_t seed = 1; seed <= 16; ++seed)
    outcomes.push_back(run::run({.scenario = &scenario, .seed = seed}));
  std::vector<run::RunOutcome*> runs;
  std::size_t seen = 0;
  for (run::RunOutcome& outcome : outcomes) {
    runs.push_back(&outcome);
    seen += outcome.seen.at(0) ? 1 : 0;
  }
  REQUIRE(seen > 0);
  REQUIRE(seen < outcomes.size());  // the kill comes after the end of some runs

  run::judge_together(scenario, runs);

  CHECK(outcomes.back().summary.verdict == Verdict::passed);
}

TEST_CASE("a sometimes that occurred in no run fails the last of them") {
  const auto summary = played(scenario_with("expect: {sometimes: [split_vote]}\n"));

  CHECK(summary.verdict == Verdict::liveness_missed);
}

TEST_CASE("unsynced_lost occurs only if a loss of power destroyed something that was unsynced") {
  const auto of = [](const std::string& lose, const std::string& at) {
    const auto summary = played(
        scenario_with("timeline: [{at: 1500ms, disk: {nodes: all, fsync: 80ms}}, {at: " + at +
                      ", power_loss: {nodes: all, lose: " + lose +
                      "}, for: 1s}]\nexpect: {sometimes: [node_lost_power, unsynced_lost]}\n"));
    CHECK(expectation(summary, "node_lost_power").outcome == ExpectationOutcome::held);
    return expectation(summary, "unsynced_lost").outcome;
  };

  CHECK(of("unsynced", "2s") == ExpectationOutcome::held);  // entries wait for their sync
  CHECK(of("nothing", "2s") == ExpectationOutcome::broken);
  CHECK(of("unsynced", "900ms") == ExpectationOutcome::broken);  // nobody has written for long
}

TEST_CASE("an objective on durations is judged over the samples of all runs together") {
  const load::Scenario scenario = scenario_with(R"(
timeline: [{name: kill, at: 2s, crash: {nodes: leader}}]
expect: {slo: [failover_time.count >= 5]}
)");
  std::vector<run::RunOutcome> outcomes;
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    outcomes.push_back(run::run({.scenario = &scenario, .seed = seed}));
  std::vector<run::RunOutcome*> runs;
  for (run::RunOutcome& outcome : outcomes) runs.push_back(&outcome);

  run::judge_together(scenario, runs);

  CHECK(outcomes.back().summary.verdict == Verdict::passed);
  CHECK(played(scenario).verdict == Verdict::liveness_missed);  // one run has one sample
}

TEST_CASE("an objective on something that was not measured makes the run inconclusive") {
  const auto summary = played(scenario_with("expect: {slo: [failover_time.max < 1s]}\n"));

  CHECK(summary.verdict == Verdict::inconclusive);
}

TEST_CASE("an open loop that has to drop what is due is not served") {
  load::Scenario scenario = scenario_with(R"(
timeline: [{at: 2s, crash: {nodes: all}}]
expect: {sometimes: [operation_refused], slo: [kv.availability < 45%, kv.operations_refused > 100]}
)");
  scenario.workloads[0].lanes = 1;

  CHECK(played(scenario).verdict == Verdict::passed);
}

TEST_CASE("clients that lose their disks are not taken for their own retries") {
  const auto summary = played(scenario_with(R"(
timeline: [{name: dark, at: 2s, power_loss: {nodes: clients, lose: all}, for: 500ms}]
expect: {eventually: [{that: commits > 20, after: dark.end}], sometimes: [disk_wiped]}
)"));

  CHECK(summary.verdict == Verdict::passed);
}

TEST_CASE("messages of one kind are counted as the summary counts them") {
  const auto summary = played(scenario_with(""));
  const auto heartbeats =
      std::ranges::find(summary.messages, "heartbeat", &reports::MessageCount::kind);
  REQUIRE(heartbeats != summary.messages.end());
  REQUIRE(summary.messages.size() > 1);

  const std::string sent = std::to_string(heartbeats->sent);
  const auto equal = played(scenario_with("expect: {slo: [messages.heartbeat == " + sent + "]}\n"));
  const auto more = played(scenario_with("expect: {slo: [messages.heartbeat > " + sent + "]}\n"));

  CHECK(equal.verdict == Verdict::passed);
  CHECK(more.verdict == Verdict::liveness_missed);
}
