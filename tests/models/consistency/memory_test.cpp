// What a history and its judgement hold in memory, by the byte.
#include <doctest/doctest.h>

#include "models/consistency/linearizability.hpp"
#include "tests/models/consistency/simulated_history.hpp"
#include "tests/support/allocation_count.hpp"

using namespace splitvote;

namespace {

struct Held {
  std::uint64_t by_history = 0;
  std::uint64_t while_judged = 0;  // with the history
};

// Per operation.
Held measure(const testing::StoreSettings& settings) {
  const testing::PlainHistory plain = testing::simulate_store(settings);
  const std::uint64_t before = live_bytes;
  const consistency::History history = testing::play(plain);
  const std::uint64_t held = live_bytes - before;
  live_bytes_max = live_bytes;
  const auto judgement = consistency::check_linearizability(history);
  REQUIRE(judgement.verdict == consistency::Verdict::ok);
  REQUIRE(judgement.configurations == 0);
  return {held / settings.operations, (live_bytes_max - before) / settings.operations};
}

}  // namespace

TEST_CASE("zones hold at most 200 bytes an operation, the history included") {
  for (const std::uint32_t keys : {1u, 100u}) {
    const Held held = measure({.seed = 1, .operations = 100'000, .keys = keys});
    CAPTURE(held.by_history);
    CHECK(held.while_judged <= 200);
  }
}
