// Eventual consistency with a bound: by hand, and by every order of the writes.
#include "models/consistency/eventual.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/models/consistency/weak_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::Operation;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;

namespace {

struct Told {
  std::string_view client;
  std::string what;     // "w(x)1", "r(x)1", "r(x)nil"; of lists "a(x)1", "r(x)[12]"
  std::int64_t at = 0;  // it returns one later
};

History told(const std::vector<Told>& all) {
  History history;
  for (const Told& one : all) {
    const auto id = testing::value_of(one.what.substr(4), history);
    const bool reads = one.what.front() == 'r';
    const auto writes =
        one.what.front() == 'a' ? OperationKind::append_element : OperationKind::write;
    const auto operation =
        history.invoke({history.session(one.client), history.key(one.what.substr(2, 1)),
                        reads ? OperationKind::read : writes, reads ? consistency::nothing : id},
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
  std::ranges::sort(all, {}, [](const Told& one) { return std::pair(one.at, one.what); });
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

// Up to three appends to one key and three reads of it, mostly of a part of one order.
History random_list_history(std::uint64_t number) {
  sim::Stream stream(number, {sim::Purpose::fault_value, 12, 0});
  const auto below = [&](std::uint64_t bound) { return stream.draw() % bound; };
  const std::uint64_t appended = below(3) + 1;
  const std::uint64_t read = below(3) + 1;
  std::vector<Told> all;
  for (std::uint64_t at = 0; at < appended; ++at)
    all.push_back(
        {"p", "a(x)" + std::to_string(at + 1), static_cast<std::int64_t>(10 * at + below(9))});
  for (std::uint64_t at = 0; at < read; ++at) {
    std::string list;
    for (std::uint64_t element = 1; element <= appended; ++element)
      if (below(4) != 0) list += std::to_string(element);
    if (below(6) == 0) std::ranges::reverse(list);
    const std::string what = list.empty() ? "r(x)nil" : "r(x)[" + list + "]";
    all.push_back({"p", what, static_cast<std::int64_t>(below(60))});
  }
  std::ranges::sort(all, {}, [](const Told& one) { return std::pair(one.at, one.what); });
  return told(all);
}

// The same for appends: each read was told all that were visible to it in that order.
bool some_arbitration_of_lists(const History& history, sim::Instant healed, sim::Duration bound) {
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < history.operations().size(); ++at)
    if (history.operations()[at].kind == OperationKind::append_element) order.push_back(at);
  do {
    bool good = true;
    for (std::size_t at = 0; at < history.operations().size(); ++at) {
      const Operation& read = history.operations()[at];
      if (read.kind != OperationKind::read) continue;
      const auto list = consistency::elements_of(history.values().content(read.result));
      std::size_t found = 0;
      for (const std::size_t append : order) {
        const bool due = std::max(history.times()[append].returned, healed) + bound <
                         history.times()[at].invoked;
        const bool here =
            found < list.size() && list[found] == history.operations()[append].argument;
        found += here ? 1 : 0;
        good = good && (here || !due);
      }
      good = good && found == list.size();
    }
    if (good) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

// Judges many histories, and says whether both verdicts are common among them.
template <class Make, class Expect>
void compare(Make make, Expect expect) {
  std::uint64_t good = 0;
  std::uint64_t bad = 0;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const History history = make(number);
    const auto bound = static_cast<std::int64_t>(number % 20);
    const bool expected = expect(history, sim::Instant{bound / 2}, sim::Duration{bound});
    ++(expected ? good : bad);
    if (judge(history, bound / 2, bound) == (expected ? Verdict::ok : Verdict::violated)) continue;
    FAIL_CHECK("bound " << bound << testing::spell(history));
    break;
  }
  CHECK(good > 3'000);
  CHECK(bad > 3'000);
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

TEST_CASE("times may be below zero") {
  const History history = told({{"a", "w(x)1", -100}, {"b", "r(x)nil", -50}});
  CHECK(consistency::judge_eventual(history, {.bound = sim::Duration{49}}).verdict == Verdict::ok);
  CHECK(consistency::judge_eventual(history, {.bound = sim::Duration{48}}).verdict ==
        Verdict::violated);
}

TEST_CASE("what would be due behind the end of time need not be seen") {
  const std::int64_t end = sim::end_of_time.ns;
  const History history = told({{"a", "w(x)1", end - 20}, {"b", "r(x)nil", end - 1}});
  CHECK(judge(history, 0, 17) == Verdict::violated);
  CHECK(judge(history, 0, 18) == Verdict::ok);
  CHECK(judge(history, 0, 20) == Verdict::ok);
  CHECK(judge(history, 0, end) == Verdict::ok);
  CHECK(judge(history, end, 1) == Verdict::ok);
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
  compare(random_history, some_arbitration);
}

TEST_CASE("a bound is kept by lists if some order of the appends keeps it") {
  compare(random_list_history, some_arbitration_of_lists);
}
