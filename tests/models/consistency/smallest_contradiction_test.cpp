// The operations that contradict a weaker model, against brute force over those alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/simulated_history.hpp"
#include "tests/models/consistency/weak_history.hpp"
#include "tests/models/consistency/weak_oracle.hpp"

using namespace splitvote;
using consistency::Contradiction;
using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

namespace {

constexpr std::array<std::string_view, 9> weak_models{
    "sequential",          "causal-memory",    "causal-convergence", "causal",          "pram",
    "writes-follow-reads", "monotonic-writes", "monotonic-reads",    "read-your-writes"};

ValueId told(const Operation& one) {
  return one.kind == OperationKind::read ? one.result : one.expected;
}

bool reads(const Operation& one) {
  return one.kind == OperationKind::read || one.kind == OperationKind::compare_and_swap;
}

/// Those operations and nothing else: who read what another one wrote has read nothing, so that of
/// a swap the write is left, and of a list what those appended. Every written value is another one.
History rest_of(const History& history, const std::vector<OperationId>& operations) {
  History rest;
  const auto appended = [&](ValueId element) {
    return std::ranges::any_of(operations, [&](OperationId id) {
      const Operation& one = history.operation(id);
      return one.kind == OperationKind::append_element && one.argument == element;
    });
  };
  const auto value = [&](ValueId id) {
    const std::string_view content = history.values().content(id);
    if (id == consistency::nothing) return id;
    if (!history.values().is_list(id)) return rest.values().text(content);
    std::vector<ValueId> left;
    for (const ValueId element : consistency::elements_of(content))
      if (appended(element)) left.push_back(rest.values().text(history.values().content(element)));
    return left.empty() ? consistency::nothing : rest.values().list(left);
  };
  for (const OperationId id : operations) {
    const Operation& one = history.operation(id);
    const auto wrote = [&](OperationId other) {
      const Operation& operation = history.operation(other);
      return operation.kind != OperationKind::read && operation.key == one.key &&
             operation.argument == told(one);
    };
    const bool known = told(one) == consistency::nothing || history.values().is_list(told(one)) ||
                       std::ranges::any_of(operations, wrote);
    if (one.kind == OperationKind::read && !known) continue;
    const bool swap = one.kind == OperationKind::compare_and_swap && known;
    consistency::Request request{.session = rest.session(history.name(one.session)),
                                 .key = rest.key(history.name(one.key)),
                                 .kind = swap || !reads(one) ? one.kind : OperationKind::write,
                                 .argument = value(one.argument),
                                 .expected = swap ? value(one.expected) : consistency::nothing};
    if (one.kind == OperationKind::read) request.kind = OperationKind::read;
    // Of a write without an answer it is known that it took effect, or it would not be here.
    rest.complete(rest.invoke(request), Outcome::ok, value(one.result));
  }
  return rest;
}

bool contradicts(const History& history, const std::vector<OperationId>& operations,
                 std::string_view model) {
  const History rest = rest_of(history, operations);
  return !testing::WeakOracle(rest).allows(model);
}

void check_smallest(const History& history, const Contradiction& found, std::string_view model) {
  const std::string context =
      std::string(model) + ": " + found.explanation + "\n" + testing::spell(history);
  REQUIRE_MESSAGE(found.minimal, context);
  REQUIRE_MESSAGE(contradicts(history, found.operations, model), context);
  for (const OperationId one : found.operations) {
    std::vector<OperationId> fewer = found.operations;
    std::erase(fewer, one);
    REQUIRE_MESSAGE(!contradicts(history, fewer, model), context);
  }
}

void check_smallest(History (*make)(std::uint64_t number)) {
  std::map<std::string_view, int> explained;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    if (testing::writes_twice(number)) continue;
    const History history = make(number);
    for (const std::string_view model : weak_models) {
      const auto judgement = consistency::find_model(model)->check(history, {});
      if (!judgement.contradiction) continue;
      if (judgement.contradiction->explanation.starts_with("a value of ")) continue;  // by nobody
      check_smallest(history, *judgement.contradiction, model);
      ++explained[model];
    }
  }
  for (const std::string_view model : weak_models) CHECK_MESSAGE(explained[model] > 200, model);
}

}  // namespace

TEST_CASE("what is told of a weaker model contradicts by itself, and less does not") {
  check_smallest(testing::weak_history);
}

TEST_CASE("what is told of lists contradicts by itself, and less does not") {
  check_smallest(testing::weak_list_history);
}

TEST_CASE("in a long history with many stale reads a few operations are told") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    testing::PlainHistory plain = testing::simulate_store(
        {.seed = seed, .operations = 2'000, .clients = 6, .keys = 6, .swaps = 5});
    for (std::uint64_t fault = 0; fault < 100; ++fault)
      (void)testing::plant(testing::HistoryFault::stale_read, fault, plain);
    const History history = testing::play(plain);
    for (const std::string_view model :
         {"sequential", "causal-memory", "causal-convergence", "causal", "pram"}) {
      const auto judgement = consistency::find_model(model)->check(history, {});
      REQUIRE(judgement.contradiction.has_value());
      CHECK_MESSAGE(judgement.contradiction->minimal, model << " " << seed);
      CHECK_MESSAGE(judgement.contradiction->operations.size() <= 12, model << " " << seed);
    }
  }
}
