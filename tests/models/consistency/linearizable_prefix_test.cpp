// The longest prefix that an order explains: by hand, against brute force, and with its order.
#include "models/consistency/linearizable_prefix.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/models/consistency/order_oracle.hpp"
#include "tests/models/consistency/replay.hpp"
#include "tests/models/consistency/script.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::check_linearizability;
using consistency::Explanation;
using consistency::History;
using consistency::LinearizablePrefix;
using consistency::OperationId;
using consistency::Outcome;
using consistency::Position;
using testing::PlainHistory;
using testing::Script;

namespace {

LinearizablePrefix prefix_of(const History& history) {
  const auto judgement = check_linearizability(history);
  REQUIRE(judgement.contradiction.has_value());
  REQUIRE(judgement.contradiction->prefix.has_value());
  return *judgement.contradiction->prefix;
}

// What had happened before the position; each event has one.
History beginning(PlainHistory plain, Position end) {
  plain.events.resize(end);
  return testing::play(plain);
}

// The next return is one too many, and the order explains everything up to it.
void check_prefix(const PlainHistory& plain, const LinearizablePrefix& prefix) {
  const History known = beginning(plain, prefix.end);
  const History more = beginning(plain, prefix.end + 1);
  CHECK(prefix.longest);
  CHECK(more.operation(prefix.next).returned == prefix.end);
  CHECK(testing::OrderOracle(known).linearizable());
  CHECK_FALSE(testing::OrderOracle(more).linearizable());
  CHECK(testing::explains(known, prefix.order));
}

bool tells(const consistency::Contradiction& contradiction, OperationId id) {
  return std::ranges::find(contradiction.operations, id) != contradiction.operations.end();
}

// One event after the other, until there is no order.
Position first_without_order(const PlainHistory& plain) {
  for (Position end = 1; end < plain.events.size(); ++end)
    if (check_linearizability(beginning(plain, end), {.explanation = Explanation::none}).verdict ==
        consistency::Verdict::violated)
      return end - 1;
  return static_cast<Position>(plain.events.size()) - 1;
}

}  // namespace

TEST_CASE("a stale read ends what can be explained") {
  Script script;
  const OperationId first = script.write("1");
  const OperationId second = script.write("2");
  const OperationId stale = script.read("1");
  script.write("3");

  const LinearizablePrefix prefix = prefix_of(script.history);

  CHECK(prefix.end == script.history.operation(stale).returned);
  CHECK(prefix.next == stale);
  CHECK(prefix.longest);
  CHECK(prefix.order == std::vector{first, second});
  CHECK(consistency::describe(prefix, script.history) ==
        "Some order explains all of x before position 5; the first return that none explains: "
        "read x by client 3 [4..5] -> 1.");
}

TEST_CASE("a write explains what was read until it is said to have failed") {
  Script script;
  const OperationId write = script.begin(Script::Kind::write, "1");
  const OperationId read = script.read("1");
  script.history.complete(write, Outcome::failed);

  const LinearizablePrefix prefix = prefix_of(script.history);

  CHECK(prefix.end == 3);
  CHECK(prefix.next == write);
  CHECK(prefix.order == std::vector{write, read});
}

TEST_CASE("an exchange explains what was read until it is said not to have matched") {
  Script script;
  const OperationId first = script.write("1");
  const OperationId swap = script.begin(Script::Kind::compare_and_swap, "2", "1");
  const OperationId read = script.read("2");
  script.mismatch(swap);

  const LinearizablePrefix prefix = prefix_of(script.history);

  CHECK(prefix.next == swap);
  CHECK(prefix.order == std::vector{first, swap, read});
}

TEST_CASE("the prefix is that of the key whose contradiction is told") {
  Script script;
  script.read("nil");
  script.key = "y";
  const OperationId unwritten = script.read("1");

  CHECK(prefix_of(script.history).next == unwritten);
}

TEST_CASE("prefixes of small histories are the longest that brute force explains") {
  std::uint32_t bad = 0;
  std::uint32_t failed = 0;
  std::uint32_t mismatched = 0;
  for (std::uint32_t number = 0; number < 60'000; ++number) {
    const PlainHistory plain = testing::small_history(number);
    const History history = testing::play(plain);
    if (check_linearizability(history).verdict != consistency::Verdict::violated) continue;
    const LinearizablePrefix prefix = prefix_of(history);
    INFO("history " << number);
    check_prefix(plain, prefix);
    if (history.operation(prefix.next).outcome == Outcome::ok)
      CHECK(tells(*check_linearizability(history).contradiction, prefix.next));
    ++bad;
    failed += history.operation(prefix.next).outcome == Outcome::failed ? 1 : 0;
    mismatched += history.operation(prefix.next).outcome == Outcome::mismatch ? 1 : 0;
  }
  CHECK(bad > 15'000);
  CHECK(failed > 100);
  CHECK(mismatched > 100);
}

TEST_CASE("an order explains the prefix of a long history up to the first fault") {
  std::uint32_t orders = 0;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    PlainHistory plain = testing::simulate_store({.seed = seed,
                                                  .operations = 400,
                                                  .clients = 2 + seed % 9,
                                                  .values = seed % 2 * 5,
                                                  .swaps = seed % 3 * 15,
                                                  .unanswered = seed % 4 * 2});
    plain.operations[200 + seed].result = {testing::PlainValue::Form::text, {99'999}};
    const History history = testing::play(plain);
    if (check_linearizability(history).verdict != consistency::Verdict::violated) continue;
    const LinearizablePrefix prefix = prefix_of(history);
    INFO("seed " << seed);
    CHECK(prefix.longest);
    CHECK(prefix.next == OperationId{200 + seed});
    CHECK(testing::explains(beginning(plain, prefix.end), prefix.order));
    ++orders;
  }
  CHECK(orders > 15);
}

TEST_CASE("of keys with many stale reads the one is told that was first to have no order") {
  std::uint32_t bad = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    PlainHistory plain =
        testing::simulate_store({.seed = seed, .operations = 80, .clients = 4, .keys = 3});
    for (std::uint64_t fault = 0; fault < 8; ++fault)
      (void)testing::plant(testing::HistoryFault::stale_read, seed + 1'000 * fault, plain);
    const auto judgement = check_linearizability(testing::play(plain));
    if (judgement.verdict != consistency::Verdict::violated) continue;
    INFO("seed " << seed);
    const LinearizablePrefix& prefix = *judgement.contradiction->prefix;
    CHECK(prefix.longest);
    CHECK(prefix.end == first_without_order(plain));
    CHECK(tells(*judgement.contradiction, prefix.next));
    ++bad;
  }
  CHECK(bad > 150);
}
