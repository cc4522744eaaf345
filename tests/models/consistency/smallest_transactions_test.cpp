// The transactions that contradict a model, against brute force over those alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/transaction_oracle.hpp"
#include "tests/models/consistency/transaction_store.hpp"

using namespace splitvote;
using consistency::Access;
using consistency::AccessKind;
using consistency::OperationId;
using consistency::Outcome;
using consistency::Transaction;
using consistency::TransactionHistory;
using consistency::TransactionId;

namespace {

bool wrote(const TransactionHistory& history, const Transaction& one, const Access& read) {
  return std::ranges::any_of(history.accesses(one), [&](const Access& access) {
    return access.kind == AccessKind::write && access.key == read.key && access.value == read.value;
  });
}

/// Those transactions and nothing else: who read what another one wrote has read nothing.
TransactionHistory rest_of(const TransactionHistory& history,
                           const std::vector<OperationId>& operations) {
  struct Event {
    consistency::Position position = 0;
    std::size_t at = 0;
    bool returns = false;
  };
  std::vector<Transaction> some;
  std::vector<Event> events;
  for (const OperationId id : operations)
    some.push_back(history.transaction(static_cast<TransactionId>(id)));
  for (std::size_t at = 0; at < some.size(); ++at) {
    events.push_back({some[at].invoked, at, false});
    events.push_back({some[at].returned, at, true});
  }
  std::ranges::sort(events, {},
                    [](const Event& event) { return std::tuple(event.position, event.at); });
  TransactionHistory rest;
  std::vector<TransactionId> ids(some.size());
  for (const Event& event : events) {
    const Transaction& one = some[event.at];
    if (!event.returns) {
      ids[event.at] = rest.invoke(rest.session(history.name(one.session)));
      continue;
    }
    std::vector<Access> accesses;
    for (const Access& access : history.accesses(one)) {
      const auto writes = [&](const Transaction& other) { return wrote(history, other, access); };
      const auto outside = [&](std::uint32_t other) {
        return history.transaction(TransactionId{other}).outcome != Outcome::failed &&
               writes(history.transaction(TransactionId{other})) &&
               std::ranges::find(operations, OperationId{other}) == operations.end();
      };
      bool forgotten = false;
      for (std::uint32_t other = 0; other < history.transactions().size(); ++other)
        forgotten = forgotten || (access.kind == AccessKind::read && outside(other));
      if (forgotten) continue;
      const auto value = access.value == consistency::nothing
                             ? consistency::nothing
                             : rest.values().text(history.values().content(access.value));
      accesses.push_back({rest.key(history.name(access.key)), value, access.kind});
    }
    rest.complete(ids[event.at], one.outcome, accesses);
  }
  return rest;
}

bool contradicts(const TransactionHistory& history, const std::vector<OperationId>& operations,
                 std::string_view model) {
  const TransactionHistory rest = rest_of(history, operations);
  return !testing::TransactionOracle(rest).allows(model);
}

void check_smallest(const TransactionHistory& history, const consistency::Contradiction& found,
                    std::string_view model) {
  CAPTURE(model);
  CAPTURE(found.explanation);
  REQUIRE(found.minimal);
  REQUIRE(contradicts(history, found.operations, model));
  for (const OperationId one : found.operations) {
    std::vector<OperationId> fewer = found.operations;
    std::erase(fewer, one);
    REQUIRE(!contradicts(history, fewer, model));
  }
}

}  // namespace

namespace {

constexpr std::array<std::string_view, 5> models{
    "strict-serializable", "strong-session-serializable", "serializable",
    "strong-session-snapshot-isolation", "snapshot-isolation"};

}  // namespace

TEST_CASE("the transactions that are told contradict by themselves, and less do not") {
  std::map<std::string_view, int> explained;
  int searched = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number);
    for (const std::string_view model : models) {
      const auto judgement = consistency::find_transaction_model(model)->check(history, {});
      if (!judgement.contradiction) continue;
      const consistency::Contradiction& found = *judgement.contradiction;
      const bool absurd =
          !found.explanation.starts_with("each of") && !found.explanation.starts_with("no order");
      if (absurd) continue;
      // Of real time a circle tells, which is no smallest set.
      if (model == "strict-serializable" && !found.arrows.empty()) continue;
      check_smallest(history, found, model);
      ++explained[model];
      const bool by_search = found.explanation.starts_with("no order");
      searched += by_search && model != "strict-serializable" ? 1 : 0;
    }
  }
  for (const std::string_view model : models) {
    CAPTURE(model);
    CHECK(explained[model] > (model == "strict-serializable" ? 500 : 1'500));
  }
  CHECK(searched > 0);
}

TEST_CASE("of values that are written again and again few transactions are told, too") {
  constexpr std::string_view model = "strict-serializable";
  int explained = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number, 3);
    const auto judgement = consistency::find_transaction_model(model)->check(history, {});
    if (!judgement.contradiction) continue;
    if (!judgement.contradiction->explanation.starts_with("no order")) continue;
    check_smallest(history, *judgement.contradiction, model);
    ++explained;
  }
  CHECK(explained > 1'000);
}
