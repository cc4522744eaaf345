// Every scenario of the library fails when its claim is false: each is run once with the premise
// turned round.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/run/run.hpp"

using namespace splitvote;
using reports::Verdict;

namespace {

const std::string library = "scenarios/library/";

struct CounterClaim {
  std::string file;
  std::vector<load::Assignment> overrides;  // what makes the claim false
  Verdict verdict;
  std::string broken;  // a word of an expectation that must break
};

const std::vector<CounterClaim> counter_claims{
    {"leader-in-minority.yaml",
     {{"protocol.check_quorum", "false"}},
     Verdict::liveness_missed,
     "leader_stepped_down"},
    {"quorum-writes/all-healthy.yaml",
     {{"topology.network.default.loss", "60%"}},
     Verdict::liveness_missed,
     "kv.availability"},
    // The slow links now belong to a majority.
    {"quorum-writes/one-slow.yaml",
     {{"timeline.0.link.between", "[\"pick(3, followers)\", all]"}},
     Verdict::liveness_missed,
     "put_latency.p99"},
    {"quorum-writes/two-down.yaml",
     {{"topology.nodes", "4"}},
     Verdict::liveness_missed,
     "commits > 100"},
    {"quorum-writes/three-down.yaml",
     {{"topology.nodes", "7"}},
     Verdict::safety_violated,
     "commits > 0"},
    // The one more is one of those that are down already.
    {"cluster-size/survives-a-minority.yaml",
     {{"timeline.1.crash.nodes", "few.nodes"}},
     Verdict::safety_violated,
     "commits > 0"},
    {"cluster-size/four-is-no-better-than-three.yaml",
     {{"topology.nodes", "5"}},
     Verdict::safety_violated,
     "commits > 0"},
    {"cluster-size/latency-grows.yaml",
     {{"topology.network.default.loss", "50%"}},
     Verdict::liveness_missed,
     "kv.availability"},
    {"failover/leader-crash.yaml",
     {{"protocol.election_timeout", "1s..2s"}},
     Verdict::liveness_missed,
     "detection_time.max"},
    {"failover/leader-crash-1000.yaml",
     {{"protocol.election_timeout", "1s..2s"}, {"sweep.seeds", "1..10"}},
     Verdict::liveness_missed,
     "failover_time.p50"},
    {"split-vote/forced.yaml",
     {{"topology.nodes", "5"}},
     Verdict::safety_violated,
     "commits(split.right)"},
    {"split-vote/narrow-timeouts.yaml",
     {{"protocol.election_timeout", "150ms..3s"}, {"sweep", "{seeds: 1..5}"}},
     Verdict::liveness_missed,
     "split_vote"},
    {"partitions/leader-in-majority.yaml",
     {{"topology.nodes", "7"}},
     Verdict::safety_violated,
     "leader_changed"},
    {"partitions/three-way.yaml",
     {{"topology.nodes", "9"}},
     Verdict::safety_violated,
     "commits > 0"},
    {"links/leader-cannot-receive.yaml",
     {{"protocol.check_quorum", "false"}},
     Verdict::liveness_missed,
     "leader_stepped_down"},
    {"links/leader-cannot-receive-no-check-quorum.yaml",
     {{"protocol.check_quorum", "true"}},
     Verdict::safety_violated,
     "leader_stepped_down"},
    {"links/one-follower-link-plain.yaml",
     {{"protocol.pre_vote", "true"},
      {"protocol.check_quorum", "true"},
      {"protocol.leader_stickiness", "true"}},
     Verdict::liveness_missed,
     "leader_changed"},
    {"links/one-follower-link-pre-vote.yaml",
     {{"protocol.pre_vote", "false"},
      {"protocol.check_quorum", "false"},
      {"protocol.leader_stickiness", "false"}},
     Verdict::safety_violated,
     "election_started"},
    // With the whole disk everything that was promised goes, too.
    {"crashes/power-loss-one.yaml",
     {{"timeline.0.power_loss.lose", "all"}},
     Verdict::safety_violated,
     "durable_storage"},
    {"crashes/power-loss-minority.yaml",
     {{"timeline.0.power_loss.lose", "all"}},
     Verdict::safety_violated,
     "durable_storage"},
    {"crashes/power-loss-majority.yaml",
     {{"timeline.0.power_loss.lose", "all"}},
     Verdict::safety_violated,
     "durable_storage"},
    {"crashes/power-loss-all.yaml",
     {{"timeline.0.power_loss.lose", "all"}},
     Verdict::safety_violated,
     "durability"},
    {"crashes/process-crash-all.yaml",
     {{"timeline.0.crash.lose", "all"}},
     Verdict::safety_violated,
     "durability"},
    // A leader whose clock loses 40 % sends its heartbeats too late for timeouts this short, unless
    // writes stand in for them.
    {"clocks/skew.yaml",
     {{"timeline.1.clock.drift", "-400000ppm"},
      {"protocol.election_timeout", "55ms..60ms"},
      {"workload.0.rate", "2/s"}},
     Verdict::safety_violated,
     "leader_changed"},
    {"clocks/long-pause.yaml",
     {{"timeline.0.pause.nodes", "one(followers)"}},
     Verdict::liveness_missed,
     "leader_changed"},
    {"primary-backup/loses-acknowledged-writes.yaml",
     {{"protocol.kind", "raft"}},
     Verdict::safety_violated,
     "durability"},
};

/// The first variant, with three seeds at most.
reports::RunSummary play(const load::Variant& variant, const std::string& file) {
  const load::SeedRange seeds = load::seeds(variant.scenario);
  std::vector<run::RunOutcome> outcomes;
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && seed < seeds.first + 5; ++seed) {
    outcomes.push_back(run::run({.scenario = &variant.scenario, .file = file, .seed = seed}));
  }
  std::vector<run::RunOutcome*> runs;
  for (run::RunOutcome& outcome : outcomes) runs.push_back(&outcome);
  run::judge_together(variant.scenario, runs);
  reports::RunSummary all = outcomes.back().summary;
  for (const run::RunOutcome& outcome : outcomes) {
    if (&outcome == &outcomes.back()) break;
    all.verdict = reports::worse(all.verdict, outcome.summary.verdict);
    all.failures.insert(all.failures.end(), outcome.summary.failures.begin(),
                        outcome.summary.failures.end());
  }
  return all;
}

bool names_failure(const reports::RunSummary& summary, const std::string& word) {
  for (const reports::Failure& failure : summary.failures) {
    if (failure.what.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a scenario of the library fails when its claim is false") {
  for (const CounterClaim& claim : counter_claims) {
    CAPTURE(claim.file);
    const load::Loaded loaded = load::load_file(
        library + claim.file, {.protocols = models::protocols(), .overrides = claim.overrides});
    INFO(load::render(loaded.diagnostics));
    REQUIRE(loaded.ok());

    // Of several variants the last is the one that the claim speaks of most clearly.
    const reports::RunSummary summary = play(loaded.variants.back(), claim.file);

    INFO(reports::to_text(summary, {}));
    CHECK(summary.verdict == claim.verdict);
    CHECK(names_failure(summary, claim.broken));
  }
}

TEST_CASE("every scenario of the library has a counter-claim") {
  std::set<std::string> claimed;
  for (const CounterClaim& claim : counter_claims) claimed.insert(claim.file);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(library)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string file = std::filesystem::relative(entry.path(), library).string();
    if (file.starts_with("common/")) continue;
    CAPTURE(file);
    CHECK(claimed.contains(file));
  }
}
