// The client core as a load generator: loops, mixes, keys, beginning and end.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "models/client/client_core.hpp"
#include "tests/models/client/core_bench.hpp"

using namespace splitvote;
using namespace splitvote::client;

namespace {

ClientSettings open_settings(sim::Duration interval, std::uint32_t lanes) {
  ClientSettings settings = plain_settings();
  settings.loop = Loop::open;
  settings.pause = always(interval);
  settings.lanes_max = lanes;
  return settings;
}

/// Answers each operation at once, so many of them, and counts what `of` says about each.
template <typename Of>
std::map<std::uint64_t, std::uint64_t> counts(const ClientSettings& settings, int operations,
                                              Of of) {
  CoreBench bench(settings);
  std::map<std::uint64_t, std::uint64_t> found;
  for (int i = 0; i < operations; ++i) {
    ++found[of(bench.core.request(0).operation)];
    bench.answer(server_a, Status::ok, 1);
  }
  return found;
}

std::uint64_t key_number(const Operation& operation) {
  return std::stoull(std::string(operation.key.substr(1)));
}

/// Pearson's statistic of observed counts against probabilities.
double chi_square(const std::map<std::uint64_t, std::uint64_t>& counts,
                  const std::vector<double>& chances, double total) {
  double sum = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    const auto found = counts.find(i);
    const double seen = found == counts.end() ? 0 : static_cast<double>(found->second);
    sum += (seen - chances[i] * total) * (seen - chances[i] * total) / (chances[i] * total);
  }
  return sum;
}

}  // namespace

TEST_CASE("an open loop begins an operation at each arrival, answered or not") {
  CoreBench bench(open_settings(sim::milliseconds(10), 8));
  bench.run_to(50);

  CHECK(bench.of(ActionKind::invoke).size() == 5);
  CHECK(bench.of(ActionKind::overload).empty());
}

TEST_CASE("an arrival that finds every lane taken is counted and not sent") {
  CoreBench bench(open_settings(sim::milliseconds(10), 2));
  bench.run_to(50);

  CHECK(bench.of(ActionKind::invoke).size() == 2);
  REQUIRE(bench.of(ActionKind::overload).size() == 3);
  CHECK(bench.of(ActionKind::overload).back().operation == 3);
  CHECK(bench.core.overloaded() == 3);
}

TEST_CASE("an open loop uses a lane again once its operation has returned") {
  CoreBench bench(open_settings(sim::milliseconds(10), 1));
  bench.run_to(10);
  bench.answer(server_a, Status::ok, 1);
  CHECK(bench.of(ActionKind::invoke).empty());
  bench.run_to(20);

  CHECK(bench.of(ActionKind::invoke).size() == 1);
  CHECK(bench.core.request(0).sequence == 2);
}

TEST_CASE("a client that slept through arrivals owes them all when it wakes") {
  CoreBench bench(open_settings(sim::milliseconds(10), 64));
  bench.run_to(10);
  bench.now_ns = 100'000'000;
  bench.actions.clear();
  bench.run_to(100);

  CHECK(bench.of(ActionKind::invoke).size() == 9);
}

TEST_CASE("a closed loop keeps its lanes outstanding and no more") {
  ClientSettings settings = plain_settings();
  settings.lanes_max = 4;
  CoreBench bench(settings);

  CHECK(bench.of(ActionKind::invoke).size() == 4);
  bench.run_to(90);
  CHECK(bench.of(ActionKind::invoke).empty());
}

TEST_CASE("a closed loop thinks before each operation") {
  ClientSettings settings = plain_settings();
  settings.pause = always(sim::milliseconds(30));
  CoreBench bench(settings);
  CHECK(bench.actions.empty());
  bench.run_to(30);
  CHECK(bench.of(ActionKind::invoke).size() == 1);
  bench.answer(server_a, Status::ok);
  CHECK(bench.of(ActionKind::invoke).empty());
  bench.run_to(59);
  CHECK(bench.of(ActionKind::invoke).empty());
  bench.run_to(60);
  CHECK(bench.of(ActionKind::invoke).size() == 1);
}

TEST_CASE("the load begins and ends when it should; what is outstanding may still return") {
  ClientSettings settings = open_settings(sim::milliseconds(10), 8);
  settings.start = sim::milliseconds(100);
  settings.stop = sim::milliseconds(130);
  CoreBench bench(settings);
  bench.run_to(109);
  CHECK(bench.of(ActionKind::invoke).empty());
  bench.run_to(129);
  CHECK(bench.of(ActionKind::invoke).size() == 2);
  bench.run_to(150);
  CHECK(bench.of(ActionKind::invoke).empty());
  bench.answer_lane(1, server_a, {.status = Status::ok});
  CHECK(bench.outcomes() == Outcomes{Outcome::ok});
  bench.run_to(5000);
  CHECK(bench.of(ActionKind::invoke).empty());
}

TEST_CASE("a closed loop begins nothing after its end and then sleeps for good") {
  ClientSettings settings = plain_settings();
  settings.stop = sim::milliseconds(50);
  CoreBench bench(settings);
  bench.run_to(60);
  bench.answer(server_a, Status::ok);

  CHECK(bench.of(ActionKind::invoke).empty());
  CHECK_FALSE(bench.core.wakes_at());
}

TEST_CASE("a client that asks any server asks them in turn and follows a hint") {
  ClientSettings settings = plain_settings();
  settings.target = Target::any;
  settings.lanes_max = 4;
  CoreBench bench(settings);
  CHECK(bench.asked() == Asked{server_a, server_b, server_c, server_a});

  bench.answer_lane(1, server_b, {.status = Status::not_leader, .leader = server_c});
  CHECK(bench.asked() == Asked{server_c});
}

TEST_CASE("operations come in the proportions of the mix") {
  ClientSettings settings = plain_settings();
  settings.mix = {.get = 40, .put = 30, .remove = 10, .compare_and_swap = 20};
  const auto found = counts(settings, 20'000, [](const Operation& operation) {
    return static_cast<std::uint64_t>(operation.kind);
  });

  // Three degrees of freedom: 16.27 is exceeded once in a thousand times.
  CHECK(chi_square(found, {0.4, 0.3, 0.1, 0.2}, 20'000) < 16.27);
}

TEST_CASE("with exponent 0 every key is as likely as any other") {
  ClientSettings settings = plain_settings();
  settings.keys = *sim::Zipf::create(10, {0, 1});
  const auto found = counts(settings, 20'000, key_number);

  CHECK(chi_square(found, std::vector<double>(10, 0.1), 20'000) < 27.88);  // 9 degrees, 0.1 %
  CHECK(found.rbegin()->first == 9);
}

TEST_CASE("keys follow Zipf's law") {
  ClientSettings settings = plain_settings();
  settings.keys = *sim::Zipf::create(10, {99, 100});
  std::vector<double> chances;
  double sum = 0;
  for (int rank = 1; rank <= 10; ++rank) sum += chances.emplace_back(std::pow(rank, -0.99));
  for (double& chance : chances) chance /= sum;
  const auto found = counts(settings, 20'000, key_number);

  CHECK(chi_square(found, chances, 20'000) < 27.88);  // 9 degrees of freedom, 0.1 %
}

TEST_CASE("a wait with full jitter is anywhere between nothing and its whole length") {
  ClientSettings settings = plain_settings();
  settings.lanes_max = 2000;
  settings.backoff.jitter = {1, 1};
  CoreBench bench(settings);
  bench.run_to(100);  // every lane backs off by 0 … 10 ms
  int early = 0;
  for (std::int64_t us = 100'000; us < 105'000; us += 1000) {
    bench.run_to(us / 1000 + 1);
    early += static_cast<int>(bench.asked().size());
  }

  // Half of 2000, with a standard deviation of 22.4.
  CHECK(std::abs(early - 1000) < 90);
}

TEST_CASE("a copy of a client goes on exactly as the original does") {
  ClientSettings settings = plain_settings();
  settings.pause = *sim::Distribution::exponential(sim::milliseconds(5).ns);
  settings.lanes_max = 3;
  settings.mix = {.get = 1, .put = 1, .remove = 1, .compare_and_swap = 1};
  settings.backoff.jitter = {1, 1};
  CoreBench bench(settings);
  bench.run_to(700);
  CoreBench copy = bench;

  bench.run_to(5000);
  CHECK_FALSE(copy.core == bench.core);
  copy.run_to(5000);
  CHECK(copy.core == bench.core);
}
