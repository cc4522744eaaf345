// What it costs to judge a history: many small ones, long ones, wide ones, and the memory for it.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "models/consistency/linearizability.hpp"
#include "models/consistency/models.hpp"
#include "tests/models/consistency/simulated_history.hpp"
#include "tests/models/consistency/simulated_transactions.hpp"

namespace splitvote::consistency {
namespace {

// The verdict is the question; an explanation is looked for once, by somebody who reads it.
void judge(benchmark::State& state, const std::vector<History>& histories, Verdict expected) {
  std::size_t operations = 0;
  std::uint64_t configurations = 0;
  for (const History& history : histories) operations += history.operations().size();
  for (auto _ : state) {
    configurations = 0;
    for (const History& history : histories) {
      const Judgement judgement =
          check_linearizability(history, {.explanation = Explanation::none});
      if (judgement.verdict != expected) state.SkipWithError("a wrong verdict");
      configurations += judgement.configurations;
    }
  }
  state.counters["configurations"] = static_cast<double>(configurations);
  state.counters["ns_per_operation"] = benchmark::Counter(
      static_cast<double>(operations) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void judge(benchmark::State& state, const testing::StoreSettings& settings) {
  judge(state, {testing::play(testing::simulate_store(settings))}, Verdict::ok);
}

// As the logs of etcd that Jepsen recorded: five clients, five values, many time-outs.
testing::PlainHistory small_log(std::uint64_t seed) {
  return testing::simulate_store(
      {.seed = seed, .operations = 85, .clients = 5, .values = 5, .swaps = 33, .unanswered = 15});
}

void BM_small_logs(benchmark::State& state) {
  std::vector<History> histories;
  for (std::uint64_t seed = 0; seed < 102; ++seed)
    histories.push_back(testing::play(small_log(seed)));
  judge(state, histories, Verdict::ok);
}
BENCHMARK(BM_small_logs)->Unit(benchmark::kMillisecond);

// The last read but a few tells another value, and only those that thereby contradict are taken.
void BM_small_bad_logs(benchmark::State& state) {
  std::vector<History> histories;
  for (std::uint64_t seed = 0; histories.size() < 102; ++seed) {
    testing::PlainHistory plain = small_log(seed);
    for (std::size_t at = 60; at < plain.operations.size(); ++at) {
      auto& operation = plain.operations[at];
      if (operation.kind != OperationKind::read || operation.outcome != Outcome::ok) continue;
      operation.result = {testing::PlainValue::Form::text,
                          {static_cast<std::uint32_t>(seed % 5 + 1)}};
      break;
    }
    History history = testing::play(plain);
    if (check_linearizability(history).verdict == Verdict::violated)
      histories.push_back(std::move(history));
  }
  judge(state, histories, Verdict::violated);
}
BENCHMARK(BM_small_bad_logs)->Unit(benchmark::kMillisecond);

void BM_thousand_keys(benchmark::State& state) {
  judge(state, {.seed = 1, .operations = 1'000'000, .clients = 10, .keys = 1'000});
}
BENCHMARK(BM_thousand_keys)->Unit(benchmark::kMillisecond);

void BM_one_key(benchmark::State& state) {
  judge(state, {.seed = 1, .operations = 100'000, .clients = 10});
}
BENCHMARK(BM_one_key)->Unit(benchmark::kMillisecond);

void BM_versions(benchmark::State& state) {
  judge(state, {.seed = 1,
                .operations = static_cast<std::size_t>(state.range(0)),
                .clients = 10,
                .keys = static_cast<std::uint32_t>(state.range(1)),
                .versions = true});
}
BENCHMARK(BM_versions)->Args({1'000'000, 1'000})->Args({100'000, 1})->Unit(benchmark::kMillisecond);

void BM_twenty_clients(benchmark::State& state) {
  judge(state, {.seed = 1,
                .operations = 1'000,
                .clients = 20,
                .values = static_cast<std::uint32_t>(state.range(0))});
}
BENCHMARK(BM_twenty_clients)->Arg(0)->Arg(5)->Unit(benchmark::kMillisecond);

void BM_compare_and_swap(benchmark::State& state) {
  judge(state, {.seed = static_cast<std::uint64_t>(state.range(0)),
                .operations = 10'000,
                .clients = 20,
                .values = 5,
                .swaps = 33});
}
BENCHMARK(BM_compare_and_swap)->Arg(1)->Arg(2)->Arg(3)->Unit(benchmark::kMillisecond);

// Three hundred of ten thousand have no answer, so configurations differ in what they have used.
void BM_unanswered(benchmark::State& state) {
  judge(
      state,
      {.seed = 0, .operations = 10'000, .clients = 30, .values = 30, .swaps = 30, .unanswered = 3});
}
BENCHMARK(BM_unanswered)->Unit(benchmark::kMillisecond);

void BM_texts(benchmark::State& state) {
  judge(state,
        {.seed = 1, .content = testing::Content::texts, .operations = 10'000, .clients = 10});
}
BENCHMARK(BM_texts)->Unit(benchmark::kMillisecond);

// Twenty sessions on a hundred keys: the models without real time.
void BM_weak(benchmark::State& state, const char* name) {
  const History history = testing::play(
      testing::simulate_store({.seed = 1, .operations = 100'000, .clients = 20, .keys = 100}));
  const Model* model = find_model(name);
  for (auto _ : state)
    if (model->check(history, {}).verdict != Verdict::ok) state.SkipWithError("a wrong verdict");
  state.counters["ns_per_operation"] = benchmark::Counter(
      100'000 * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(BM_weak, sequential, "sequential")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak, causal_memory, "causal-memory")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak, causal_convergence, "causal-convergence")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak, pram, "pram")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak, monotonic_reads, "monotonic-reads")->Unit(benchmark::kMillisecond);

// As a run of ten thousand operations in an open loop, whose lanes are sessions: few operations
// each.
void BM_many_sessions(benchmark::State& state, const char* name) {
  const History history = testing::play(
      testing::simulate_store({.seed = 1, .operations = 10'000, .clients = 250, .keys = 24}));
  const Model* model = find_model(name);
  for (auto _ : state)
    if (model->check(history, {}).verdict != Verdict::ok) state.SkipWithError("a wrong verdict");
  state.counters["ns_per_operation"] = benchmark::Counter(
      10'000 * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(BM_many_sessions, causal_memory, "causal-memory")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_many_sessions, causal_convergence, "causal-convergence")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_many_sessions, pram, "pram")->Unit(benchmark::kMillisecond);

// Twenty sessions on so many keys with lists. Every read tells the whole list: of a thousand keys,
// whose lists grow to fifty elements, a million and a quarter are told, of a hundred keys twelve
// millions.
void BM_weak_lists(benchmark::State& state, const char* name) {
  const History history =
      testing::play(testing::simulate_store({.seed = 1,
                                             .content = testing::Content::lists,
                                             .operations = 100'000,
                                             .clients = 20,
                                             .keys = static_cast<std::uint32_t>(state.range(0))}));
  const Model* model = find_model(name);
  for (auto _ : state)
    if (model->check(history, {}).verdict != Verdict::ok) state.SkipWithError("a wrong verdict");
  state.counters["ns_per_operation"] = benchmark::Counter(
      100'000 * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(BM_weak_lists, sequential, "sequential")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, causal_memory, "causal-memory")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, causal_convergence, "causal-convergence")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, causal, "causal")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, pram, "pram")->Arg(1'000)->Arg(100)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, writes_follow_reads, "writes-follow-reads")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, monotonic_writes, "monotonic-writes")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, monotonic_reads, "monotonic-reads")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, read_your_writes, "read-your-writes")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lists, strong_convergence, "strong-convergence")
    ->Arg(1'000)
    ->Arg(100)
    ->Unit(benchmark::kMillisecond);

// As a store whose eight clients each lag behind one order of all operations, one more than the
// other: linearizable it is not, and nothing but what must come before what says that it is
// sequential.
void BM_weak_lagging(benchmark::State& state, testing::Content content) {
  const History history = testing::play(testing::lagging(
      testing::simulate_store(
          {.seed = 1, .content = content, .operations = 3'000, .clients = 8, .keys = 20}),
      300));
  const Model* model = find_model("sequential");
  for (auto _ : state)
    if (model->check(history, {}).verdict != Verdict::ok) state.SkipWithError("a wrong verdict");
}
BENCHMARK_CAPTURE(BM_weak_lagging, registers, testing::Content::registers)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_lagging, lists, testing::Content::lists)->Unit(benchmark::kMillisecond);

// As a run of ten thousand operations whose reads are stale again and again, with the explanation.
void BM_weak_violated(benchmark::State& state, const char* name) {
  testing::PlainHistory plain = testing::simulate_store(
      {.seed = 1, .operations = 10'000, .clients = 8, .keys = 8, .swaps = 5});
  for (std::uint64_t seed = 0; seed < 500; ++seed)
    (void)testing::plant(testing::HistoryFault::stale_read, seed, plain);
  const History history = testing::play(plain);
  const Model* model = find_model(name);
  for (auto _ : state)
    if (model->check(history, {}).verdict != Verdict::violated)
      state.SkipWithError("a wrong verdict");
}
BENCHMARK_CAPTURE(BM_weak_violated, sequential, "sequential")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_violated, causal_memory, "causal-memory")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_violated, causal_convergence, "causal-convergence")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_violated, causal, "causal")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_weak_violated, pram, "pram")->Unit(benchmark::kMillisecond);

// Registers, of twenty clients with up to four accesses in a transaction. Of ten thousand nothing
// but real time tells within a budget of millions that they are serializable.
void BM_transactions(benchmark::State& state, const char* name) {
  const TransactionHistory history =
      testing::simulate_transactions({.seed = 1,
                                      .transactions = static_cast<std::size_t>(state.range(0)),
                                      .clients = 20,
                                      .keys = 1'000});
  const TransactionModel* model = find_transaction_model(name);
  for (auto _ : state)
    if (model->check(history, {}).verdict != Verdict::ok) state.SkipWithError("a wrong verdict");
}
BENCHMARK_CAPTURE(BM_transactions, strict_serializable, "strict-serializable")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_transactions, serializable, "serializable")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_transactions, snapshot_isolation, "snapshot-isolation")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace splitvote::consistency

BENCHMARK_MAIN();
