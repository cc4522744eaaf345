// Linearizability: small histories by hand, many by brute force, large ones with one fault in them.
#include "models/consistency/linearizability.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "tests/models/consistency/order_oracle.hpp"
#include "tests/models/consistency/script.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::check_linearizability;
using consistency::History;
using consistency::OperationId;
using consistency::Verdict;
using testing::Script;

namespace {

Verdict verdict(const Script& script) { return check_linearizability(script.history).verdict; }

std::string spell(const History& history) {
  std::string text;
  for (std::uint32_t at = 0; at < history.operations().size(); ++at)
    text += "\n" + history.describe(OperationId{at});
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
    std::vector<OperationId> fewer = contradiction.operations;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
    CHECK_MESSAGE(oracle.linearizable(fewer), spell(history) << contradiction.explanation);
  }
}

// Judges so many small histories, and says whether both verdicts are common among them.
void compare_with_brute_force(std::uint32_t begin, std::uint32_t end) {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (std::uint32_t number = begin; number < end; ++number) {
    const History history = testing::play(testing::small_history(number));
    const bool expected = testing::OrderOracle(history).linearizable();
    const auto judgement = check_linearizability(history);
    ++(expected ? good : bad);
    const bool agrees = judgement.verdict == (expected ? Verdict::ok : Verdict::violated);
    if (agrees && !expected) {
      // What failed later might still have taken effect when the contradiction was complete.
      testing::PlainHistory known = testing::small_history(number);
      known.events.resize(judgement.contradiction->prefix->refuted + 1);
      check_contradiction(testing::play(known), judgement);
    }
    if (agrees) continue;
    FAIL_CHECK("history " << number << " is " << (expected ? "good" : "bad") << spell(history));
    break;
  }
  CHECK(good > (end - begin) / 4);
  CHECK(bad > (end - begin) / 4);
}

}  // namespace

TEST_CASE("writes and reads one after the other are linearizable") {
  Script script;
  script.read("nil");
  script.write("1");
  script.read("1");

  CHECK(verdict(script) == Verdict::ok);
}

TEST_CASE("an empty history is linearizable") {
  CHECK(check_linearizability({}).verdict == Verdict::ok);
}

TEST_CASE("a stale read is explained by itself and the write that it missed") {
  Script script;
  script.write("1");
  const OperationId second = script.write("2");
  const OperationId stale = script.read("1");

  const auto judgement = check_linearizability(script.history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations == std::vector{second, stale});
  CHECK(judgement.contradiction->minimal);
  CHECK(judgement.contradiction->explanation ==
        "x cannot have been 2 while it was 1 all the time: write x = 2 by client 2 [2..3] -> ok; "
        "read x by client 3 [4..5] -> 1. The last write of 1 that can be meant: write x = 1 by "
        "client 1 [0..1] -> ok. Some order explains all of x before position 5; the first return "
        "that none explains: read x by client 3 [4..5] -> 1.");
}

TEST_CASE("a stale read among writes of few values is explained, too") {
  Script script;
  script.write("1");
  script.write("2");
  script.write("1");
  const OperationId last = script.write("2");
  const OperationId stale = script.read("1");

  const auto judgement = check_linearizability(script.history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations == std::vector{last, stale});
  CHECK(judgement.contradiction->explanation ==
        "no order of the operations on x explains these: write x = 2 by client 4 [6..7] -> ok; "
        "read x by client 5 [8..9] -> 1. The last write of 1 that can be meant: write x = 1 by "
        "client 3 [4..5] -> ok. Some order explains all of x before position 9; the first return "
        "that none explains: read x by client 5 [8..9] -> 1.");
}

TEST_CASE("two reads during a write may see the old value and then the new one, not back") {
  Script script;
  script.write("1");
  const OperationId slow = script.begin(Script::Kind::write, "2");
  script.read("1");
  script.read("2");
  SUBCASE("forth") {
    script.end(slow);
    CHECK(verdict(script) == Verdict::ok);
  }
  SUBCASE("and back") {
    script.read("1");
    script.end(slow);
    CHECK(verdict(script) == Verdict::violated);
  }
}

TEST_CASE("a value that nobody wrote, or only later, cannot be read") {
  Script script;
  SUBCASE("nobody") {
    script.read("3");
    const auto judgement = check_linearizability(script.history);
    CHECK(judgement.verdict == Verdict::violated);
    CHECK(
        judgement.contradiction->explanation ==
        "nothing that was written explains a value of x: read x by client 1 [0..1] -> 3. Some "
        "order explains all of x before position 1; the first return that none explains: read x by "
        "client 1 [0..1] -> 3.");
  }
  SUBCASE("later") {
    script.read("3");
    script.write("3");
    const auto judgement = check_linearizability(script.history);
    CHECK(judgement.verdict == Verdict::violated);
    CHECK(judgement.contradiction->operations == std::vector{OperationId{0}});
  }
}

TEST_CASE("two clients cannot both exchange one value") {
  Script script;
  script.write("1");
  const OperationId one = script.begin(Script::Kind::compare_and_swap, "2", "1");
  const OperationId other = script.begin(Script::Kind::compare_and_swap, "3", "1");
  script.end(one);

  SUBCASE("both say they did") {
    script.end(other);
    const auto judgement = check_linearizability(script.history);
    CHECK(judgement.verdict == Verdict::violated);
    CHECK(judgement.contradiction->operations == std::vector{one, other});
    CHECK(judgement.contradiction->explanation.starts_with(
        "the same value of x was exchanged for 3 and for 2: "));
  }
  SUBCASE("one lost") {
    script.mismatch(other);
    CHECK(verdict(script) == Verdict::ok);
  }
}

TEST_CASE("a mismatch needs a moment at which the value is another one") {
  Script script;
  script.write("1");
  SUBCASE("there is none") {
    script.mismatch(script.begin(Script::Kind::compare_and_swap, "2", "1"));
    CHECK(verdict(script) == Verdict::violated);
  }
  SUBCASE("there is one, if an unanswered write took effect that nobody saw") {
    script.begin(Script::Kind::write, "3");
    script.mismatch(script.begin(Script::Kind::compare_and_swap, "2", "1"));
    CHECK(verdict(script) == Verdict::ok);
  }
}

TEST_CASE("an operation without an answer may take effect long after, once") {
  Script script;
  script.write("1");
  script.begin(Script::Kind::write, "2");
  script.read("1");
  script.write("3");
  script.read("2");
  CHECK(verdict(script) == Verdict::ok);

  script.write("4");
  script.read("2");
  CHECK(verdict(script) == Verdict::violated);
}

TEST_CASE("texts grow, and the order of appends shows") {
  Script script;
  const OperationId one = script.begin(Script::Kind::append_text, "a");
  const OperationId other = script.begin(Script::Kind::append_text, "b");
  script.end(one);
  script.end(other);
  script.read("ba");
  CHECK(verdict(script) == Verdict::ok);

  script.read("ab");
  CHECK(verdict(script) == Verdict::violated);
}

TEST_CASE("keys do not disturb each other, and the earliest contradiction is told") {
  Script script;
  script.write("1");
  script.key = "y";
  script.write("2");
  script.read("1");
  script.key = "x";
  script.read("2");

  const auto judgement = check_linearizability(script.history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations == std::vector{OperationId{2}});
}

TEST_CASE("a key that is refuted again and again is told by what was complete first") {
  Script script;
  script.write("1");
  const OperationId write = script.write("2");
  const OperationId stale = script.read("1");
  script.key = "y";
  script.write("1");
  script.read("9");
  script.key = "x";
  script.read("1");
  script.read("2");
  script.read("1");

  const auto judgement = check_linearizability(script.history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations == std::vector{write, stale});
  CHECK(judgement.contradiction->prefix->next == stale);
}

TEST_CASE("a budget that ends leaves the question open, and another key's violation does not") {
  Script script;
  script.write("1");
  script.write("1");
  script.read("1");
  CHECK(check_linearizability(script.history, {.configurations_per_key = 1}).verdict ==
        Verdict::unknown);

  script.key = "y";
  script.read("3");
  CHECK(check_linearizability(script.history, {.configurations_per_key = 1}).verdict ==
        Verdict::violated);
}

TEST_CASE("an order of versions spares the search, and a bad one is not held against the system") {
  Script script;
  const OperationId one = script.write("1");
  const OperationId again = script.write("1");
  const OperationId read = script.read("1");
  const auto judge = [&](std::uint64_t first, std::uint64_t second, std::uint64_t seen) {
    script.number(one, first);
    script.number(again, second);
    script.number(read, seen);
    return check_linearizability(script.history);
  };

  CHECK(judge(1, 2, 2).configurations == 0);
  CHECK(judge(2, 1, 1).configurations > 0);
  CHECK(judge(1, 2, 1).configurations > 0);
  CHECK(judge(2, 1, 1).verdict == Verdict::ok);
}

TEST_CASE("unanswered operations that do the same cost nothing while nobody needs them") {
  Script script;
  for (int count = 0; count < 40; ++count) script.begin(Script::Kind::write, "1");
  for (int count = 0; count < 500; ++count) script.write(count % 2 == 0 ? "1" : "2");
  script.read("2");

  const auto judgement = check_linearizability(script.history);

  CHECK(judgement.verdict == Verdict::ok);
  CHECK(judgement.configurations < 2'000);
}

TEST_CASE("small histories are judged as brute force judges them") {
  compare_with_brute_force(0, 100'000);
}

TEST_CASE("a million small histories are judged as brute force judges them" *
          doctest::test_suite("long") * doctest::skip()) {
  compare_with_brute_force(100'000, 1'100'000);
}

TEST_CASE("a good history with one fault in it is refused") {
  std::uint32_t planted = 0;
  for (std::uint32_t seed = 0; seed < 90; ++seed) {
    testing::PlainHistory plain = testing::simulate_store(
        {.seed = seed, .operations = 1'000, .keys = 4, .swaps = 20, .unanswered = 3});
    REQUIRE(check_linearizability(testing::play(plain)).verdict == Verdict::ok);
    const auto fault = static_cast<testing::HistoryFault>(seed % testing::history_faults);
    if (!testing::plant(fault, seed, plain)) continue;
    ++planted;
    const auto judgement = check_linearizability(testing::play(plain));
    CHECK_MESSAGE(judgement.verdict == Verdict::violated, "seed " << seed);
    CHECK(judgement.contradiction->operations.size() <= 4);
    CHECK(judgement.contradiction->minimal);
  }
  CHECK(planted > 80);
}
