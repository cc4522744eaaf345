// A short scenario with what a test adds to it, loaded and run.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/run/run.hpp"

namespace splitvote {

/// Five nodes, half a millisecond apart, and one client; `more` is YAML at the top level.
inline load::Scenario scenario_with(const std::string& more,
                                    const std::string& run = "{seed: 3, duration: 6s}") {
  const std::string text = "version: 1\nname: test\nrun: " + run + R"(
topology:
  nodes: 5
  network: {default: {latency: 0.5ms}}
  disks: {default: {fsync: 0.5ms}}
protocol: {kind: raft}
workload: [{name: kv, clients: 1, rate: 50/s, mix: {put: 1, get: 1}, start: 1s}]
)" + more;
  load::Loaded loaded = load::load_text("test.yaml", text, {.protocols = models::protocols()});
  INFO(load::render(loaded.diagnostics));
  REQUIRE(loaded.ok());
  return loaded.variants.front().scenario;
}

/// One run with everything judged.
inline reports::RunSummary played(const load::Scenario& scenario, std::uint64_t seed = 3) {
  run::RunOutcome outcome = run::run({.scenario = &scenario, .file = "test.yaml", .seed = seed});
  run::judge_together(scenario, {&outcome});
  return outcome.summary;
}

inline const reports::ExpectationResult& expectation(const reports::RunSummary& summary,
                                                     const std::string& word) {
  for (const reports::ExpectationResult& result : summary.expectations) {
    if (result.expectation.find(word) != std::string::npos) return result;
  }
  FAIL("no expectation with " << word);
  return summary.expectations.front();
}

}  // namespace splitvote
