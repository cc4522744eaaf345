// Every scenario of the library fails when its claim is false: each is run once with the premise
// turned round.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
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
    {"leader-in-minority.yaml",
     {{"timeline.0.partition.groups.minority", "[leader, \"pick(2, followers)\"]"}},
     Verdict::safety_violated,
     "commits(cut.minority)"},
    {"quorum-writes/all-healthy.yaml",
     {{"topology.network.default.loss", "60%"}},
     Verdict::safety_violated,
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
     "outage.operations_ok"},
    {"quorum-writes/three-down.yaml",
     {{"topology.nodes", "7"}},
     Verdict::safety_violated,
     "never leader_elected"},
    {"quorum-writes/three-down.yaml",
     {{"topology.nodes", "7"}},
     Verdict::safety_violated,
     "never commits > 0"},
    {"quorum-writes/three-down-leader-survives.yaml",
     {{"topology.nodes", "7"}},
     Verdict::safety_violated,
     "outage.operations_ok"},
    {"quorum-writes/three-down-leader-survives.yaml",
     {{"protocol.check_quorum", "false"}},
     Verdict::liveness_missed,
     "leader_stepped_down"},
    // The one more is one of those that are down already.
    {"cluster-size/survives-a-minority.yaml",
     {{"timeline.1.crash.nodes", "few.nodes"}},
     Verdict::safety_violated,
     "commits > 0"},
    {"cluster-size/four-is-no-better-than-three.yaml",
     {{"topology.nodes", "5"}},
     Verdict::safety_violated,
     "commits > 0"},
    // Even sizes are slower, odd ones faster.
    {"cluster-size/latency-grows.yaml",
     {{"sweep.matrix", "{topology.nodes: [2]}"}},
     Verdict::liveness_missed,
     "put_latency.mean <"},
    {"cluster-size/latency-of-even-sizes.yaml",
     {{"sweep.matrix", "{topology.nodes: [9]}"}},
     Verdict::liveness_missed,
     "put_latency.mean >"},
    // The next size is above the interval, the one before below it.
    {"cluster-size/latency-of-1.yaml",
     {{"topology.nodes", "3"}},
     Verdict::liveness_missed,
     "put_latency.mean <"},
    {"cluster-size/latency-of-3.yaml",
     {{"topology.nodes", "5"}},
     Verdict::liveness_missed,
     "put_latency.mean <"},
    {"cluster-size/latency-of-3.yaml",
     {{"topology.nodes", "1"}},
     Verdict::liveness_missed,
     "put_latency.mean >"},
    {"cluster-size/latency-of-5.yaml",
     {{"topology.nodes", "7"}},
     Verdict::liveness_missed,
     "put_latency.mean <"},
    {"cluster-size/latency-of-5.yaml",
     {{"topology.nodes", "3"}},
     Verdict::liveness_missed,
     "put_latency.mean >"},
    {"cluster-size/latency-of-7.yaml",
     {{"topology.nodes", "9"}},
     Verdict::liveness_missed,
     "put_latency.mean <"},
    {"cluster-size/latency-of-7.yaml",
     {{"topology.nodes", "5"}},
     Verdict::liveness_missed,
     "put_latency.mean >"},
    {"cluster-size/latency-of-9.yaml",
     {{"topology.nodes", "8"}},
     Verdict::liveness_missed,
     "put_latency.mean <"},
    {"cluster-size/latency-of-9.yaml",
     {{"topology.nodes", "7"}},
     Verdict::liveness_missed,
     "put_latency.mean >"},
    {"failover/leader-crash.yaml",
     {{"protocol.election_timeout", "1s..2s"}},
     Verdict::liveness_missed,
     "detection_time.max"},
    {"failover/leader-crash-1000.yaml",
     {{"protocol.election_timeout", "1s..2s"}, {"sweep.seeds", "1..10"}},
     Verdict::liveness_missed,
     "failover_time.p50"},
    // Requests for votes are held back so shortly that the first candidate wins.
    {"split-vote/forced.yaml",
     {{"timeline.1.for", "1ms"}},
     Verdict::liveness_missed,
     "split_vote within"},
    // So narrow, the timeouts decide nothing.
    {"split-vote/forced.yaml",
     {{"protocol.election_timeout", "200ms..202ms"}},
     Verdict::liveness_missed,
     "terms <= 4"},
    {"split-vote/narrow-timeouts.yaml",
     {{"sweep", "{seeds: 1..5}"}, {"protocol.election_timeout", "150ms..3s"}},
     Verdict::liveness_missed,
     "sometimes split_vote"},
    {"split-vote/narrow-timeouts.yaml",
     {{"sweep", "{seeds: 1..5}"}, {"protocol.election_timeout", "150ms..300ms"}},
     Verdict::liveness_missed,
     "election_time.p66"},
    {"split-vote/wide-timeouts.yaml",
     {{"sweep", "{seeds: 1..5}"}, {"protocol.election_timeout", "150ms..153ms"}},
     Verdict::liveness_missed,
     "election_time.p98"},
    {"split-vote/wide-timeouts.yaml",
     {{"sweep", "{seeds: 1..5}"}, {"protocol.election_timeout", "150ms..151ms"}},
     Verdict::liveness_missed,
     "split_votes <= 1"},
    {"split-vote/rate-one-down.yaml",
     {{"topology.network.default.latency", "1ms"}},
     Verdict::liveness_missed,
     "election_time.p85"},
    {"split-vote/rate-two-down.yaml",
     {{"timeline.0.crash.nodes", "n5"}},
     Verdict::liveness_missed,
     "election_time.p55"},
    {"partitions/leader-in-majority.yaml",
     {{"topology.nodes", "7"}},
     Verdict::safety_violated,
     "leader_changed"},
    {"partitions/three-way.yaml",
     {{"topology.nodes", "9"}},
     Verdict::safety_violated,
     "never commits > 0"},
    {"partitions/three-way.yaml",
     {{"protocol.reads", "local"}},
     Verdict::safety_violated,
     "in_a.operations_ok > 0"},
    {"partitions/three-way-stale-reads.yaml",
     {{"protocol.reads", "read_index"}},
     Verdict::safety_violated,
     "in_a.operations_ok > 60"},
    {"partitions/three-way-stale-reads.yaml",
     {{"protocol.reads", "read_index"}},
     Verdict::safety_violated,
     "violated linearizable"},
    {"partitions/stale-reads.yaml",
     {{"protocol.reads", "read_index"}},
     Verdict::safety_violated,
     "violated linearizable"},
    {"partitions/stale-reads.yaml",
     {{"protocol.reads", "read_index"}},
     Verdict::safety_violated,
     "readers.get_latency.max"},
    {"links/leader-cannot-receive.yaml",
     {{"protocol.check_quorum", "false"}},
     Verdict::liveness_missed,
     "leader_stepped_down"},
    {"links/leader-cannot-receive-no-check-quorum.yaml",
     {{"protocol.check_quorum", "true"}},
     Verdict::safety_violated,
     "leader_stepped_down"},
    {"links/leader-cannot-send.yaml",
     {{"timeline.0.partition.drop", "inbound"}},
     Verdict::liveness_missed,
     "leader_in"},
    {"links/one-follower-link-plain.yaml",
     {{"protocol.pre_vote", "true"},
      {"protocol.check_quorum", "true"},
      {"protocol.leader_stickiness", "true"}},
     Verdict::liveness_missed,
     "leader_changed"},
    {"links/one-follower-link-plain.yaml",
     {{"protocol.pre_vote", "true"},
      {"protocol.check_quorum", "true"},
      {"protocol.leader_stickiness", "true"}},
     Verdict::liveness_missed,
     "terms >= 3"},
    {"links/one-follower-link-pre-vote.yaml",
     {{"protocol.pre_vote", "false"},
      {"protocol.check_quorum", "false"},
      {"protocol.leader_stickiness", "false"}},
     Verdict::safety_violated,
     "election_started"},
    {"topologies/two-outsiders-plain.yaml",
     {{"protocol.pre_vote", "true"}},
     Verdict::liveness_missed,
     "leader_stepped_down"},
    {"topologies/two-outsiders-pre-vote.yaml",
     {{"protocol.pre_vote", "false"}},
     Verdict::safety_violated,
     "election_started"},
    {"topologies/two-outsiders-sticky.yaml",
     {{"protocol.leader_stickiness", "false"}},
     Verdict::safety_violated,
     "leader_changed"},
    // PreVote leaves no later term behind that could depose anybody.
    {"topologies/two-outsiders-sticky.yaml",
     {{"protocol.pre_vote", "true"}},
     Verdict::liveness_missed,
     "leader_stepped_down within"},
    {"topologies/leader-behind-bridge-pre-vote.yaml",
     {{"protocol.check_quorum", "true"}},
     Verdict::safety_violated,
     "commits > 0"},
    // Plain Raft is not blocked: the terms of 1 and 3 depose the leader by way of 2.
    {"topologies/leader-behind-bridge-pre-vote.yaml",
     {{"protocol.pre_vote", "false"}},
     Verdict::safety_violated,
     "election_started"},
    {"topologies/leader-behind-bridge-check-quorum.yaml",
     {{"protocol.check_quorum", "false"}},
     Verdict::liveness_missed,
     "leader_stepped_down"},
    // Who comes back under its name with an empty disk is lost to Raft: a leader that stays thinks
    // that it holds what it has lost.
    {"crashes/power-loss.yaml",
     {{"sweep.matrix", "{timeline.0.power_loss.nodes: [one]}"},
      {"timeline.0.power_loss.lose", "all"}},
     Verdict::liveness_missed,
     "logs_converged"},
    {"crashes/power-loss.yaml",
     {{"sweep.matrix", "{timeline.0.power_loss.nodes: [minority]}"},
      {"timeline.0.power_loss.lose", "all"}},
     Verdict::liveness_missed,
     "logs_converged"},
    // A majority with empty disks elects a leader without those who could tell it better.
    {"crashes/power-loss.yaml",
     {{"sweep.matrix", "{timeline.0.power_loss.nodes: [majority]}"},
      {"timeline",
       "[{name: dark, at: 4s, power_loss: {nodes: majority, lose: all}, for: 2s}, "
       "{at: 4s, crash: {nodes: 'except(all, dark.nodes)'}}]"}},
     Verdict::safety_violated,
     "durability"},
    {"crashes/power-loss.yaml",
     {{"sweep.matrix", "{timeline.0.power_loss.nodes: [all]}"},
      {"timeline.0.power_loss.lose", "all"}},
     Verdict::safety_violated,
     "durability"},
    // With everything spared nothing is proved.
    {"crashes/power-loss.yaml",
     {{"timeline.0.power_loss.lose", "nothing"}},
     Verdict::liveness_missed,
     "sometimes unsynced_lost"},
    {"crashes/process-crash.yaml",
     {{"sweep.matrix", "{timeline.0.crash.nodes: [one]}"}, {"timeline.0.crash.lose", "all"}},
     Verdict::safety_violated,
     "never unsynced_lost"},
    {"crashes/process-crash.yaml",
     {{"sweep.matrix", "{timeline.0.crash.nodes: [minority]}"}, {"timeline.0.crash.lose", "all"}},
     Verdict::safety_violated,
     "never unsynced_lost"},
    {"crashes/process-crash.yaml",
     {{"sweep.matrix", "{timeline.0.crash.nodes: [majority]}"}, {"timeline.0.crash.lose", "all"}},
     Verdict::safety_violated,
     "never unsynced_lost"},
    {"crashes/process-crash.yaml",
     {{"sweep.matrix", "{timeline.0.crash.nodes: [all]}"}, {"timeline.0.crash.lose", "all"}},
     Verdict::safety_violated,
     "durability"},
    {"crashes/process-crash.yaml",
     {{"timeline.0.crash.lose", "random"}},
     Verdict::safety_violated,
     "never unsynced_lost"},
    // By the slow clock a heartbeat every 117 ms, later than the fast followers may stand.
    {"clocks/skew.yaml",
     {{"protocol.heartbeat_interval", "70ms"},
      {"protocol.pre_vote", "false"},
      {"protocol.leader_stickiness", "false"}},
     Verdict::safety_violated,
     "never leader_changed"},
    {"clocks/skew.yaml",
     {{"protocol.heartbeat_interval", "70ms"}},
     Verdict::safety_violated,
     "never pre_vote_started"},
    {"clocks/leader-clock-freezes.yaml",
     {{"timeline.0.clock.nodes", "one(followers)"}},
     Verdict::liveness_missed,
     "leader_changed"},
    // The writes that stand in for heartbeats are gone.
    {"clocks/busy-leader-clock-freezes.yaml",
     {{"workload.0.rate", "2/s"}},
     Verdict::safety_violated,
     "never leader_changed"},
    {"clocks/long-pause.yaml",
     {{"timeline.0.pause.nodes", "one(followers)"}},
     Verdict::liveness_missed,
     "leader_changed"},
    {"clocks/long-pause.yaml",
     {{"protocol.reads", "local"}},
     Verdict::safety_violated,
     "linearizable"},
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

TEST_CASE("every scenario of the library has a counter-claim and is listed") {
  std::ifstream readme(library + "README.md");
  const std::string list(std::istreambuf_iterator<char>{readme}, {});
  std::set<std::string> claimed;
  for (const CounterClaim& claim : counter_claims) claimed.insert(claim.file);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(library)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string file = std::filesystem::relative(entry.path(), library).string();
    if (file.starts_with("common/")) continue;
    CAPTURE(file);
    CHECK(claimed.contains(file));
    CHECK(list.contains("| [" + file + "](" + file + ") |"));
  }
}
