// Linearizability: small histories by hand, many by brute force, large ones with one fault in them.
#include "models/check/linearizability.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/models/check/feed.hpp"
#include "tests/models/check/register_oracle.hpp"
#include "tests/models/check/simulated_history.hpp"

using namespace splitvote;
using check::Verdict;
using client::Outcome;
using testing::compare_and_swap;
using testing::get;
using testing::put;
using testing::remove_key;

namespace {

struct Script {
  testing::HistorySink sink;
  testing::Feed<testing::HistorySink> feed{sink};

  [[nodiscard]] Verdict verdict() const { return result().verdict; }
  [[nodiscard]] check::LinearizabilityResult result() const {
    return check::check_linearizability(sink.history, check::NodeNames{});
  }
  void write(std::uint64_t operation, std::string_view value, std::uint64_t revision) {
    feed.invoke(9, operation, 0, put("k", value));
    feed.complete(9, operation, Outcome::ok, revision);
  }
  void read(std::uint64_t operation, std::string_view value, std::uint64_t revision) {
    feed.invoke(9, operation, 0, get("k"));
    feed.complete(9, operation, Outcome::ok, revision, value);
  }
};

}  // namespace

TEST_CASE("writes and reads one after the other are linearizable") {
  Script script;
  script.read(1, "", 0);
  script.write(2, "a", 4);
  script.read(3, "a", 4);

  CHECK(script.verdict() == Verdict::ok);
}

TEST_CASE("a read that misses a write which had returned is stale") {
  Script script;
  script.write(1, "a", 4);
  script.write(2, "b", 5);

  script.read(3, "a", 4);

  const auto result = script.result();
  REQUIRE(result.verdict == Verdict::violated);
  CHECK(result.contradictions.front().key == "k");
  CHECK(result.contradictions.front().moment.time == script.feed.now().time);
  CHECK(result.contradictions.front().explanation ==
        "no order of the operations on k explains them: a stale answer: get k by node 9 "
        "[5ms..6ms] -> a, revision 4; before it was asked, this had returned: put k = b by node "
        "9 [3ms..4ms] -> revision 5.");
}

TEST_CASE("a read during a write may see either value but not go back") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, put("k", "b"));
  script.read(3, "b", 5);
  script.read(4, "a", 4);
  script.feed.complete(9, 2, Outcome::ok, 5);

  CHECK(script.verdict() == Verdict::violated);
}

TEST_CASE("two reads during a write may see the old value and then the new one") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, put("k", "b"));
  script.read(3, "a", 4);
  script.read(4, "b", 5);
  script.feed.complete(9, 2, Outcome::ok, 5);

  CHECK(script.verdict() == Verdict::ok);
}

TEST_CASE("a write without an answer may take effect long after it was given up") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, put("k", "b"));
  script.feed.complete(9, 2, Outcome::unknown);
  script.read(3, "a", 4);
  script.write(4, "c", 6);
  script.read(5, "c", 6);

  script.read(6, "b", 7);

  CHECK(script.verdict() == Verdict::ok);
}

TEST_CASE("a write without an answer takes effect at most once") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, put("k", "b"));
  script.feed.complete(9, 2, Outcome::unknown);
  script.read(3, "b", 5);
  script.write(4, "c", 6);

  script.read(5, "b", 7);

  CHECK(script.verdict() == Verdict::violated);
}

TEST_CASE("a write that failed never takes effect") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, put("k", "b"));
  script.feed.complete(9, 2, Outcome::failed);

  script.read(3, "b", 5);

  CHECK(script.verdict() == Verdict::violated);
}

TEST_CASE("revisions that run against real time are refused") {
  Script script;
  script.write(1, "a", 5);

  script.write(2, "b", 4);

  CHECK(script.verdict() == Verdict::violated);
}

TEST_CASE("a compare-and-swap succeeds only at the revision it expects") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, compare_and_swap("k", 4, "b"));
  script.feed.complete(9, 2, Outcome::ok, 5);
  script.feed.invoke(9, 3, 0, compare_and_swap("k", 4, "c"));

  SUBCASE("a mismatch that names the present revision is right") {
    script.feed.complete(9, 3, Outcome::mismatch, 5);
    CHECK(script.verdict() == Verdict::ok);
  }
  SUBCASE("success at an old revision is a lost update") {
    script.feed.complete(9, 3, Outcome::ok, 6);
    CHECK(script.verdict() == Verdict::violated);
  }
  SUBCASE("a mismatch that names the expected revision makes no sense") {
    script.feed.complete(9, 3, Outcome::mismatch, 4);
    CHECK(script.verdict() == Verdict::violated);
  }
}

TEST_CASE("a key that is gone needs a remove") {
  Script script;
  script.write(1, "a", 4);

  SUBCASE("nobody removed it") {
    script.read(2, "", 0);
    CHECK(script.verdict() == Verdict::violated);
  }
  SUBCASE("a remove had returned") {
    script.feed.invoke(9, 2, 0, remove_key("k"));
    script.feed.complete(9, 2, Outcome::ok, 5);
    script.read(3, "", 0);
    CHECK(script.verdict() == Verdict::ok);
  }
  SUBCASE("a remove without an answer may have done it") {
    script.feed.invoke(9, 2, 0, remove_key("k"));
    script.feed.complete(9, 2, Outcome::unknown);
    script.read(3, "", 0);
    script.write(4, "b", 6);
    CHECK(script.verdict() == Verdict::ok);
  }
  SUBCASE("a remove without an answer needs a revision between its neighbours") {
    script.feed.invoke(9, 2, 0, remove_key("k"));
    script.feed.complete(9, 2, Outcome::unknown);
    script.read(3, "", 0);
    script.write(4, "b", 5);
    CHECK(script.verdict() == Verdict::violated);
  }
}

TEST_CASE("a revision that removed the key is not the revision of a value") {
  Script script;
  script.feed.invoke(9, 1, 0, get("k"));
  script.feed.invoke(9, 2, 0, remove_key("k"));

  SUBCASE("the read returned first") {
    script.feed.complete(9, 1, Outcome::ok, 4, "a");
    script.feed.complete(9, 2, Outcome::ok, 4);
    CHECK(script.result().contradictions.front().explanation.contains(
        "a removed key has no revision"));
  }
  SUBCASE("the read was invoked later") {
    script.feed.complete(9, 1, Outcome::unknown);
    script.feed.complete(9, 2, Outcome::ok, 4);
    script.read(3, "a", 4);
    CHECK(script.result().contradictions.front().explanation.contains(
        "a removed key has no revision"));
  }
}

TEST_CASE("removes without an answer that nobody notices cost no configuration") {
  Script script;
  for (std::uint64_t operation = 1; operation <= 20; ++operation)
    script.feed.invoke(9, operation, 0, remove_key("k"));
  for (std::uint64_t operation = 21; operation <= 520; ++operation)
    script.write(operation, "v", 2 * operation);

  const auto result = script.result();

  CHECK(result.verdict == Verdict::ok);
  CHECK(result.configurations == 501);
}

TEST_CASE("keys do not disturb each other") {
  Script script;
  script.write(1, "a", 4);
  script.feed.invoke(9, 2, 0, put("other", "b"));
  script.feed.complete(9, 2, Outcome::ok, 5);

  script.read(3, "a", 4);

  CHECK(script.verdict() == Verdict::ok);
}

TEST_CASE("an empty history is linearizable") {
  CHECK(check::check_linearizability({}, check::NodeNames{}).verdict == Verdict::ok);
}

TEST_CASE("a budget that ends leaves the question open") {
  Script script;
  script.write(1, "a", 4);
  script.write(2, "b", 5);

  const auto result = check::check_linearizability(script.sink.history, check::NodeNames{}, {1});

  CHECK(result.verdict == Verdict::unknown);
}

TEST_CASE("three hundred thousand small histories are judged as brute force judges them") {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (std::uint32_t number = 0; number < 300'000; ++number) {
    const check::History history = testing::small_history(number);
    const bool expected = testing::RegisterOracle(history.entries()).linearizable();
    const auto result = check::check_linearizability(history, check::NodeNames{});
    ++(expected ? good : bad);
    if ((result.verdict == Verdict::ok) == expected && result.verdict != Verdict::unknown) continue;
    std::string text = "history " + std::to_string(number);
    for (const auto& entry : history.entries())
      text += "\n" + check::describe(history, entry, check::NodeNames{});
    FAIL_CHECK(text);
    break;
  }
  // The comparison means something only if both answers are common.
  CHECK(good > 60'000);
  CHECK(bad > 60'000);
}

TEST_CASE("ten thousand operations over 32 keys cost little more than one configuration each") {
  const auto operations = testing::simulate_store({.seed = 1, .operations = 10'000, .keys = 32});
  const check::History history = testing::play(operations);

  const auto result = check::check_linearizability(history, check::NodeNames{});

  CHECK(result.verdict == Verdict::ok);
  CHECK(result.configurations < 20'000);
}

TEST_CASE("a good history with one fault in it is refused") {
  std::size_t refused = 0;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    auto operations = testing::simulate_store({.seed = seed, .operations = 2'000, .keys = 8});
    REQUIRE(check::check_linearizability(testing::play(operations), check::NodeNames{}).verdict ==
            Verdict::ok);
    REQUIRE(testing::plant(static_cast<testing::HistoryFault>(seed % testing::history_faults), seed,
                           operations));
    const auto verdict =
        check::check_linearizability(testing::play(operations), check::NodeNames{}).verdict;
    CHECK_MESSAGE(verdict == Verdict::violated, "seed " << seed);
    refused += verdict == Verdict::violated;
  }
  CHECK(refused == 60);
}
