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
      const auto is_own = [&](KeyId key) {
        return std::ranges::any_of(accesses, [&](const Access& before) {
          return before.kind != AccessKind::read && before.key == key;
        });
      };
      // Only who failed can have been meant if nobody else wrote it.
      const auto outside = [&](ValueId value) {
        bool failed = false;
        bool inside = false;
        for (std::uint32_t other = 0; other < history.transactions().size(); ++other) {
          const Transaction& writer = history.transaction(TransactionId{other});
          if (!wrote(history, writer, access.key, value)) continue;
          const bool is_told =
              std::ranges::find(operations, OperationId{other}) != operations.end();
          if (!is_told && writer.outcome != Outcome::failed) return true;
          failed = failed || !is_told;
          inside = inside || is_told;
        }
        return failed && !inside;
      };
      const auto text = [&](ValueId value) {
        return rest.values().text(history.values().content(value));
      };
      const KeyId key = rest.key(history.name(access.key));
      ValueId value = consistency::nothing;
      if (history.values().is_list(access.value)) {
        std::vector<ValueId> list;
        for (const ValueId element :
             consistency::elements_of(history.values().content(access.value)))
          if (!outside(element)) list.push_back(text(element));
        if (!list.empty()) value = rest.values().list(list);
      } else {
        const bool forgotten = !is_own(key) && outside(access.value);
        if (access.kind == AccessKind::read && forgotten) continue;
        if (access.value != consistency::nothing) value = text(access.value);
      }
      accesses.push_back({key, value, access.kind});
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

constexpr std::array<std::string_view, 5> orders{
    "strict-serializable", "strong-session-serializable", "serializable",
    "strong-session-snapshot-isolation", "snapshot-isolation"};
constexpr std::array<std::string_view, 3> weaker{"causal", "read-atomic", "read-committed"};

struct Explained {
  std::map<std::string_view, int> by_model;
  int in_real_time = 0;  // by a circle
  int searched = 0;      // not strictly
  int absurd = 0;        // whatever the model
  int torn = 0;          // lists of which neither begins with the other
};

/// That is so whoever wrote them.
void check_torn(const TransactionHistory& history, const consistency::Contradiction& found) {
  CAPTURE(found.explanation);
  REQUIRE(found.minimal);
  REQUIRE(found.operations.size() == 2);
  bool torn = false;
  const auto lists = [&](OperationId id, const auto& use) {
    for (const Access& access :
         history.accesses(history.transaction(static_cast<TransactionId>(id))))
      if (access.kind == AccessKind::read) use(access.key, history.values().content(access.value));
  };
  lists(found.operations[0], [&](KeyId key, std::string_view one) {
    lists(found.operations[1], [&](KeyId other_key, std::string_view other) {
      torn = torn || (key == other_key && !one.starts_with(other) && !other.starts_with(one));
    });
  });
  REQUIRE(torn);
}

Explained explain_all(testing::Held held, std::uint64_t histories) {
  Explained explained;
  for (std::uint64_t number = 0; number < histories; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number, {.held = held});
    for (const std::string_view model : orders) {
      const auto judgement = consistency::find_transaction_model(model)->check(history, {});
      if (!judgement.contradiction) continue;
      const consistency::Contradiction& found = *judgement.contradiction;
      const bool circle = found.explanation.starts_with("each of");
      const bool search = found.explanation.starts_with("no order");
      if (found.explanation.starts_with("two lists of ")) {
        check_torn(history, found);
        ++explained.torn;
        continue;
      }
      check_smallest(history, found, model);
      if (!circle && !search) {
        ++explained.absurd;
        continue;
      }
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
  for (const std::string_view model : orders) CHECK(explained.by_model.at(model) > 1'500);
  CHECK(explained.in_real_time > 500);
  CHECK(explained.searched > 0);
  CHECK(explained.absurd > 500);
}

TEST_CASE("so do those that are told of the weaker models") {
  std::map<std::string_view, int> explained;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number);
    for (const std::string_view model : weaker) {
      const auto judgement = consistency::find_transaction_model(model)->check(history, {});
      if (!judgement.contradiction) continue;
      check_smallest(history, *judgement.contradiction, model);
      ++explained[model];
    }
  }
  for (const std::string_view model : weaker) CHECK(explained.at(model) > 500);
}

TEST_CASE("so do those that are told of lists, and of lists and registers") {
  for (const testing::Held held : {testing::Held::lists, testing::Held::both}) {
    const Explained explained = explain_all(held, 20'000);
    for (const std::string_view model : orders) CHECK(explained.by_model.at(model) > 500);
    CHECK(explained.in_real_time > 500);
    CHECK(explained.absurd > 500);
    CHECK(explained.torn > 100);
  }
}

TEST_CASE("of values that are written again and again few transactions are told, too") {
  constexpr std::string_view model = "strict-serializable";
  int by_values = 0;
  int by_circles = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const TransactionHistory history = testing::snapshot_store_history(number, {.values = 3});
    const auto judgement = consistency::find_transaction_model(model)->check(history, {});
    if (!judgement.contradiction) continue;
    const bool search = judgement.contradiction->explanation.starts_with("no order");
    const bool circle = judgement.contradiction->explanation.starts_with("each of");
    if (!search && !circle) continue;
    check_smallest(history, *judgement.contradiction, model);
    by_values += search ? 1 : 0;
    by_circles += circle ? 1 : 0;
  }
  CHECK(by_values > 500);
  CHECK(by_values + by_circles > 1'000);
}

// One appends a, b and c, another one x, and what a third one reads shows the first one's in part.
TEST_CASE("what was appended together and is read apart is told with whoever came in between") {
  struct Case {
    std::string_view list;
    std::size_t told;
  };
  constexpr std::array cases{Case{"axbc", 3}, Case{"abxc", 3}, Case{"xac", 2}, Case{"axc", 2},
                             Case{"abx", 2},  Case{"bc", 2},   Case{"bac", 2}};
  for (const Case& one : cases) {
    CAPTURE(one.list);
    TransactionHistory history;
    const KeyId key = history.key("k");
    const auto element = [&](char name) { return history.values().text(std::string(1, name)); };
    const auto commit = [&](std::string_view session, const std::vector<Access>& accesses) {
      history.complete(history.invoke(history.session(session)), Outcome::ok, accesses);
    };
    std::vector<Access> appends;
    for (const char name : {'a', 'b', 'c'})
      appends.push_back({key, element(name), AccessKind::append});
    std::vector<ValueId> list;
    for (const char name : one.list) list.push_back(element(name));
    commit("1", appends);
    commit("2", {{key, element('x'), AccessKind::append}});
    commit("3", {{key, history.values().list(list), AccessKind::read}});

    const auto judgement = consistency::find_transaction_model("serializable")->check(history, {});

    REQUIRE(judgement.contradiction.has_value());
    CHECK(judgement.contradiction->explanation.starts_with("what was appended together"));
    CHECK(judgement.contradiction->operations.size() == one.told);
    check_smallest(history, *judgement.contradiction, "serializable");
  }
}
