// Transactions of many clients on registers: what must come before what decides them.
#include <doctest/doctest.h>

#include <string_view>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/simulated_transactions.hpp"

using namespace splitvote;
using consistency::Judgement;
using consistency::TransactionHistory;
using consistency::Verdict;

namespace {

Judgement judge(std::string_view model, const TransactionHistory& history) {
  return consistency::find_transaction_model(model)->check(history, {.configurations = 100'000});
}

}  // namespace

TEST_CASE("a thousand transactions of twenty clients are strictly serializable") {
  const TransactionHistory history = testing::simulate_transactions(
      {.seed = 1, .transactions = 1'000, .clients = 20, .keys = 1'000});

  CHECK(judge("strict-serializable", history).verdict == Verdict::ok);
}

TEST_CASE("what is strictly serializable shows that it is serializable and snapshot isolation") {
  const TransactionHistory history = testing::simulate_transactions(
      {.seed = 1, .transactions = 10'000, .clients = 20, .keys = 1'000});

  CHECK(judge("strict-serializable", history).verdict == Verdict::ok);
  CHECK(judge("strong-session-serializable", history).verdict == Verdict::ok);
  CHECK(judge("serializable", history).verdict == Verdict::ok);
  CHECK(judge("strong-session-snapshot-isolation", history).verdict == Verdict::ok);
  CHECK(judge("snapshot-isolation", history).verdict == Verdict::ok);
}

TEST_CASE("a read that is behind among those of twenty clients is told with a few transactions") {
  const TransactionHistory history = testing::simulate_transactions(
      {.seed = 1, .transactions = 3'000, .clients = 20, .keys = 100, .stale = 2'000});
  const Judgement judgement = judge("strict-serializable", history);

  REQUIRE(judgement.verdict == Verdict::violated);
  REQUIRE(judgement.contradiction.has_value());
  CHECK(judgement.contradiction->operations.size() <= 5);
  CHECK_FALSE(judgement.contradiction->arrows.empty());
}

TEST_CASE("values that are written again and again are left to the search by values") {
  const TransactionHistory history = testing::simulate_transactions(
      {.seed = 1, .transactions = 1'000, .clients = 4, .keys = 10, .values = 5});

  CHECK(judge("strict-serializable", history).verdict == Verdict::ok);
  CHECK(judge("serializable", history).verdict == Verdict::ok);
}
