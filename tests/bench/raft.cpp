// Raft in the world: idle and loaded clusters, failovers, first leaders and snapshots, with every
// check on. README.md beside this file says what each figure means.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "models/check/client_models.hpp"
#include "scenarios/cli/memory.hpp"
#include "tests/bench/stage.hpp"

namespace splitvote {
namespace {

using sim::NodeId;

/// A trace file that is gone when this is.
class ScratchTrace {
 public:
  ScratchTrace() : writer_(sim::TraceWriter::create(path(), {"{}", 8, {}}).value()) {}
  ~ScratchTrace() { std::remove((path() + ".part").c_str()); }
  [[nodiscard]] sim::TraceWriter& writer() { return writer_; }

 private:
  static std::string path() {
    const char* directory = std::getenv("TMPDIR");
    return std::string(directory == nullptr ? "/tmp" : directory) + "/splitvote-bench-" +
           std::to_string(::getpid()) + ".trace";
  }

  sim::TraceWriter writer_;
};

enum class Trace { off, on };

void set_rate(benchmark::State& state, const char* name, double count) {
  state.counters[name] = benchmark::Counter(count, benchmark::Counter::kIsRate);
}
void set_ns_per_message(benchmark::State& state, double messages) {
  state.counters["ns_per_message"] = benchmark::Counter(
      messages * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void idle(benchmark::State& state, Trace trace) {
  Stage stage({.servers = static_cast<std::uint16_t>(state.range(0))});
  stage.run_for(sim::seconds(2));
  ScratchTrace scratch;
  if (trace == Trace::on) stage.observer.trace_to(scratch.writer());
  const double before = stage.delivered();
  for (auto _ : state) stage.run_for(sim::seconds(1));
  set_rate(state, "simulated_s_per_s", static_cast<double>(state.iterations()));
  set_ns_per_message(state, stage.delivered() - before);
}

void BM_idle(benchmark::State& state) { idle(state, Trace::off); }
BENCHMARK(BM_idle)->Arg(3)->Arg(5);

void BM_idle_traced(benchmark::State& state) { idle(state, Trace::on); }
BENCHMARK(BM_idle_traced)->Arg(5);

struct Load {
  std::uint16_t servers = 3;
  std::uint32_t outstanding = 1;  // lanes of one client, as a pool of connections has
  raft::ProcessOptions raft;
  Trace trace = Trace::off;
};

void load(benchmark::State& state, const Load& load) {
  Stage fresh(
      {.servers = load.servers, .clients = 1, .lanes = load.outstanding, .raft = load.raft});
  fresh.run_for(sim::seconds(1));
  const sim::Duration span = load.outstanding == 1 ? sim::seconds(10) : sim::seconds(2);
  double messages = 0;
  double commits = 0;
  for (auto _ : state) {
    state.PauseTiming();
    {
      Stage stage = fresh;
      ScratchTrace scratch;
      if (load.trace == Trace::on) stage.observer.trace_to(scratch.writer());
      state.ResumeTiming();
      stage.run_for(span);
      state.PauseTiming();
      messages += stage.delivered() - fresh.delivered();
      commits += static_cast<double>(stage.observer.commits - fresh.observer.commits);
    }
    state.ResumeTiming();
  }
  set_rate(state, "commits_per_s", commits);
  set_ns_per_message(state, messages);
}

Load servers_and_outstanding(const benchmark::State& state) {
  return {.servers = static_cast<std::uint16_t>(state.range(0)),
          .outstanding = static_cast<std::uint32_t>(state.range(1))};
}

void BM_load(benchmark::State& state) { load(state, servers_and_outstanding(state)); }
BENCHMARK(BM_load)->Args({3, 1})->Args({5, 1})->Args({3, 64})->Args({5, 64});

// An entry per message and no limit to how many are under way: what an implementation sends that
// passes each command on as it comes.
void BM_load_unbatched(benchmark::State& state) {
  Load single = servers_and_outstanding(state);
  single.raft.core.batch_entries_max = 1;
  single.raft.core.inflight_messages_max = 2 * single.outstanding;
  load(state, single);
}
BENCHMARK(BM_load_unbatched)->Args({3, 64})->Args({5, 64});

void BM_load_traced(benchmark::State& state) {
  Load traced = servers_and_outstanding(state);
  traced.trace = Trace::on;
  load(state, traced);
}
BENCHMARK(BM_load_traced)->Args({5, 1})->Args({5, 64});

enum class Checking { none, steps, models };

// The same run without checks, with those of every step, and with those and what judges its history
// at the end.
void BM_checked(benchmark::State& state, Checking checking) {
  Stage fresh({.servers = 5,
               .clients = 4,
               .lanes = 4,
               .mix = {.get = 50, .put = 45, .compare_and_swap = 5},
               .keys = sim::Zipf::create(100, {9, 10}).value()});
  fresh.observer.checking = checking != Checking::none;
  fresh.run_for(sim::seconds(1));
  std::vector<const consistency::Model*> models;
  for (const char* name : {"sequential", "causal", "pram", "monotonic-reads"})
    models.push_back(consistency::find_model(name));
  double messages = 0;
  for (auto _ : state) {
    state.PauseTiming();
    {
      Stage stage = fresh;
      state.ResumeTiming();
      stage.run_for(sim::seconds(5));
      if (checking == Checking::models) {
        check::Checks& checks = stage.observer.checks;
        checks.finish(stage.world.moment(), check::LinearizabilityBudget{});
        benchmark::DoNotOptimize(check::judge_models(checks.history(), check::NodeNames(), models));
      }
      state.PauseTiming();
      messages += stage.delivered() - fresh.delivered();
    }
    state.ResumeTiming();
  }
  set_ns_per_message(state, messages);
}
BENCHMARK_CAPTURE(BM_checked, none, Checking::none);
BENCHMARK_CAPTURE(BM_checked, steps, Checking::steps);
BENCHMARK_CAPTURE(BM_checked, models, Checking::models);

// Another cluster each time, because how an election goes depends on the seed.
void BM_failover(benchmark::State& state) {
  const std::vector<Stage> fresh = clusters_with_leaders(64);
  std::vector<Stage> stages;
  for (auto _ : state) {
    state.PauseTiming();
    stages = fresh;
    state.ResumeTiming();
    for (Stage& stage : stages) {
      stage.world.crash(stage.observer.leader, {}, stage.observer);
      stage.run_until_leader_commits();
    }
  }
  const auto failovers =
      static_cast<double>(fresh.size()) * static_cast<double>(state.iterations());
  set_rate(state, "failovers_per_s", failovers);
}
BENCHMARK(BM_failover);

// Sixteen in one cluster; each killed server comes back and reads its log during the next one.
void BM_failover_and_return(benchmark::State& state) {
  const std::vector<Stage> fresh = clusters_with_leaders(4);
  std::vector<Stage> stages;
  constexpr int failovers_each = 16;  // so that the logs stay as short as in a young cluster
  for (auto _ : state) {
    state.PauseTiming();
    stages = fresh;
    state.ResumeTiming();
    for (Stage& stage : stages) {
      for (int i = 0; i < failovers_each; ++i) {
        const NodeId killed = stage.observer.leader;
        stage.world.crash(killed, {}, stage.observer);
        stage.run_until_leader_commits();
        stage.world.schedule_start(killed);
      }
    }
  }
  const double failovers = static_cast<double>(fresh.size()) * failovers_each;
  set_rate(state, "failovers_per_s", failovers * static_cast<double>(state.iterations()));
}
BENCHMARK(BM_failover_and_return);

void BM_first_leader(benchmark::State& state) {
  std::uint64_t seed = 0;
  for (auto _ : state) {
    Stage stage({.servers = 5, .seed = ++seed});
    stage.run_until_leader_commits();
    benchmark::DoNotOptimize(stage.world.digest());
  }
}
BENCHMARK(BM_first_leader)->Unit(benchmark::kMicrosecond);

void BM_snapshot(benchmark::State& state) {
  Stage stage({.servers = 5});
  stage.run_for(sim::seconds(2));
  for (auto _ : state) {
    sim::World copy = stage.world;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_snapshot)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace splitvote

int main(int argc, char** argv) {
  splitvote::cli::keep_freed_memory();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
