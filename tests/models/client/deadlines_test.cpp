// The deadlines against a linear search.
#include "models/client/deadlines.hpp"

#include <doctest/doctest.h>

#include <map>

#include "sim/random/stream.hpp"

using namespace splitvote;
using client::Deadlines;

TEST_CASE("the earliest deadline comes first, and of equal ones the lowest slot") {
  Deadlines deadlines(4);
  deadlines.set(3, {20});
  deadlines.set(2, {10});
  deadlines.set(1, {10});

  CHECK(deadlines.slot() == 1);
  CHECK(deadlines.when().ns == 10);
}

TEST_CASE("a deadline that was moved or cleared leaves nothing behind") {
  Deadlines deadlines(2);
  deadlines.set(0, {10});
  deadlines.set(0, {30});
  deadlines.set(1, {20});
  deadlines.clear(1);
  deadlines.clear(1);

  CHECK(deadlines.when().ns == 30);
  deadlines.clear(0);
  CHECK(deadlines.empty());
}

TEST_CASE("any sequence of changes agrees with a search through all slots") {
  sim::Stream stream(1, {.purpose = sim::Purpose::first_model_purpose});
  constexpr std::uint32_t slots = 37;
  Deadlines deadlines(slots);
  std::map<std::uint32_t, std::int64_t> expected;
  int wrong = 0;
  for (int round = 0; round < 50'000; ++round) {
    const auto slot = static_cast<std::uint32_t>(sim::below(stream.draw(), slots));
    if (sim::below(stream.draw(), 3) == 0) {
      deadlines.clear(slot);
      expected.erase(slot);
    } else {
      const std::int64_t when = sim::uniform(stream, 0, 60);
      deadlines.set(slot, {when});
      expected[slot] = when;
    }
    if (deadlines.empty() != expected.empty()) ++wrong;
    if (expected.empty() || deadlines.empty()) continue;
    std::pair<std::int64_t, std::uint32_t> first{INT64_MAX, 0};
    for (const auto& [other, when] : expected) first = std::min(first, {when, other});
    wrong += first != std::pair{deadlines.when().ns, deadlines.slot()} ? 1 : 0;
  }

  CHECK(wrong == 0);
}
