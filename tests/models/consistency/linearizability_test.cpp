// Linearizability: small histories by hand, many by brute force, large ones with one fault in them.
#include "models/consistency/linearizability.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/models/consistency/order_oracle.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::Verdict;

namespace {

std::string spell(const History& history) {
  std::string text;
  for (std::uint32_t at = 0; at < history.operations().size(); ++at)
    text += "\n" + history.describe(consistency::OperationId{at});
  return text;
}

// Believing what is in the contradiction is too much, believing anything less is not.
void check_contradiction(const History& history, const consistency::Judgement& judgement) {
  testing::OrderOracle oracle(history);
  REQUIRE(judgement.contradiction.has_value());
  const auto& contradiction = *judgement.contradiction;
  CHECK(contradiction.minimal);
  CHECK_FALSE_MESSAGE(oracle.linearizable(contradiction.operations), spell(history));
  for (std::size_t at = 0; at < contradiction.operations.size(); ++at) {
    std::vector<consistency::OperationId> fewer = contradiction.operations;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
    CHECK_MESSAGE(oracle.linearizable(fewer), spell(history) << contradiction.explanation);
  }
}

}  // namespace

TEST_CASE("small histories are judged as brute force judges them") {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (std::uint32_t number = 0; number < 30'000; ++number) {
    const History history = testing::play(testing::small_history(number));
    const bool expected = testing::OrderOracle(history).linearizable();
    const auto judgement = consistency::check_linearizability(history);
    ++(expected ? good : bad);
    const Verdict verdict = expected ? Verdict::ok : Verdict::violated;
    if (judgement.verdict == Verdict::violated && !expected)
      check_contradiction(history, judgement);
    if (judgement.verdict == verdict) continue;
    FAIL_CHECK("history " << number << " is " << (expected ? "good" : "bad") << spell(history));
    break;
  }
  CHECK(good > 10'000);
  CHECK(bad > 8'000);
}
