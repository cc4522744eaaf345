// The steps of an explanation, as pictures take them, against the history itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/weak_history.hpp"

using namespace splitvote;
using consistency::Arrow;
using consistency::Because;
using consistency::Contradiction;
using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;

namespace {

bool wrote(const Operation& operation, consistency::ValueId value) {
  const bool writes =
      operation.kind == OperationKind::write || operation.kind == OperationKind::compare_and_swap;
  return writes && operation.outcome != consistency::Outcome::mismatch &&
         operation.argument == value;
}

// What can be read off two operations alone; the other reasons are conclusions.
bool is_true(const History& history, const Arrow& arrow) {
  const Operation& earlier = history.operation(arrow.earlier);
  const Operation& later = history.operation(arrow.later);
  if (arrow.because == Because::session)
    return earlier.session == later.session && earlier.invoked < later.invoked;
  if (arrow.because == Because::seen) {
    const bool reads = later.kind == OperationKind::read;
    return earlier.key == later.key && wrote(earlier, reads ? later.result : later.expected);
  }
  return true;
}

void check_arrows(const History& history, const Contradiction& contradiction) {
  const bool circle = contradiction.explanation.starts_with("each of these");
  for (const Arrow& arrow : contradiction.arrows) {
    if (!circle) CHECK(arrow.earlier != arrow.later);
    for (const OperationId end : {arrow.earlier, arrow.later})
      CHECK(std::ranges::find(contradiction.operations, end) != contradiction.operations.end());
    CHECK_MESSAGE(is_true(history, arrow), contradiction.explanation << testing::spell(history));
  }
  if (!circle) return;
  const auto& arrows = contradiction.arrows;
  const auto end = std::ranges::find(arrows, arrows.front().earlier, &Arrow::later);
  REQUIRE(end != arrows.end());
  for (auto arrow = arrows.begin(); arrow != end; ++arrow)
    CHECK(arrow->later == std::next(arrow)->earlier);
}

}  // namespace

TEST_CASE("what a read had to know and did not see are two arrows") {
  const History history = testing::sessions({"w(x)1 r(x)nil"});
  const auto judgement = consistency::find_model("read-your-writes")->check(history, {});

  REQUIRE(judgement.contradiction.has_value());
  const auto& arrows = judgement.contradiction->arrows;
  REQUIRE(arrows.size() == 2);
  CHECK(arrows[0] == Arrow{OperationId{0}, OperationId{1}, Because::known, arrows[0].key, {}});
  CHECK(arrows[1] == Arrow{OperationId{1}, OperationId{0}, Because::replaced, arrows[1].key, {}});
}

TEST_CASE("arrows of every model end at operations that contradict, and circles close") {
  std::size_t arrows = 0;
  for (std::uint64_t number = 0; number < 5'000; ++number) {
    const History history = testing::weak_history(number);
    for (const consistency::Model& model : consistency::models()) {
      const auto judgement = model.check(history, {});
      if (!judgement.contradiction) continue;
      check_arrows(history, *judgement.contradiction);
      arrows += judgement.contradiction->arrows.size();
    }
  }
  CHECK(arrows > 5'000);
}
