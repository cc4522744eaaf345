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
using consistency::KeyId;
using consistency::OperationId;
using consistency::Outcome;
using consistency::Transaction;
using consistency::TransactionHistory;
using consistency::TransactionId;
using consistency::ValueId;

namespace {

bool wrote(const TransactionHistory& history, const Transaction& one, KeyId key, ValueId value) {
  return std::ranges::any_of(history.accesses(one), [&](const Access& access) {
    return access.kind != AccessKind::read && access.key == key && access.value == value;
  });
}

/// Those transactions and nothing else: who read what another one wrote has read nothing, and of a
/// list what is left of it.
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
      const auto outside = [&](ValueId value) {
        for (std::uint32_t other = 0; other < history.transactions().size(); ++other)
          if (history.transaction(TransactionId{other}).outcome != Outcome::failed &&
              wrote(history, history.transaction(TransactionId{other}), access.key, value) &&
              std::ranges::find(operations, OperationId{other}) == operations.end())
            return true;
        return false;
      };
      const auto text = [&](ValueId value) {
        return rest.values().text(history.values().content(value));
      };
      ValueId value = consistency::nothing;
      if (history.values().is_list(access.value)) {
        std::vector<ValueId> list;
        for (const ValueId element :
             consistency::elements_of(history.values().content(access.value)))
          if (!outside(element)) list.push_back(text(element));
        if (!list.empty()) value = rest.values().list(list);
      } else {
        if (access.kind == AccessKind::read && outside(access.value)) continue;
        if (access.value != consistency::nothing) value = text(access.value);
      }
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

namespace {

struct Explained {
  std::map<std::string_view, int> by_model;
  int in_real_time = 0;  // by a circle
  int searched = 0;      // not strictly
};

Explained explain_all(testing::Held held, std::uint64_t histories) {
  Explained explained;
  for (std::uint64_t number = 0; number < histories; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number, {.held = held});
    for (const std::string_view model : models) {
      const auto judgement = consistency::find_transaction_model(model)->check(history, {});
      if (!judgement.contradiction) continue;
      const consistency::Contradiction& found = *judgement.contradiction;
      const bool circle = found.explanation.starts_with("each of");
      const bool search = found.explanation.starts_with("no order");
      if (!circle && !search) continue;
      check_smallest(history, found, model);
      ++explained.by_model[model];
      const bool strict = model == "strict-serializable";
      explained.in_real_time += strict && circle ? 1 : 0;
      explained.searched += !strict && search ? 1 : 0;
    }
  }
  return explained;
}

}  // namespace

TEST_CASE("the transactions that are told contradict by themselves, and less do not") {
  const Explained explained = explain_all(testing::Held::registers, 20'000);
  for (const std::string_view model : models) CHECK(explained.by_model.at(model) > 1'500);
  CHECK(explained.in_real_time > 500);
  CHECK(explained.searched > 0);
}

TEST_CASE("so do those that are told of lists, and of lists and registers") {
  for (const testing::Held held : {testing::Held::lists, testing::Held::both}) {
    const Explained explained = explain_all(held, 20'000);
    for (const std::string_view model : models) CHECK(explained.by_model.at(model) > 500);
    CHECK(explained.in_real_time > 500);
  }
}

TEST_CASE("of values that are written again and again few transactions are told, too") {
  constexpr std::string_view model = "strict-serializable";
  int explained = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number, {.values = 3});
    const auto judgement = consistency::find_transaction_model(model)->check(history, {});
    if (!judgement.contradiction) continue;
    if (!judgement.contradiction->explanation.starts_with("no order")) continue;
    check_smallest(history, *judgement.contradiction, model);
    ++explained;
  }
  CHECK(explained > 1'000);
}
