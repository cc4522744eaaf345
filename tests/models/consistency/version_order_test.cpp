// The order of versions that answers tell: by hand, by every order, and against brute force.
#include "models/consistency/version_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/consistency/linearizability.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/consistency/order_oracle.hpp"
#include "tests/models/consistency/script.hpp"
#include "tests/models/consistency/weak_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;
using testing::Script;

namespace {

// Of the only key.
std::optional<std::uint64_t> stalest(const History& history) {
  const auto key = static_cast<std::size_t>(history.operations().front().key);
  return consistency::stalest_by_versions(history, consistency::KeyOperations(history).of(key));
}

// Every order of the operations that keeps real time and the order of the versions.
bool some_order(const History& history, const std::vector<OperationId>& versions, std::size_t k) {
  const auto operations = history.operations();
  std::vector<consistency::ValueId> values{history.initial()};
  std::vector<bool> done(operations.size(), false);
  const std::function<bool(std::size_t)> extend = [&](std::size_t left) {
    if (left == 0) return true;
    for (std::size_t at = 0; at < operations.size(); ++at) {
      const Operation& one = operations[at];
      bool may = !done[at];
      for (std::size_t other = 0; other < operations.size(); ++other)
        may = may && (done[other] || operations[other].returned > one.invoked);
      if (!may) continue;
      const bool writes = one.kind == OperationKind::write;
      if (writes && versions[values.size() - 1] != static_cast<OperationId>(at)) continue;
      if (!writes &&
          std::find(values.end() - static_cast<std::ptrdiff_t>(std::min(k, values.size())),
                    values.end(), one.result) == values.end())
        continue;
      done[at] = true;
      if (writes) values.push_back(one.argument);
      if (extend(left - 1)) return true;
      if (writes) values.pop_back();
      done[at] = false;
    }
    return false;
  };
  return extend(operations.size());
}

// And of one key.
bool only_reads_and_writes(const History& history) {
  return std::ranges::all_of(history.operations(), [&](const Operation& one) {
    return one.outcome == Outcome::ok && one.kind != OperationKind::compare_and_swap &&
           one.key == history.operations().front().key;
  });
}

std::vector<OperationId> writes_of(const History& history) {
  std::vector<OperationId> writes;
  for (std::uint32_t at = 0; at < history.operations().size(); ++at)
    if (history.operations()[at].kind == OperationKind::write) writes.push_back(OperationId{at});
  return writes;
}

// Writes by their places in the order, and reads by their values.
History numbered(History history, const std::vector<OperationId>& versions) {
  for (std::uint64_t place = 0; place < versions.size(); ++place) {
    history.set_version(versions[place], place + 1);
    for (std::uint32_t at = 0; at < history.operations().size(); ++at) {
      const Operation& one = history.operations()[at];
      if (one.kind == OperationKind::read &&
          one.result == history.operation(versions[place]).argument)
        history.set_version(OperationId{at}, place + 1);
    }
  }
  return history;
}

struct Count {
  std::uint64_t explained = 0;
  std::uint64_t stale = 0;
  std::uint64_t refused = 0;
};

// Of every order of the versions; and that some order is fresh if the history is linearizable.
bool agrees(const History& history, Count& count) {
  std::vector<OperationId> versions = writes_of(history);
  bool any = false;
  do {
    std::optional<std::uint64_t> expected;
    for (std::size_t k = versions.size() + 1; k > 0; --k)
      if (some_order(history, versions, k)) expected = k - 1;
    const std::optional<std::uint64_t> told = stalest(numbered(history, versions));
    ++(!expected ? count.refused : *expected == 0 ? count.explained : count.stale);
    any = any || told == 0;
    if (told == expected) continue;
    FAIL_CHECK(testing::spell(history));
    return false;
  } while (std::ranges::next_permutation(versions).found);
  const bool linearizable = consistency::check_linearizability(history).verdict == Verdict::ok;
  CHECK_MESSAGE(any == linearizable, testing::spell(history));
  return any == linearizable;
}

/// A few operations on a key of a store that numbers its versions, of two values. Reads may be told
/// an older version; numbers are left out, and seldom wrong.
class NumberedStore {
 public:
  explicit NumberedStore(std::uint64_t seed)
      : stream_(seed, {sim::Purpose::fault_value, 23, 0}),
        ages_(below(3) + 1),
        leaves_out_(below(2) == 0),
        errs_(below(4) == 0) {}

  History generate() {
    const std::size_t size = below(7) + 1;
    for (std::size_t begun = 0; begun < size || !open_.empty();) {
      const bool begins = begun < size && open_.size() < 3 && below(2) == 0;
      if (begins) {
        begin(begun++);
      } else if (!open_.empty()) {
        go_on(below(open_.size()));
      }
    }
    return std::move(history_);
  }

 private:
  struct Open {
    OperationId id{};
    bool took_effect = false;
    Outcome outcome = Outcome::ok;
    consistency::ValueId result = consistency::nothing;
    std::uint64_t number = 0;
  };

  std::size_t below(std::size_t bound) { return sim::below(stream_.draw(), bound); }

  consistency::ValueId value() {
    const std::size_t drawn = below(3);
    return drawn == 0 ? consistency::nothing : history_.values().text(std::to_string(drawn));
  }

  void begin(std::size_t number) {
    constexpr std::array kinds{OperationKind::read,   OperationKind::read,
                               OperationKind::write,  OperationKind::write,
                               OperationKind::remove, OperationKind::compare_and_swap};
    consistency::Request request;
    request.session = history_.session("s" + std::to_string(number));
    request.key = history_.key("x");
    request.kind = kinds[below(kinds.size())];
    if (request.kind == OperationKind::compare_and_swap) request.expected = value();
    const bool writes = request.kind == OperationKind::write;
    if (writes || request.kind == OperationKind::compare_and_swap) request.argument = value();
    open_.push_back({.id = history_.invoke(request)});
  }

  void go_on(std::size_t at) {
    if (!open_[at].took_effect) return take_effect(open_[at]);
    const Open one = open_[at];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
    if (below(8) == 0) return;
    history_.complete(one.id, outcome_of(one), one.result);
    if (leaves_out_ && below(3) == 0) return;
    if (const std::uint64_t told = one.number + (errs_ && below(4) == 0 ? 1 : 0); told != 0)
      history_.set_version(one.id, told);
  }

  /// Seldom a client is told the opposite of what a swap did.
  Outcome outcome_of(const Open& one) {
    const bool swaps = history_.operation(one.id).kind == OperationKind::compare_and_swap &&
                       errs_ && below(3) == 0;
    if (!swaps) return one.outcome;
    return one.outcome == Outcome::ok ? Outcome::mismatch : Outcome::ok;
  }

  void take_effect(Open& one) {
    const Operation& operation = history_.operation(one.id);
    one.took_effect = true;
    const std::size_t newest = versions_.size() - 1;
    switch (operation.kind) {
      case OperationKind::read: {
        const std::size_t seen = newest - std::min(below(ages_), newest);
        one.result = versions_[seen];
        one.number = seen;
        return;
      }
      case OperationKind::compare_and_swap:
        if (versions_[newest] != operation.expected) {
          one.outcome = Outcome::mismatch;
          one.number = newest;
          return;
        }
        break;
      case OperationKind::remove:
        if (versions_[newest] == consistency::nothing) return;
        break;
      default:
        break;
    }
    versions_.push_back(operation.argument);
    one.number = newest + 1;
  }

  sim::Stream stream_;
  std::size_t ages_;
  bool leaves_out_;
  bool errs_;
  History history_;
  std::vector<Open> open_;
  std::vector<consistency::ValueId> versions_{consistency::nothing};
};

bool swaps(const History& history) {
  return std::ranges::any_of(history.operations(), [](const Operation& one) {
    return one.kind == OperationKind::compare_and_swap;
  });
}

}  // namespace

TEST_CASE("a read is as many versions behind as had to be there") {
  Script script;
  script.number(script.write("1"), 3);
  script.number(script.write("2"), 7);
  script.number(script.write("3"), 9);
  SUBCASE("the newest") {
    script.number(script.read("3"), 9);
    CHECK(stalest(script.history) == 0);
  }
  SUBCASE("the first of three") {
    script.number(script.read("1"), 3);
    script.number(script.read("3"), 9);
    CHECK(stalest(script.history) == 2);
  }
  SUBCASE("while the newest is written") {
    const OperationId late = script.begin(Script::Kind::write, "4");
    script.number(script.read("3"), 9);
    script.end(late);
    script.number(late, 10);
    CHECK(stalest(script.history) == 0);
  }
}

TEST_CASE("numbers that do not explain the answers explain nothing") {
  Script script;
  const OperationId one = script.number(script.write("1"), 1);
  SUBCASE("against real time") {
    script.number(script.write("2"), 2);
    script.number(one, 3);
  }
  SUBCASE("two of one number") { script.number(script.write("2"), 1); }
  SUBCASE("a write without one") { script.write("2"); }
  SUBCASE("of another value") { script.number(script.read("2"), 1); }
  SUBCASE("that nobody can have written") { script.number(script.read("1"), 2); }
  SUBCASE("read before it was written") {
    const OperationId read = script.read("2");
    script.number(script.write("2"), 2);
    script.number(read, 2);
  }
  SUBCASE("a swap of something else") { script.number(script.swap("2", "3"), 2); }
  SUBCASE("a swap of something else for nothing, without a number, when nothing is there") {
    const OperationId remove = script.begin(Script::Kind::remove);
    script.end(remove);
    script.number(remove, 2);
    script.swap("2", "nil");
  }
  SUBCASE("a mismatch that matches") {
    const OperationId swap = script.begin(Script::Kind::compare_and_swap, "2", "1");
    script.mismatch(swap);
    script.number(swap, 1);
  }
  CHECK(stalest(script.history) == std::nullopt);
}

TEST_CASE("a version that was read and that nobody is known to have written is an open write's") {
  Script script;
  script.number(script.write("1"), 1);
  script.begin(Script::Kind::write, "2");
  script.number(script.write("3"), 3);
  SUBCASE("it came in between") {
    script.number(script.read("2"), 2);
    CHECK(stalest(script.history) == 1);
  }
  SUBCASE("it came last") {
    script.number(script.read("2"), 4);
    CHECK(stalest(script.history) == 0);
  }
}

TEST_CASE("swaps, mismatches and removes have their places among the versions") {
  Script script;
  script.number(script.swap("nil", "1"), 1);
  script.number(script.swap("1", "1"), 2);
  const OperationId mismatch = script.begin(Script::Kind::compare_and_swap, "9", "nil");
  script.mismatch(mismatch);
  script.number(mismatch, 2);
  const OperationId remove = script.begin(Script::Kind::remove);
  script.end(remove);
  script.number(remove, 5);
  script.read("nil");
  CHECK(stalest(script.history) == 0);
  script.number(mismatch, 1);
  CHECK(stalest(script.history) == 1);
}

TEST_CASE(
    "a remove without a number found nothing, and nobody knows how far behind it others are") {
  Script script;
  script.end(script.begin(Script::Kind::remove));
  SUBCASE("fresh") {
    script.number(script.write("1"), 1);
    script.number(script.read("1"), 1);
    CHECK(stalest(script.history) == 0);
  }
  SUBCASE("stale") {
    script.number(script.write("1"), 1);
    script.read("nil");
    CHECK(stalest(script.history) == std::nullopt);
  }
}

TEST_CASE("a history without numbers offers no order") {
  Script script;
  script.write("1");
  CHECK(stalest(script.history) == std::nullopt);
}

TEST_CASE("staleness in every order of the versions is what every order of operations says") {
  Count count;
  std::uint64_t histories = 0;
  for (std::uint64_t number = 1; number < 30'000; ++number) {
    if (testing::writes_twice(number)) continue;
    const History history = testing::weak_history(number);
    if (!only_reads_and_writes(history) || writes_of(history).empty()) continue;
    ++histories;
    if (!agrees(history, count)) break;
  }
  CHECK(histories > 3'000);
  CHECK(count.explained > 3'000);
  CHECK(count.stale > 3'000);
  CHECK(count.refused > 3'000);
}

TEST_CASE("what the numbers of a store explain brute force explains, too") {
  std::uint64_t fresh = 0;
  std::uint64_t stale = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 0; seed < 30'000; ++seed) {
    const History history = NumberedStore(seed).generate();
    const std::optional<std::uint64_t> told = stalest(history);
    testing::OrderOracle oracle(history);
    if (!told) {
      ++refused;
      continue;
    }
    ++(*told == 0 ? fresh : stale);
    if (*told == 0) CHECK_MESSAGE(oracle.linearizable(), testing::spell(history));
    if (!swaps(history)) CHECK_MESSAGE(oracle.k_atomic(*told + 1), testing::spell(history));
  }
  CHECK(fresh > 7'000);
  CHECK(stale > 500);
  CHECK(refused > 1'000);
}
