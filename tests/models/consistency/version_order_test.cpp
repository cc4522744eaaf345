// Staleness and k-atomicity in a known order of versions: by hand, and by every order.
#include "models/consistency/version_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "models/consistency/linearizability.hpp"
#include "tests/models/consistency/weak_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;

namespace {

// Every order of the operations that keeps real time and the order of the versions.
bool some_order(const History& history, const std::vector<OperationId>& versions, std::size_t k) {
  const auto operations = history.operations();
  std::vector<std::vector<consistency::ValueId>> held(history.keys(), {history.initial()});
  std::vector<bool> done(operations.size(), false);
  std::size_t written = 0;
  const std::function<bool(std::size_t)> extend = [&](std::size_t left) {
    if (left == 0) return true;
    for (std::size_t at = 0; at < operations.size(); ++at) {
      const Operation& one = operations[at];
      bool may = !done[at];
      for (std::size_t other = 0; other < operations.size(); ++other)
        may = may && (done[other] || operations[other].returned > one.invoked);
      if (!may) continue;
      auto& values = held[static_cast<std::size_t>(one.key)];
      const bool writes = one.kind == OperationKind::write;
      if (writes && versions[written] != OperationId{static_cast<std::uint32_t>(at)}) continue;
      if (!writes &&
          std::find(values.end() - static_cast<std::ptrdiff_t>(std::min(k, values.size())),
                    values.end(), one.result) == values.end())
        continue;
      done[at] = true;
      if (writes) values.push_back(one.argument), ++written;
      if (extend(left - 1)) return true;
      if (writes) values.pop_back(), --written;
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

struct Count {
  std::uint64_t ok = 0;
  std::uint64_t violated = 0;
};

// Of every order of the versions; and that some order is 1-atomic if the history is linearizable.
bool agrees(const History& history, Count& count) {
  std::vector<OperationId> versions = writes_of(history);
  bool any = false;
  do {
    for (std::size_t k = 1; k <= 3; ++k) {
      const bool expected = some_order(history, versions, k);
      const auto verdict = consistency::judge_k_atomic(history, versions, k).verdict;
      ++(expected ? count.ok : count.violated);
      any = any || (k == 1 && verdict == Verdict::ok);
      if (verdict == (expected ? Verdict::ok : Verdict::violated)) continue;
      FAIL_CHECK("k = " << k << testing::spell(history));
      return false;
    }
  } while (std::ranges::next_permutation(versions).found);
  const bool linearizable = consistency::check_linearizability(history).verdict == Verdict::ok;
  CHECK_MESSAGE(any == linearizable, testing::spell(history));
  return any == linearizable;
}

struct Timed {
  History history;
  std::vector<OperationId> versions;

  OperationId run(OperationKind kind, std::string_view value, std::int64_t begin,
                  std::int64_t end) {
    const auto id = history.values().text(value);
    const bool reads = kind == OperationKind::read;
    const auto operation = history.invoke(
        {history.session("p"), history.key("x"), kind, reads ? consistency::nothing : id},
        sim::Instant{begin});
    history.complete(operation, Outcome::ok, reads ? id : consistency::nothing, sim::Instant{end});
    if (!reads) versions.push_back(operation);
    return operation;
  }
};

}  // namespace

TEST_CASE("a read is as many versions behind as had to be there, and as long as the first") {
  Timed timed;
  timed.run(OperationKind::write, "1", 0, 10);
  timed.run(OperationKind::write, "2", 20, 30);
  timed.run(OperationKind::write, "3", 40, 50);
  const OperationId stale = timed.run(OperationKind::read, "1", 100, 110);
  const OperationId fresh = timed.run(OperationKind::read, "3", 120, 130);

  const auto report = consistency::measure_staleness(timed.history, timed.versions);

  REQUIRE(report.verdict == Verdict::ok);
  CHECK(report.reads == std::vector{consistency::Staleness{stale, 2, sim::Duration{70}},
                                    consistency::Staleness{fresh, 0, sim::Duration{0}}});
  CHECK(consistency::judge_k_atomic(timed.history, timed.versions, 2).verdict == Verdict::violated);
  CHECK(consistency::judge_k_atomic(timed.history, timed.versions, 3).verdict == Verdict::ok);
}

TEST_CASE("an order of versions against real time explains nothing") {
  Timed timed;
  timed.run(OperationKind::write, "1", 0, 10);
  timed.run(OperationKind::write, "2", 20, 30);
  std::ranges::reverse(timed.versions);

  const auto report = consistency::measure_staleness(timed.history, timed.versions);

  CHECK(report.verdict == Verdict::violated);
  CHECK(report.reason ==
        "in the order of the versions this one came too late: write x = 2 by p "
        "[0.00002ms..0.00003ms] -> ok.");
}

TEST_CASE("a write that was acknowledged but has no version is no k-atomic history") {
  Timed timed;
  timed.run(OperationKind::write, "1", 0, 10);
  CHECK(consistency::judge_k_atomic(timed.history, {}, 9).verdict == Verdict::violated);
}

TEST_CASE("k-atomicity in every order of the versions is what every order of operations says") {
  Count count;
  std::uint64_t histories = 0;
  for (std::uint64_t number = 1; number < 20'000; ++number) {
    if (testing::writes_twice(number)) continue;
    const History history = testing::weak_history(number);
    if (!only_reads_and_writes(history)) continue;
    ++histories;
    if (!agrees(history, count)) break;
  }
  CHECK(histories > 3'000);
  CHECK(count.ok > 3'000);
  CHECK(count.violated > 3'000);
}
