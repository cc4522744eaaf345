// The noun of transactions: accesses in order, outcomes, and how a transaction is spelled; and the
// table of models.
#include "models/consistency/transaction_history.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "models/consistency/models.hpp"

using namespace splitvote;
using consistency::Access;
using consistency::AccessKind;
using consistency::Outcome;
using consistency::TransactionHistory;

TEST_CASE("transactions keep their accesses, their places and their outcomes") {
  TransactionHistory history;
  const auto x = history.key("x");
  const auto three = history.values().text("3");
  const auto first = history.invoke(history.session("client 7"));
  const auto second = history.invoke(history.session("client 8"));
  history.complete(second, Outcome::failed, std::array{Access{x, three, AccessKind::append}});
  history.complete(first, Outcome::ok,
                   std::array{Access{x, consistency::nothing, AccessKind::read},
                              Access{x, three, AccessKind::write}});

  CHECK(history.transaction(first).invoked == 0);
  CHECK(history.transaction(first).returned == 3);
  CHECK(history.transaction(second).returned == 2);
  CHECK(history.accesses(history.transaction(first)).size() == 2);
  CHECK(history.describe(first) == "transaction 1 of client 7 (read x -> nil, write x = 3)");
  CHECK(history.describe(second) == "transaction 2 of client 8 (append 3 to x) -> aborted");
}

TEST_CASE("a transaction of unknown outcome never returns") {
  TransactionHistory history;
  const auto lost = history.invoke(history.session("client 7"));
  history.complete(lost, Outcome::unknown, {});

  CHECK(history.transaction(lost).returned == consistency::never_returned);
  CHECK(history.describe(lost) == "transaction 1 of client 7 () -> no answer");
}

TEST_CASE("a model is found by its name") {
  for (const consistency::Model& model : consistency::models())
    CHECK(consistency::find_model(model.name) == &model);
  for (const consistency::TransactionModel& model : consistency::transaction_models())
    CHECK(consistency::find_transaction_model(model.name) == &model);

  CHECK(consistency::find_model("linearizable") != nullptr);
  CHECK(consistency::find_model("perfect") == nullptr);
  CHECK(consistency::find_transaction_model("perfect") == nullptr);
}
