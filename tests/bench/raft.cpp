// Raft in the world: idle and loaded clusters, failovers, first leaders and snapshots, with every check on.
#include <benchmark/benchmark.h>

#include "models/check/checks.hpp"
#include "models/notes.hpp"
#include "tests/support/cluster.hpp"

namespace splitvote {
namespace {

using sim::NodeId;

/// The checks of every run, and what the measurements need: the last leader and the commits.
class Observer final : public sim::Watcher {
 public:
  bool on_note(const sim::Moment& moment, NodeId node, const sim::Note& note) override {
    checks.on_note(moment, node, note);
    const auto type = static_cast<models::NoteType>(note.kind);
    if (type == models::NoteType::role && note.a == static_cast<std::uint64_t>(models::Role::leader)) {
      leader = node;
      leader_term = note.b;
    }
    if (type == models::NoteType::committed && node == leader && note.b == leader_term) {
      committed_term = note.b;
      commits = note.a;
      return stop_on_commit;
    }
    return false;
  }
  void on_node(const sim::Moment& moment, NodeId node, sim::RecordKind what, std::uint64_t detail) override {
    checks.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record&) override { ++records; }
  [[nodiscard]] bool recording() const override { return false; }

  check::Checks checks;
  NodeId leader = sim::no_node;
  std::uint64_t leader_term = 0;
  std::uint64_t committed_term = 0;
  std::uint64_t commits = 0;
  std::uint64_t records = 0;
  bool stop_on_commit = false;
};

std::uint64_t delivered(const sim::World& world) {
  std::uint64_t sum = 0;
  for (std::uint8_t kind = 0; kind < sim::message_kinds_max; ++kind) {
    sum += world.network().count(sim::MessageKind{kind}, sim::Fate::delivered);
  }
  return sum;
}

void run_until_leader_commits(sim::World& world, Observer& observer) {
  const std::uint64_t before = observer.committed_term;
  observer.stop_on_commit = true;
  while (observer.committed_term == before) {
    (void)world.advance(world.now() + sim::seconds(60), observer);
  }
  observer.stop_on_commit = false;
}

void BM_idle(benchmark::State& state) {
  sim::World world = make_cluster({.servers = static_cast<std::uint16_t>(state.range(0))});
  Observer observer;
  (void)world.advance(sim::Instant{} + sim::seconds(2), observer);
  const std::uint64_t before = delivered(world);
  for (auto _ : state) (void)world.advance(world.now() + sim::seconds(1), observer);
  const auto messages = static_cast<double>(delivered(world) - before);
  state.counters["simulated_s_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["ns_per_message"] =
      benchmark::Counter(messages * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_idle)->Arg(3)->Arg(5);

void BM_load(benchmark::State& state) {
  // One client node per lane would cost the same; one client with all lanes is what a pooled connection looks like.
  const auto outstanding = static_cast<std::uint32_t>(state.range(0));
  const sim::World fresh = make_cluster({.servers = 3, .clients = 1, .lanes = outstanding});
  std::uint64_t messages = 0;
  std::uint64_t commits = 0;
  for (auto _ : state) {
    state.PauseTiming();
    sim::World world = fresh;
    Observer observer;
    (void)world.advance(sim::Instant{} + sim::seconds(2), observer);
    const std::uint64_t messages_before = delivered(world);
    const std::uint64_t commits_before = observer.commits;
    state.ResumeTiming();
    (void)world.advance(world.now() + sim::seconds(5), observer);
    messages += delivered(world) - messages_before;
    commits += observer.commits - commits_before;
  }
  state.counters["commits_per_s"] = benchmark::Counter(static_cast<double>(commits), benchmark::Counter::kIsRate);
  state.counters["ns_per_message"] = benchmark::Counter(
      static_cast<double>(messages) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_load)->Arg(1)->Arg(64)->Unit(benchmark::kMillisecond);

void BM_failover(benchmark::State& state) {
  sim::World base = make_cluster({.servers = 5});
  Observer base_observer;
  run_until_leader_commits(base, base_observer);
  constexpr int failovers = 16;  // then a fresh copy, so that the logs stay as short as in a young cluster
  for (auto _ : state) {
    state.PauseTiming();
    sim::World world = base;
    Observer observer = base_observer;
    state.ResumeTiming();
    for (int i = 0; i < failovers; ++i) {
      const NodeId killed = observer.leader;
      world.crash(killed, {}, observer);
      run_until_leader_commits(world, observer);
      world.schedule_start(killed);
    }
  }
  state.counters["failovers_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * failovers, benchmark::Counter::kIsRate);
}
BENCHMARK(BM_failover);

void BM_first_leader(benchmark::State& state) {
  std::uint64_t seed = 0;
  for (auto _ : state) {
    sim::World world = make_cluster({.servers = 5, .seed = ++seed});
    Observer observer;
    run_until_leader_commits(world, observer);
    benchmark::DoNotOptimize(world.digest());
  }
}
BENCHMARK(BM_first_leader)->Unit(benchmark::kMicrosecond);

void BM_snapshot(benchmark::State& state) {
  sim::World world = make_cluster({.servers = 5});
  Observer observer;
  (void)world.advance(sim::Instant{} + sim::seconds(2), observer);
  for (auto _ : state) {
    sim::World copy = world;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_snapshot)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace splitvote

BENCHMARK_MAIN();
