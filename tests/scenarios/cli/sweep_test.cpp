// Many runs in one order, whatever the threads do: runs are made up here, and some of them fail.
#include "scenarios/run/sweep.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace splitvote::run {
namespace {

using reports::Verdict;

/// Two variants of ten seeds.
Sweep twenty_runs(const load::Scenario& scenario) {
  return {.file = "made-up.yaml",
          .variants = {{.scenario = &scenario,
                        .text = "a",
                        .first_seed = 5,
                        .replay_head = "splitvote run made-up.yaml",
                        .replay_tail = " --set x=a",
                        .replay_all = {}},
                       {.scenario = &scenario,
                        .text = "b",
                        .first_seed = 5,
                        .replay_head = "splitvote run made-up.yaml",
                        .replay_tail = " --set x=b",
                        .replay_all = {}}},
          .seeds = 10};
}

/// Later runs end sooner, so that several threads finish them out of order.
RunOutcome made_up(const RunRequest& request) {
  std::this_thread::sleep_for(std::chrono::microseconds(200 * (15 - request.seed)));
  RunOutcome outcome;
  outcome.summary.seed = request.seed;
  outcome.summary.variant = request.variant;
  outcome.summary.replay = request.replay;
  const bool bad = request.seed == 7 || request.seed == 9;
  if (bad) outcome.summary.verdict = Verdict::safety_violated;
  return outcome;
}

/// `a5 b5 a6 …`
std::string order(const PlayedSweep& played) {
  std::string text;
  for (const PlayedRun& run : played.runs)
    text += run.outcome.summary.variant + std::to_string(run.outcome.summary.seed) + " ";
  return text;
}

PlayedSweep play_one(const Sweep& sweep, PlayOptions options) {
  if (!options.runner) options.runner = made_up;
  return std::move(play({sweep}, options).front());
}

TEST_CASE("seeds are the outer loop, and the order does not hang on the number of threads") {
  const load::Scenario scenario;
  const std::string expected =
      "a5 b5 a6 b6 a7 b7 a8 b8 a9 b9 a10 b10 a11 b11 a12 b12 a13 b13 a14 b14 ";

  CHECK(order(play_one(twenty_runs(scenario), {.threads = 1})) == expected);
  CHECK(order(play_one(twenty_runs(scenario), {.threads = 7})) == expected);
}

TEST_CASE("no run behind the n-th failed one counts, whatever the number of threads") {
  const load::Scenario scenario;
  Sweep sweep = twenty_runs(scenario);
  sweep.stop_failures = 3;  // a7, b7, a9

  for (const unsigned threads : {1U, 2U, 8U}) {
    CAPTURE(threads);
    const PlayedSweep played = play_one(sweep, {.threads = threads});
    CHECK(order(played) == "a5 b5 a6 b6 a7 b7 a8 b8 a9 ");
    CHECK(played.ended_early == "3 runs had failed");
  }
}

TEST_CASE("a limit takes the first runs and is the whole sweep") {
  const load::Scenario scenario;
  Sweep sweep = twenty_runs(scenario);
  sweep.limit = 3;

  const PlayedSweep played = play_one(sweep, {.threads = 2});

  CHECK(order(played) == "a5 b5 a6 ");
  CHECK(played.planned == 3);
  CHECK(played.ended_early.empty());
}

TEST_CASE("the shards of several sweeps have every run once") {
  const load::Scenario scenario;
  Sweep small = twenty_runs(scenario);
  small.seeds = 1;
  const std::vector<Sweep> sweeps{small, twenty_runs(scenario), small};

  std::size_t runs = 0;
  std::vector<std::string> all;
  for (std::uint64_t shard = 0; shard < 7; ++shard) {
    const auto played = play(sweeps, {.threads = 2, .shard = {shard, 7}, .runner = made_up});
    for (std::size_t i = 0; i < played.size(); ++i) {
      runs += played[i].runs.size();
      for (const PlayedRun& run : played[i].runs)
        all.push_back(std::to_string(i) + " " + std::to_string(run.index));
    }
  }

  std::ranges::sort(all);
  CHECK(runs == 24);
  CHECK(std::ranges::unique(all).empty());
}

TEST_CASE("a shard has no more than one run more than another") {
  const load::Scenario scenario;
  Sweep single = twenty_runs(scenario);
  single.seeds = 1;
  single.limit = 1;

  const std::vector<Sweep> sweeps(5, single);
  const auto first = play(sweeps, {.shard = {0, 2}, .runner = made_up});
  const auto second = play(sweeps, {.shard = {1, 2}, .runner = made_up});

  const auto count = [](const std::vector<PlayedSweep>& played) {
    return std::ranges::count_if(played,
                                 [](const PlayedSweep& each) { return !each.runs.empty(); });
  };
  CHECK(count(first) == 3);
  CHECK(count(second) == 2);
}

TEST_CASE("the time of a sweep ends it after the runs that have begun, and leaves it open") {
  const load::Scenario scenario;
  Sweep sweep = twenty_runs(scenario);
  sweep.stop_wall = sim::nanoseconds(1);

  const PlayedSweep played = play_one(sweep, {.threads = 1});

  CHECK(order(played) == "a5 ");
  CHECK(played.ended_early.ends_with("was up"));
  CHECK(played.runs.back().outcome.summary.verdict == Verdict::inconclusive);
}

TEST_CASE("an interrupt begins no further run and leaves the sweep open") {
  const load::Scenario scenario;
  std::atomic<bool> interrupted{false};
  const auto third_interrupts = [&interrupted](const Progress& progress) {
    if (progress.done == 3) interrupted = true;
  };

  const PlayedSweep played =
      play_one(twenty_runs(scenario),
               {.threads = 1, .interrupted = &interrupted, .progress = third_interrupts});

  CHECK(order(played) == "a5 b5 a6 ");
  CHECK(played.ended_early == "it was interrupted");
  CHECK(played.runs.back().outcome.summary.verdict == Verdict::inconclusive);
}

TEST_CASE("a run that differs from itself is not deterministic, and both digests are told") {
  const load::Scenario scenario;
  std::atomic<std::uint64_t> calls{0};
  const auto fickle = [&calls](const RunRequest& request) {
    RunOutcome outcome;
    outcome.summary.seed = request.seed;
    outcome.summary.digest = {++calls, 0};
    return outcome;
  };
  Sweep sweep = twenty_runs(scenario);
  sweep.limit = 1;

  const PlayedSweep played = play_one(sweep, {.twice = true, .runner = fickle});

  const reports::RunSummary& summary = played.runs.front().outcome.summary;
  CHECK(summary.verdict == Verdict::nondeterministic);
  REQUIRE(summary.failures.size() == 1);
  CHECK(summary.failures.front().detail.contains(sim::to_hex(sim::Digest{1, 0})));
  CHECK(summary.failures.front().detail.contains(sim::to_hex(sim::Digest{2, 0})));
}

TEST_CASE("a run is replayed by its file, its seed and its settings") {
  const load::Scenario scenario;

  CHECK(twenty_runs(scenario).request(3).replay == "splitvote run made-up.yaml --seed 6 --set x=b");
}

TEST_CASE("what goes wrong in a thread is thrown where the sweep was asked for") {
  const load::Scenario scenario;
  const auto throws = [](const RunRequest&) -> RunOutcome { throw std::runtime_error("thrown"); };

  CHECK_THROWS_WITH(play_one(twenty_runs(scenario), {.threads = 3, .runner = throws}), "thrown");
}

TEST_CASE("a sweep of a billion seeds that is ended early takes no more than its runs") {
  const load::Scenario scenario;
  Sweep sweep = twenty_runs(scenario);
  sweep.seeds = 1'000'000'000;
  sweep.stop_failures = 1;

  CHECK(order(play_one(sweep, {.threads = 2})) == "a5 b5 a6 b6 a7 ");
}

}  // namespace
}  // namespace splitvote::run
