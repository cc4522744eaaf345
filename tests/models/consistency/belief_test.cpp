// What is left of a key's operations if few are believed, and what is told where those are found
// among thousands.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/consistency/belief.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/listing.hpp"
#include "models/consistency/order_search.hpp"
#include "tests/models/consistency/dice.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::KeyOperation;
using consistency::Outcome;
using consistency::Verdict;

namespace {

Verdict search(const History& history, std::span<const KeyOperation> operations) {
  consistency::OrderSearch orders(history.values(), operations, history.initial(),
                                  consistency::Memory::hashed);
  return orders.run(1'000'000);
}

testing::PlainHistory of_few_values(std::uint64_t seed, std::size_t operations,
                                    std::uint32_t swaps) {
  return testing::simulate_store(
      {.seed = seed, .operations = operations, .clients = 4, .values = 4, .swaps = swaps});
}

/// The first read from there on is told another one of four values.
void mislead(testing::PlainHistory& plain, std::size_t from) {
  for (std::size_t at = from; at < plain.operations.size(); ++at) {
    testing::PlainOperation& one = plain.operations[at];
    if (one.kind != consistency::OperationKind::read || one.outcome != Outcome::ok) continue;
    const std::uint32_t told = one.result.words.empty() ? 0 : one.result.words.front();
    one.result = {testing::PlainValue::Form::text, {(told + 1) % 4 + 1}};
    return;
  }
}

struct Count {
  int ok = 0;
  int violated = 0;
  int forgetful = 0;  // something was forgotten
  int inexact = 0;
};

Count compare_pasts(std::uint32_t swaps) {
  Count count;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    testing::PlainHistory plain = of_few_values(seed, 30, swaps);
    mislead(plain, 20);
    const History history = testing::play(plain);
    const consistency::KeyOperations keys(history);
    const auto operations = keys.of(keys.keys() - 1);
    testing::Dice dice(seed, 11);
    std::vector<std::uint32_t> believed;
    for (auto at = dice.below(20); at < operations.size(); ++at)
      if (dice.percent(70)) believed.push_back(at);
    const auto before = consistency::relax(operations, believed);
    const auto after = consistency::forget_past(operations, believed);

    const Verdict exact = search(history, before);
    const Verdict verdict = search(history, after.operations);
    if (verdict == Verdict::violated) CHECK_MESSAGE(exact == Verdict::violated, "seed " << seed);
    if (after.exact) CHECK_MESSAGE(exact == verdict, "seed " << seed);
    ++(verdict == Verdict::ok ? count.ok : count.violated);
    count.forgetful += after.operations.size() < before.size() ? 1 : 0;
    count.inexact += after.exact ? 0 : 1;
  }
  return count;
}

}  // namespace

TEST_CASE("what contradicts without a past does with it, and of writes the other way round") {
  const Count count = compare_pasts(0);
  CHECK(count.ok > 500);
  CHECK(count.violated > 500);
  CHECK(count.forgetful > 1'000);
  CHECK(count.inexact == 0);
}

TEST_CASE("what contradicts without a past with swaps in it does with it") {
  const Count count = compare_pasts(40);
  CHECK(count.ok > 500);
  CHECK(count.violated > 500);
  CHECK(count.forgetful > 500);
  CHECK(count.inexact > 500);
}

TEST_CASE("behind thousands of operations with few values a few are told that contradict") {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 13; ++seed) {
    testing::PlainHistory plain = testing::simulate_store(
        {.seed = seed, .operations = 10'000, .clients = 20, .values = 5, .swaps = 33});
    mislead(plain, 9'000);
    const auto judgement = check_linearizability(testing::play(plain));
    if (judgement.verdict != Verdict::violated) continue;
    ++refused;
    CHECK_MESSAGE(judgement.contradiction->minimal, "seed " << seed);
    CHECK_MESSAGE(judgement.contradiction->operations.size() <= 20, "seed " << seed);
    CHECK_MESSAGE(judgement.configurations < 1'000'000, "seed " << seed);
  }
  CHECK(refused == 2);
}

TEST_CASE("of many that contradict the last ones are told, and that fewer may be enough") {
  const auto number = [](std::size_t at) { return std::to_string(at); };

  CHECK(consistency::listed(2, true, number) == ": 0; 1.");
  CHECK(consistency::listed(2, false, number) ==
        ": 0; 1. Fewer of them may be enough; the search for those ended.");
  CHECK(consistency::listed(22, true, number) ==
        ", 22 of which the last 20 are told here: 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12; 13; 14; 15; "
        "16; 17; 18; 19; 20; 21.");
}
