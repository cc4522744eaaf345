// Eventual consistency with a bound: by hand, and by every order of the writes.
#include "models/consistency/eventual.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/models/consistency/weak_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;

namespace {

struct Told {
  std::string_view client;
  std::string_view what;  // "w(x)1", "r(x)1", "r(x)nil"
  std::int64_t at = 0;    // it returns one later
};

History told(const std::vector<Told>& all) {
  History history;
  for (const Told& one : all) {
    const std::string value(one.what.substr(4));
    const auto id = value == "nil" ? consistency::nothing : history.values().text(value);
    const bool reads = one.what.front() == 'r';
    const auto operation = history.invoke(
        {history.session(one.client), history.key(one.what.substr(2, 1)),
         reads ? OperationKind::read : OperationKind::write, reads ? consistency::nothing : id},
        sim::Instant{one.at});
    history.complete(operation, Outcome::ok, reads ? id : consistency::nothing,
                     sim::Instant{one.at + 1});
  }
  return history;
}

Verdict judge(const History& history, std::int64_t healed, std::int64_t bound) {
  return consistency::judge_eventual(history, {sim::Instant{healed}, sim::Duration{bound}}).verdict;
}

// Up to three writes and four reads of one key, one after the other.
History random_history(std::uint64_t number) {
  sim::Stream stream(number, {sim::Purpose::fault_value, 11, 0});
  const auto below = [&](std::uint64_t bound) { return stream.draw() % bound; };
  const std::array writes{"w(x)1", "w(x)2", "w(x)3"};
  const std::array reads{"r(x)1", "r(x)2", "r(x)3", "r(x)nil"};
  const std::uint64_t written = below(3) + 1;
  const std::uint64_t read = below(4) + 1;
  std::vector<Told> all;
  for (std::uint64_t at = 0; at < written; ++at)
    all.push_back({"p", writes[at], static_cast<std::int64_t>(below(40))});
  for (std::uint64_t at = 0; at < read; ++at) {
    const std::uint64_t value = below(written + 1);
    all.push_back({"p", reads[value == written ? 3 : value], static_cast<std::int64_t>(below(40))});
  }
  std::ranges::stable_sort(all, {}, &Told::at);
  return told(all);
}

// Whether in some order of the writes each read was told the last of those that were visible to it:
// which may be any, but are all that were due.
bool some_arbitration(const History& history, sim::Instant healed, sim::Duration bound) {
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < history.operations().size(); ++at)
    if (history.operations()[at].kind == OperationKind::write) order.push_back(at);
  do {
    bool good = true;
    for (std::size_t at = 0; at < history.operations().size(); ++at) {
      const Operation& read = history.operations()[at];
      if (read.kind != OperationKind::read) continue;
      bool told = read.result == consistency::nothing;
      for (const std::size_t write : order) {
        const bool due =
            std::max(history.times()[write].returned, healed) + bound < history.times()[at].invoked;
        if (history.operations()[write].argument == read.result)
          told = true;
        else if (due)
          told = false;
      }
      good = good && told;
    }
    if (good) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

}  // namespace

TEST_CASE("a write must be seen when the bound is over, not before") {
  const History history = told({{"a", "w(x)1", 0}, {"b", "r(x)nil", 11}});
  CHECK(judge(history, 0, 10) == Verdict::ok);
  CHECK(judge(history, 0, 9) == Verdict::violated);
}

TEST_CASE("until the faults are healed nothing need be seen") {
  const History history = told({{"a", "w(x)1", 0}, {"b", "r(x)nil", 100}});
  CHECK(judge(history, 95, 10) == Verdict::ok);
  CHECK(judge(history, 80, 10) == Verdict::violated);
}

TEST_CASE("in the end everybody sees the same of two writes, be it which it may") {
  CHECK(judge(told({{"a", "w(x)1", 0}, {"b", "w(x)2", 5}, {"c", "r(x)1", 50}, {"d", "r(x)1", 60}}),
              0, 10) == Verdict::ok);
  CHECK(judge(told({{"a", "w(x)1", 0}, {"b", "w(x)2", 5}, {"c", "r(x)1", 50}, {"d", "r(x)2", 60}}),
              0, 10) == Verdict::violated);
}

TEST_CASE("a history without times has no bound") {
  CHECK(judge(testing::sessions({"w(x)1 r(x)1"}), 0, 10) == Verdict::unknown);
}

TEST_CASE("a bound is kept if some order of the writes keeps it") {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const History history = random_history(number);
    const auto bound = static_cast<std::int64_t>(number % 20);
    const bool expected = some_arbitration(history, sim::Instant{bound / 2}, sim::Duration{bound});
    ++(expected ? good : bad);
    if (judge(history, bound / 2, bound) == (expected ? Verdict::ok : Verdict::violated)) continue;
    FAIL_CHECK("bound " << bound << testing::spell(history));
    break;
  }
  CHECK(good > 3'000);
  CHECK(bad > 3'000);
}
