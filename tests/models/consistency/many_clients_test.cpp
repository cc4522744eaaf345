// Many clients: what must come before what decides transactions on registers, and stronger models
// decide what weaker ones leave open.
#include <doctest/doctest.h>

#include <string_view>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/simulated_history.hpp"
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

TEST_CASE("what is strictly serializable keeps the weaker models, whoever wrote its values") {
  const TransactionHistory history = testing::simulate_transactions(
      {.seed = 1, .transactions = 1'000, .clients = 10, .keys = 10, .values = 5});

  for (const consistency::TransactionModel& model : consistency::transaction_models())
    CHECK_MESSAGE(judge(model.name, history).verdict == Verdict::ok, model.name);
}

TEST_CASE("what the weaker models leave open is not taken for kept") {
  const TransactionHistory history = testing::simulate_transactions(
      {.seed = 1, .transactions = 1'000, .clients = 4, .keys = 10, .values = 5, .stale = 500});

  CHECK(judge("strict-serializable", history).verdict == Verdict::violated);
  CHECK(judge("causal", history).verdict == Verdict::unknown);
  CHECK(judge("read-committed", history).verdict == Verdict::unknown);
}

TEST_CASE("too many sessions for vector clocks are causal if they are causal memory") {
  const consistency::History history = testing::play(testing::lagging(
      testing::simulate_store({.seed = 1, .operations = 20'000, .clients = 7'000, .keys = 20}), 1));

  CHECK(consistency::find_model("linearizable")->check(history, {}).verdict == Verdict::violated);
  CHECK(consistency::find_model("causal-memory")->check(history, {}).verdict == Verdict::ok);
  CHECK(consistency::find_model("causal")->check(history, {}).verdict == Verdict::ok);
}
