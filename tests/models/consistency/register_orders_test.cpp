// Snapshot isolation and serializability of registers against brute force, on histories that a
// store with snapshots leaves: one that keeps its promise, and three that do not.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/forced_orders.hpp"
#include "models/consistency/models.hpp"
#include "models/consistency/snapshot_search.hpp"
#include "tests/models/consistency/transaction_oracle.hpp"
#include "tests/models/consistency/transaction_store.hpp"

using namespace splitvote;
using consistency::TransactionHistory;
using consistency::Verdict;

namespace {

std::string spell(const TransactionHistory& history) {
  std::string text;
  for (std::uint32_t at = 0; at < history.transactions().size(); ++at)
    text += "\n" + history.describe(consistency::TransactionId{at});
  return text;
}

// By the search alone, with nothing forced but what was seen.
Verdict search(const TransactionHistory& history, consistency::Sessions sessions,
               consistency::Moments moments) {
  const auto observations = consistency::Observations::of(history, sessions);
  if (observations.absurd()) return Verdict::violated;
  consistency::ForcedOrders forced(observations, moments, consistency::RealTime::ignored);
  if (forced.settle(0) == consistency::ForcedOrders::State::circle) return Verdict::violated;
  return consistency::SnapshotSearch(observations, forced, moments).run(1'000'000);
}

struct Count {
  std::uint64_t ok = 0;
  std::uint64_t violated = 0;
};

// Every verdict is the one of brute force.
std::map<std::string_view, Count> compare(std::uint64_t begin, std::uint64_t end) {
  std::map<std::string_view, Count> counts;
  for (std::uint64_t number = begin; number < end; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number);
    testing::TransactionOracle oracle(history);
    for (const std::string_view name : {"snapshot-isolation", "strong-session-snapshot-isolation",
                                        "serializable", "strong-session-serializable"}) {
      const bool allowed = oracle.allows(name);
      const consistency::Judgement judgement =
          consistency::find_transaction_model(name)->check(history, {});
      ++(allowed ? counts[name].ok : counts[name].violated);
      REQUIRE_MESSAGE(
          judgement.verdict == (allowed ? Verdict::ok : Verdict::violated),
          "history " << number << ", " << name << ": " << judgement.undecided
                     << (judgement.contradiction ? judgement.contradiction->explanation : "")
                     << spell(history));
      const auto sessions = name.starts_with("strong-session") ? consistency::Sessions::kept
                                                               : consistency::Sessions::ignored;
      const auto moments =
          name.ends_with("serializable") ? consistency::Moments::one : consistency::Moments::two;
      REQUIRE_MESSAGE(search(history, sessions, moments) == judgement.verdict,
                      "history " << number << ", " << name << spell(history));
      if (number % 4 == 0 && name == "strong-session-snapshot-isolation") REQUIRE(allowed);
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("what stores with snapshots leave is judged as brute force judges it") {
  for (const auto& [name, count] : compare(0, 20'000)) {
    CAPTURE(name);
    CHECK(count.ok > 8'000);
    CHECK(count.violated > 3'500);
  }
}

TEST_CASE("what stores with snapshots leave is judged as brute force judges it, a million times" *
          doctest::test_suite("long") * doctest::skip()) {
  CHECK(compare(20'000, 1'020'000)["snapshot-isolation"].violated > 150'000);
}

TEST_CASE("of more links in real time than there is room for only the first are made") {
  TransactionHistory history;
  for (const std::string name : {"a", "b", "c", "d"}) {
    const auto first = history.invoke(history.session(name));
    history.complete(first, consistency::Outcome::ok, {});
  }
  const auto observations = consistency::Observations::of(history);

  CHECK(consistency::real_time_links(observations, 9).size() == 3);
  CHECK(consistency::real_time_links(observations, 2).size() == 2);
}

TEST_CASE("without all links in real time no order is enough") {
  using consistency::ForcedOrders;
  using consistency::Moments;
  using consistency::RealTime;
  TransactionHistory history;
  for (const std::string name : {"a", "b", "c", "d"}) {
    const auto next = history.invoke(history.session(name));
    history.complete(next, consistency::Outcome::ok, {});
  }
  const auto observations = consistency::Observations::of(history);

  CHECK(ForcedOrders(observations, Moments::one, RealTime::kept, 3).settle(100) ==
        ForcedOrders::State::settled);
  CHECK(ForcedOrders(observations, Moments::one, RealTime::kept, 2).settle(100) ==
        ForcedOrders::State::lacks_real_time);
}
