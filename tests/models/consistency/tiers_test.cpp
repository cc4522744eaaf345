// The two tiers and the two memories against each other, on histories too large for brute force.
#include <doctest/doctest.h>

#include "models/consistency/order_search.hpp"
#include "models/consistency/zones.hpp"
#include "tests/models/consistency/colliding_history.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::KeyOperations;
using consistency::Memory;
using consistency::Verdict;
using consistency::ZoneAnswer;

namespace {

// Two clients' answers have been exchanged, or nothing.
testing::PlainHistory disturbed_history(std::uint32_t seed, std::uint32_t values) {
  testing::PlainHistory plain = testing::simulate_store({.seed = seed,
                                                         .operations = 60,
                                                         .clients = 2 + seed % 7,
                                                         .values = values,
                                                         .swaps = seed % 3 * 15,
                                                         .unanswered = seed % 4 * 5});
  const std::size_t one = seed * 7 % plain.operations.size();
  const std::size_t other = (one + 1 + seed % 5) % plain.operations.size();
  if (seed % 2 == 0) std::swap(plain.operations[one].result, plain.operations[other].result);
  return plain;
}

void compare_tiers(std::uint32_t begin, std::uint32_t end) {
  std::uint32_t good = 0;
  std::uint32_t bad = 0;
  for (std::uint32_t seed = begin; seed < end; ++seed) {
    const History history = testing::play(disturbed_history(seed, 0));
    const KeyOperations keys(history);
    const auto operations = keys.of(keys.keys() - 1);
    consistency::ZoneCheck zones(history.values().size());
    consistency::Clash clash;
    const ZoneAnswer answer = zones.check(operations, history.initial(), clash);
    if (answer == ZoneAnswer::cannot_say) continue;
    consistency::OrderSearch search(history.values(), operations, history.initial(),
                                    Memory::hashed);
    const bool fits = search.run(1'000'000) == Verdict::ok;
    CHECK_MESSAGE(fits == (answer == ZoneAnswer::ok), "seed " << seed);
    ++(fits ? good : bad);
  }
  CHECK(good > (end - begin) / 3);
  CHECK(bad > (end - begin) / 6);
}

}  // namespace

TEST_CASE("zones and search agree wherever zones can say") { compare_tiers(0, 3'000); }

TEST_CASE("zones and search agree on a million histories" * doctest::test_suite("long") *
          doctest::skip()) {
  compare_tiers(1'000'000, 2'000'000);
}

TEST_CASE("the exact memory agrees with the hashed one, configuration by configuration") {
  std::uint32_t bad = 0;
  for (std::uint32_t seed = 0; seed < 1'000; ++seed) {
    const History history = testing::play(disturbed_history(seed, 3));
    const KeyOperations keys(history);
    const auto operations = keys.of(keys.keys() - 1);
    consistency::OrderSearch hashed(history.values(), operations, history.initial(),
                                    Memory::hashed);
    consistency::OrderSearch exact(history.values(), operations, history.initial(), Memory::exact);
    const Verdict verdict = hashed.run(1'000'000);
    CHECK(exact.run(1'000'000) == verdict);
    CHECK(exact.configurations() == hashed.configurations());
    bad += verdict == Verdict::violated ? 1 : 0;
  }
  CHECK(bad > 100);
}

TEST_CASE("the exact memory tells two configurations apart that share their 128 bits") {
  const auto judge = [](std::uint32_t way_read, Memory memory) {
    return consistency::check_linearizability(testing::colliding_history(way_read),
                                              {.memory = memory})
        .verdict;
  };

  CHECK(judge(0, Memory::hashed) == Verdict::violated);  // wrongly
  CHECK(judge(1, Memory::hashed) == Verdict::ok);
  CHECK(judge(0, Memory::exact) == Verdict::ok);
  CHECK(judge(1, Memory::exact) == Verdict::ok);
}

TEST_CASE("a true store's history is never refused, whatever it holds") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const testing::StoreSettings settings{.seed = seed,
                                          .content = static_cast<testing::Content>(seed % 3),
                                          .operations = 400,
                                          .clients = 2 + seed % 9,
                                          .keys = 1 + seed % 2,
                                          .values = seed % 4 * 2,
                                          .swaps = seed % 5 * 10,
                                          .removes = seed % 7,
                                          .unanswered = seed % 6};
    const History history = testing::play(testing::simulate_store(settings));
    const auto judgement = consistency::check_linearizability(history);
    CHECK_MESSAGE(judgement.verdict == Verdict::ok, "seed " << seed);
  }
}
