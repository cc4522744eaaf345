// What one event costs the bare engine: pop, execute with the digest on, schedule the next one.
#include <benchmark/benchmark.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sim/engine/engine.hpp"

namespace splitvote::sim {
namespace {

enum class Increments { exponential, protocol };

// The increments are drawn beforehand: the benchmark measures the engine, not a distribution.
std::vector<std::int64_t> draw_increments(Increments kind) {
  std::mt19937_64 random(7);
  std::vector<std::int64_t> increments(1 << 14);
  std::exponential_distribution<double> exponential(1e-6);  // mean 1 ms
  std::uniform_int_distribution<std::int64_t> near(400'000, 600'000);
  std::uniform_int_distribution<std::int64_t> far(150'000'000, 300'000'000);
  for (std::int64_t& increment : increments) {
    if (kind == Increments::exponential)
      increment = 1 + static_cast<std::int64_t>(exponential(random));
    else
      increment = random() % 8 == 0 ? far(random) : near(random);
  }
  return increments;
}

// The hold model: the number of pending events stays what it is.
void hold(benchmark::State& state, Increments kind) {
  const std::vector<std::int64_t> increments = draw_increments(kind);
  const auto pending = static_cast<std::size_t>(state.range(0));
  Engine engine;
  std::size_t draws = 0;
  const auto step = [&] {
    EventKey key;
    Event event;
    if (!engine.next(end_of_time, key, event)) state.SkipWithError("the queue ran dry");
    engine.execute(key, event);
    const Duration wait{increments[draws++ & (increments.size() - 1)]};
    engine.schedule(engine.now() + wait,
                    {EventKind::timer, NodeId{1}, event.slot, draws, engine.current()});
  };
  for (std::size_t count = 0; count < pending; ++count) {
    engine.schedule(Instant{increments[count & (increments.size() - 1)]},
                    {EventKind::timer, NodeId{1}, static_cast<std::uint32_t>(count)});
  }
  for (std::size_t count = 0; count < 3 * pending; ++count) step();
  for (auto _ : state) step();
  benchmark::DoNotOptimize(engine.digest());
  state.SetItemsProcessed(state.iterations());
}

void BM_engine(benchmark::State& state) { hold(state, Increments::exponential); }
BENCHMARK(BM_engine)->Arg(10)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(BM_engine)->Arg(50)->Arg(300)->Arg(3'000)->Arg(10'000)->Arg(30'000);

void BM_engine_protocol(benchmark::State& state) { hold(state, Increments::protocol); }
BENCHMARK(BM_engine_protocol)->Arg(10)->Arg(50)->Arg(1'000)->Arg(100'000);

void BM_engine_copy(benchmark::State& state) {
  Engine engine;
  for (std::int64_t count = 0; count < state.range(0); ++count)
    engine.schedule(Instant{(count * 7'919) % 100'000}, {});
  for (auto _ : state) {
    Engine copy = engine;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_engine_copy)->Arg(10)->Arg(50)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace splitvote::sim

BENCHMARK_MAIN();
