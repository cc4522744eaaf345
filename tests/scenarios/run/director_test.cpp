// The timeline: when steps fire, whom they meet, and when they end.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "scenarios/run/cast.hpp"
#include "scenarios/run/selection.hpp"
#include "tests/scenarios/run/stage_hand.hpp"

using namespace splitvote;
using sim::NodeId;

namespace {

std::vector<std::int64_t> firing_times(const reports::RunSummary& summary) {
  std::vector<std::int64_t> times;
  for (const reports::LedgerLine& line : summary.ledger) times.push_back(line.time.ns / 1'000'000);
  return times;
}

}  // namespace

TEST_CASE("a periodic step fires one period after its beginning and then until its end") {
  const auto summary = played(scenario_with(
      "timeline: [{every: 500ms, from: 2s, until: 4s, pause: {nodes: one}, for: 10ms}]\n"));

  CHECK(firing_times(summary) == std::vector<std::int64_t>{2500, 3000, 3500});
}

TEST_CASE("a step with a duration heals itself") {
  const auto summary =
      played(scenario_with("timeline: [{at: 2s, pause: {nodes: n1}, for: 300ms}]\n"));

  REQUIRE(summary.ledger.size() == 1);
  CHECK(summary.ledger[0].healed == sim::Instant{2'300'000'000});
  CHECK(summary.ledger[0].changed_something);
}

TEST_CASE("what an unnamed step draws is the same when other steps are put before it") {
  const std::string step = "  - {at: 3s..4s, pause: {nodes: one}, for: 10ms..90ms}\n";
  const auto alone = played(scenario_with("timeline:\n" + step));
  const auto later =
      played(scenario_with("timeline:\n  - {at: 5s, crash: {nodes: one}}\n"
                           "  - {at: 5s, pause: {nodes: n1}}\n" +
                           step));

  REQUIRE(alone.ledger.size() == 1);
  CHECK(alone.ledger[0].fault.starts_with("pause-one: pause n"));
  CHECK(later.ledger.at(0).fault == alone.ledger[0].fault);
  CHECK(later.ledger.at(0).time == alone.ledger[0].time);
  CHECK(later.ledger.at(0).healed == alone.ledger[0].healed);
}

TEST_CASE("a heal ends the step it names and no other") {
  const auto summary = played(scenario_with(R"(
timeline:
  - {name: first, at: 2s, crash: {nodes: n1}}
  - {name: second, at: 2s, crash: {nodes: n2}}
  - {at: 3s, heal: first}
)"));

  REQUIRE(summary.ledger.size() == 2);
  CHECK(summary.ledger[0].healed == sim::Instant{3'000'000'000});
  CHECK_FALSE(summary.ledger[1].healed.has_value());
}

TEST_CASE("a fault that met nobody is in the ledger as one that changed nothing") {
  const auto summary = played(scenario_with(R"(
timeline:
  - {name: first, at: 2s, crash: {nodes: n1}}
  - {name: again, at: 3s, crash: {nodes: n1}}
)"));

  REQUIRE(summary.ledger.size() == 2);
  CHECK_FALSE(summary.ledger[1].changed_something);
}

TEST_CASE("a step that waits for a predicate fires once, when it comes true") {
  const auto summary =
      played(scenario_with("timeline: [{when: commits > 20, crash: {nodes: leader}}]\n"));

  REQUIRE(summary.ledger.size() == 1);
  CHECK(summary.ledger[0].time.ns > 1'000'000'000);
}

TEST_CASE("recording a run does not change it") {
  const load::Scenario scenario =
      scenario_with("timeline: [{at: 2s, power_loss: {nodes: leader}, for: 1s}]\n");
  const std::string path = "director_test.trace";

  const auto silent = run::run({.scenario = &scenario, .seed = 5});
  const auto recorded = run::run({.scenario = &scenario, .seed = 5, .trace = path});
  std::remove(path.c_str());

  CHECK(silent.summary.digest == recorded.summary.digest);
  CHECK(recorded.summary.artifacts == std::vector<std::string>{path});
}

TEST_CASE("a trace that cannot be written is told and fails the run") {
  const load::Scenario scenario = scenario_with("");

  const auto outcome =
      run::run({.scenario = &scenario, .seed = 5, .trace = "no/such/folder/x.trace"});

  CHECK(outcome.summary.verdict == reports::Verdict::usage_error);
  CHECK_FALSE(outcome.summary.verdict_reason.empty());
}

TEST_CASE("editing one step moves no draw of another") {
  const std::string second =
      "  - {name: b, every: {uniform: [300ms, 900ms]}, from: 2s, pause: {nodes: one}, for: 10ms}\n";
  const auto lines_of = [](const reports::RunSummary& summary) {
    std::vector<std::string> lines;
    for (const reports::LedgerLine& line : summary.ledger) {
      if (line.fault.starts_with("b:")) lines.push_back(line.fault + std::to_string(line.time.ns));
    }
    return lines;
  };

  const auto before =
      played(scenario_with("timeline:\n  - {name: a, at: 2s, mark: here}\n" + second));
  const auto after = played(scenario_with(
      "timeline:\n  - {name: a, at: {uniform: [2s, 3s]}, pause: {nodes: one}, for: 5ms}\n" +
      second));

  CHECK(lines_of(before).size() > 3);
  CHECK(lines_of(before) == lines_of(after));
}

TEST_CASE("selectors resolve to what their words say") {
  const load::Scenario scenario = scenario_with(R"yaml(
timeline:
  - {at: 1s, pause: {nodes: minority}}
  - {at: 1s, pause: {nodes: majority}}
  - {at: 1s, pause: {nodes: followers}}
  - {at: 1s, pause: {nodes: "pick(2, followers)"
}
}
  - {at: 1s, pause: {nodes: "except(all, n2, leader)"}}
)yaml");
  const run::Cast cast = run::make_cast(scenario);
  sim::Stream stream(1, {sim::Purpose::fault_target, 0, 0});
  const auto resolved = [&](std::size_t step) {
    const auto& pause = std::get<load::Pause>(scenario.timeline[step].actions[0].verb);
    return run::resolve(pause.nodes, {.cast = cast, .leader = NodeId{0}, .stream = &stream});
  };

  CHECK(resolved(0).size() == 2);
  CHECK(resolved(1).size() == 3);
  CHECK(resolved(2) == std::vector{NodeId{1}, NodeId{2}, NodeId{3}, NodeId{4}});
  CHECK(resolved(3).size() == 2);
  CHECK(resolved(4) == std::vector{NodeId{2}, NodeId{3}, NodeId{4}});
}

TEST_CASE("write latency grows with the size of the cluster") {
  load::Loaded loaded = load::load_file("scenarios/library/cluster-size/latency-grows.yaml",
                                        {.protocols = models::protocols()});
  REQUIRE(loaded.ok());
  REQUIRE(loaded.variants.size() == 5);

  std::vector<std::int64_t> medians;
  for (const load::Variant& variant : loaded.variants) {
    reports::Samples all;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      for (const reports::Metric& metric : played(variant.scenario, seed).metrics) {
        if (metric.name == "kv.put_latency") all.merge(metric.samples);
      }
    }
    medians.push_back(*all.at(reports::p50));
  }

  REQUIRE(medians.size() == 5);
  CHECK(std::ranges::adjacent_find(medians, std::greater_equal{}) == medians.end());
}
