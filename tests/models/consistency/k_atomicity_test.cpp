// k-atomicity without an order of the versions: by hand, by brute force, and in large.
#include "models/consistency/k_atomicity.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "models/consistency/write_order.hpp"
#include "tests/models/consistency/order_oracle.hpp"
#include "tests/models/consistency/script.hpp"
#include "tests/models/consistency/stale_history.hpp"
#include "tests/models/consistency/weak_history.hpp"

using namespace splitvote;
using consistency::check_k_atomicity;
using consistency::find_smallest_k;
using consistency::History;
using consistency::Judgement;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;
using testing::Script;

namespace {

Verdict verdict(const Script& script, std::uint32_t k) {
  return check_k_atomicity(script.history, k).verdict;
}

constexpr std::uint32_t k_max = 4;

struct Counts {
  std::array<std::uint64_t, k_max + 1> kept{};
  std::array<std::uint64_t, k_max + 1> broken{};
  std::array<std::uint64_t, k_max + 1> refused_by_search{};  // where no bound tells
};

// Believing what is in the contradiction is too much, believing anything less is not.
bool is_minimal(const History& history, std::uint32_t k, const Judgement& judgement) {
  testing::OrderOracle oracle(history);
  if (!judgement.contradiction || !judgement.contradiction->minimal) return false;
  const auto& operations = judgement.contradiction->operations;
  if (oracle.k_atomic(k, operations)) return false;
  for (std::size_t at = 0; at < operations.size(); ++at) {
    std::vector<OperationId> fewer = operations;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
    if (!oracle.k_atomic(k, fewer)) return false;
  }
  return true;
}

// What a remove leaves is what was there at the beginning: two writes of one value.
bool has_distinct_values(const History& history) {
  for (const consistency::Operation& one : history.operations())
    if (one.kind == OperationKind::remove && one.outcome != Outcome::failed) return false;
  return true;
}

bool agrees(std::uint64_t number, Counts& counts) {
  const History history = testing::stale_history(number);
  testing::OrderOracle oracle(history);
  std::string smallest;
  for (std::uint32_t k = 1; k <= k_max; ++k) {
    const bool allowed = oracle.k_atomic(k);
    if (allowed && smallest.empty()) smallest = "the smallest k is " + std::to_string(k);
    const Judgement judgement = check_k_atomicity(history, k);
    ++(allowed ? counts.kept : counts.broken)[k];
    counts.refused_by_search[k] += !allowed && judgement.configurations != 0 ? 1 : 0;
    const bool right = judgement.verdict == (allowed ? Verdict::ok : Verdict::violated);
    const bool excused = judgement.verdict == Verdict::unknown && !has_distinct_values(history);
    const bool told = judgement.verdict != Verdict::violated || is_minimal(history, k, judgement);
    if ((right || excused) && told) continue;
    const std::string is = (allowed ? "" : "not ") + std::to_string(k) + "-atomic";
    FAIL_CHECK("history " << number << " is " << is
                          << (judgement.contradiction ? judgement.contradiction->explanation : "")
                          << testing::spell(history));
    return false;
  }
  if (!has_distinct_values(history)) return true;
  const Judgement least = find_smallest_k(history);
  const bool right = smallest.empty() || least.remark == smallest;
  CHECK_MESSAGE(right, "history " << number << ": " << least.remark << testing::spell(history));
  return right;
}

void compare_with_brute_force(std::uint64_t begin, std::uint64_t end) {
  Counts counts;
  for (std::uint64_t number = begin; number < end; ++number)
    if (!agrees(number, counts)) break;
  for (std::uint32_t k = 1; k <= 3; ++k) {
    CHECK_MESSAGE(counts.kept[k] > (end - begin) / 20, k << ": " << counts.kept[k]);
    CHECK_MESSAGE(counts.broken[k] > (end - begin) / 20, k << ": " << counts.broken[k]);
  }
  CHECK(counts.refused_by_search[2] > (end - begin) / 200);
  CHECK(counts.refused_by_search[3] > (end - begin) / 2'000);
}

}  // namespace

TEST_CASE("a read of the value before the last is 2-atomic, of the one before that 3-atomic") {
  Script script;
  script.write("1");
  script.write("2");
  SUBCASE("one newer value") {
    script.read("1");
    CHECK(verdict(script, 1) == Verdict::violated);
    CHECK(verdict(script, 2) == Verdict::ok);
    CHECK(find_smallest_k(script.history).remark == "the smallest k is 2");
  }
  SUBCASE("two newer values") {
    script.write("3");
    script.read("1");
    CHECK(verdict(script, 2) == Verdict::violated);
    CHECK(verdict(script, 3) == Verdict::ok);
    CHECK(find_smallest_k(script.history).remark == "the smallest k is 3");
  }
}

TEST_CASE("a read that is too stale is explained by itself and k newer writes") {
  Script script;
  script.write("1");
  const OperationId second = script.write("2");
  const OperationId third = script.write("3");
  const OperationId stale = script.read("1");
  script.write("4");

  const Judgement judgement = check_k_atomicity(script.history, 2);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations == std::vector{second, third, stale});
  CHECK(judgement.contradiction->minimal);
  CHECK(judgement.contradiction->explanation ==
        "x had 2 newer values when one of these was read: write x = 2 by client 2 [2..3] -> ok; "
        "write x = 3 by client 3 [4..5] -> ok; read x by client 4 [6..7] -> 1. 1 was written here: "
        "write x = 1 by client 1 [0..1] -> ok.");
}

TEST_CASE(
    "of several keys that contradict the one is explained whose contradiction is complete first") {
  History history;
  const auto client = [&](int number) {
    return history.session("client " + std::to_string(number));
  };
  const auto x = history.key("x");
  for (int number = 0; number < 3; ++number)
    history.complete(history.invoke({client(number), x, OperationKind::write,
                                     history.values().text(std::to_string(number))}),
                     Outcome::ok);
  const OperationId stale = history.invoke({client(3), x, OperationKind::read});
  const OperationId unwritten = history.invoke({client(4), history.key("y"), OperationKind::read});
  history.complete(unwritten, Outcome::ok, history.values().text("never"));
  history.complete(stale, Outcome::ok, history.values().text("0"));

  const Judgement judgement = check_k_atomicity(history, 2);

  REQUIRE(judgement.contradiction.has_value());
  CHECK(judgement.contradiction->operations == std::vector{unwritten});
}

// Each of three values is read behind the writes of all: one of them was the first of three.
TEST_CASE("three writes at one time, all read afterwards, are 3-atomic but not 2-atomic") {
  Script script;
  const OperationId one = script.begin(Script::Kind::write, "1");
  const OperationId other = script.begin(Script::Kind::write, "2");
  const OperationId third = script.begin(Script::Kind::write, "3");
  for (const OperationId write : {one, other, third}) script.end(write);
  script.read("1");
  script.read("2");
  script.read("3");

  const Judgement judgement = check_k_atomicity(script.history, 2);

  CHECK(verdict(script, 3) == Verdict::ok);
  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->explanation.starts_with(
      "no order of the writes to x lets each of these reads have one of the last 2 values: "));
}

TEST_CASE("a value that is read before anybody writes it is k-atomic for no k") {
  Script script;
  script.read("1");
  script.write("1");

  const Judgement judgement = find_smallest_k(script.history);

  CHECK(verdict(script, 1'000) == Verdict::violated);
  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations == std::vector{OperationId{0}});
}

TEST_CASE("an unanswered write counts as a newer value only if somebody read it") {
  Script script;
  script.write("1");
  script.write("2");
  script.begin(Script::Kind::write, "3");
  SUBCASE("nobody") {
    script.read("1");
    CHECK(verdict(script, 2) == Verdict::ok);
  }
  SUBCASE("somebody, in between") {
    script.read("3");
    script.read("1");
    CHECK(verdict(script, 2) == Verdict::violated);
    CHECK(verdict(script, 3) == Verdict::ok);
  }
}

TEST_CASE("each key is k-atomic by itself, and the smallest k is the largest of theirs") {
  Script script;
  script.write("1");
  script.write("2");
  script.key = "y";
  script.write("1");
  script.read("1");
  script.key = "x";
  script.read("1");

  CHECK(find_smallest_k(script.history).remark == "the smallest k is 2");
}

TEST_CASE("where values repeat only a contradiction or linearizability decides") {
  Script script;
  script.write("1");
  script.write("1");
  SUBCASE("linearizable") {
    script.read("1");
    CHECK(verdict(script, 2) == Verdict::ok);
    CHECK(find_smallest_k(script.history).remark == "the smallest k is 1");
  }
  SUBCASE("open") {
    script.write("2");
    script.read("1");
    const Judgement judgement = check_k_atomicity(script.history, 2);
    CHECK(judgement.verdict == Verdict::unknown);
    CHECK(judgement.undecided == "a value that was read was written more than once");
  }
  SUBCASE("another value contradicts") {
    script.read("nil");
    CHECK(verdict(script, 2) == Verdict::violated);
  }
}

TEST_CASE("what compare-and-swaps found is left out, but they write") {
  Script script;
  script.write("1");
  script.swap("1", "2");
  script.swap("2", "3");
  SUBCASE("as it should be") {
    script.read("3");
    CHECK(verdict(script, 2) == Verdict::ok);
  }
  SUBCASE("one back") {
    script.read("2");
    CHECK(verdict(script, 2) == Verdict::unknown);
  }
  SUBCASE("two back") {
    script.read("1");
    CHECK(verdict(script, 2) == Verdict::violated);
  }
}

TEST_CASE("the order of versions that a system tells decides what compare-and-swaps leave open") {
  Script script;
  script.number(script.write("1"), 1);
  script.number(script.swap("1", "2"), 2);
  script.number(script.swap("2", "3"), 3);
  SUBCASE("one back") {
    script.number(script.read("2"), 2);
    CHECK(verdict(script, 1) == Verdict::violated);
    CHECK(verdict(script, 2) == Verdict::ok);
    CHECK(find_smallest_k(script.history).remark == "the smallest k is 2");
  }
  SUBCASE("two back") {
    script.number(script.read("1"), 1);
    CHECK(verdict(script, 2) == Verdict::violated);
    CHECK(verdict(script, 3) == Verdict::ok);
    CHECK(find_smallest_k(script.history).remark == "the smallest k is 3");
  }
}

TEST_CASE("an order of versions bounds the smallest k from above, what contradicts from below") {
  Script script;
  script.number(script.write("1"), 1);
  script.number(script.write("2"), 2);
  script.number(script.write("1"), 3);
  script.number(script.write("3"), 4);
  script.number(script.read("1"), 1);

  CHECK(find_smallest_k(script.history).remark ==
        "the smallest k is 2 to 4, a value that was read was written more than once");
}

TEST_CASE("a linearizable key is 1-atomic, whatever the numbers of its versions say") {
  Script script;
  script.number(script.write("1"), 1);
  script.number(script.write("2"), 2);
  script.number(script.write("1"), 3);
  script.number(script.read("1"), 1);

  CHECK(find_smallest_k(script.history).remark == "the smallest k is 1");
}

TEST_CASE("a budget that ends leaves k-atomicity open") {
  const History history =
      testing::simulate_stale_store({.seed = 1, .operations = 200, .clients = 10, .versions = 2});

  const Judgement judgement = check_k_atomicity(history, 2, {.configurations_per_key = 3});

  CHECK(judgement.verdict == Verdict::unknown);
  CHECK(judgement.configurations == 3);
  const std::string remark = find_smallest_k(history, {.configurations_per_key = 3}).remark;
  CHECK_MESSAGE(remark.ends_with(", the budget ended"), remark);
}

TEST_CASE("small stale histories are judged as brute force judges them") {
  compare_with_brute_force(0, 20'000);
}

TEST_CASE("a million stale histories are judged as brute force judges them" *
          doctest::test_suite("long") * doctest::skip()) {
  compare_with_brute_force(100'000, 1'100'000);
}

TEST_CASE("a store that tells one of the last k values is k-atomic however long it runs") {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const std::uint32_t versions = 1 + seed % 5;
    const History history = testing::simulate_stale_store(
        {.seed = seed, .operations = 2'000, .clients = 2 + seed % 9, .versions = versions});
    const Judgement judgement = check_k_atomicity(history, versions);
    CHECK_MESSAGE(judgement.verdict == Verdict::ok, "seed " << seed);
  }
}

TEST_CASE("2-atomicity costs no more configurations than writes times open ones") {
  const History history = testing::simulate_stale_store(
      {.seed = 3, .operations = 20'000, .clients = 20, .versions = 2});

  const Judgement judgement = check_k_atomicity(history, 2);

  CHECK(judgement.verdict == Verdict::ok);
  CHECK(judgement.configurations < 20'000 * 20 * 20);
}
