// Zipf's law, choices by weight, subsets and orders against exact probabilities.
#include "sim/random/choice.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sim/random/zipf.hpp"
#include "tests/sim/random/empirical_cdf.hpp"

using namespace splitvote::sim;
using splitvote::tests::cdf_distance;
using splitvote::tests::dkw_bound;

namespace {

constexpr std::size_t sample_count = 200'000;

Stream any_stream() { return Stream(8, {Purpose::fault_target, 2, 9}); }

/// The law's running sums, in long double.
std::vector<long double> zipf_cumulative(std::uint32_t count, long double exponent) {
  std::vector<long double> sums(count);
  long double sum = 0;
  for (std::uint32_t rank = 0; rank < count; ++rank)
    sums[rank] = sum += std::pow(static_cast<long double>(rank + 1), -exponent);
  for (long double& value : sums) value /= sum;
  return sums;
}

void check_zipf(std::uint32_t count, Ratio exponent) {
  const Zipf zipf = Zipf::create(count, exponent).value();
  const auto truth =
      zipf_cumulative(count, static_cast<long double>(exponent.numerator) / exponent.denominator);
  Stream stream = any_stream();
  std::vector<std::int64_t> samples(sample_count);
  for (std::int64_t& sample : samples) sample = zipf.sample(stream);
  const double distance = cdf_distance(samples, [&](std::int64_t rank) {
    return rank < 0 ? 0.0 : static_cast<double>(truth[static_cast<std::size_t>(rank)]);
  });
  CHECK(distance < dkw_bound(sample_count));
  CHECK(stream.position() == sample_count);
}

/// No sample is off by a rank: the draw's share lies within the rank's part of the law.
void check_each_draw(std::uint32_t count, Ratio exponent) {
  const Zipf zipf = Zipf::create(count, exponent).value();
  const auto truth =
      zipf_cumulative(count, static_cast<long double>(exponent.numerator) / exponent.denominator);
  Stream stream = any_stream();
  for (int i = 0; i < 100'000; ++i) {
    Stream twin = stream;
    const long double share = static_cast<long double>(twin.draw()) * 0x1p-64L;
    const std::uint32_t rank = zipf.sample(stream);
    REQUIRE(rank < count);
    REQUIRE(share < truth[rank] + 0x1p-40L);
    if (rank > 0) REQUIRE(share >= truth[rank - 1] - 0x1p-40L);
  }
}

/// The largest of the counts' distances from `expected`, in standard deviations.
template <typename Counts>
double worst_deviation(const Counts& counts, double total, double share) {
  double worst = 0;
  for (const auto& [_, count] : counts) {
    const double deviation = std::sqrt(total * share * (1 - share));
    worst = std::max(worst, std::fabs(static_cast<double>(count) - total * share) / deviation);
  }
  return worst;
}

}  // namespace

TEST_CASE("Zipf's ranks come as often as the law says") {
  check_zipf(32, {99, 100});
  check_zipf(10'000, {99, 100});
  check_zipf(1'000, {2, 1});
  check_zipf(1'000, {4, 1});
  check_zipf(3, {1, 1'000'000});
  check_zipf(1'000'000, {99, 100});
}

TEST_CASE("each of Zipf's draws is its quantile within 2^-40") {
  check_each_draw(32, {99, 100});
  check_each_draw(4'096, {3, 2});
  check_each_draw(1'000'000, {1, 2});
  check_each_draw(1'000'000, {4, 1});
}

TEST_CASE("exponent 0 makes all keys alike") {
  check_zipf(7, {0, 1});
  check_zipf(1'000'000, {0, 5});
}

TEST_CASE("a single rank is always chosen") {
  const Zipf zipf = Zipf::create(1, {1, 1}).value();
  Stream stream = any_stream();
  CHECK(zipf.sample(stream) == 0);
  CHECK(Zipf().sample(stream) == 0);
}

TEST_CASE("Zipf refuses what is no law") {
  CHECK_FALSE(Zipf::create(0, {1, 1}).has_value());
  CHECK_FALSE(Zipf::create(1'000'001, {1, 1}).has_value());
  CHECK_FALSE(Zipf::create(10, {41, 10}).has_value());
  CHECK_FALSE(Zipf::create(10, {1, 0}).has_value());
  CHECK(Zipf::create(10, {4, 1}).has_value());
}

TEST_CASE("a choice by weight follows the weights and never takes a weight of 0") {
  const std::array<std::uint32_t, 5> weights = {0, 4, 0, 3, 1};
  Stream stream = any_stream();
  std::array<int, 5> counts{};
  for (int i = 0; i < 80'000; ++i) ++counts[choose_weighted(stream, weights)];

  // Six standard deviations of a binomial: sqrt(80000 p (1-p)) is 141, 137, 94.
  CHECK(counts[0] == 0);
  CHECK(std::abs(counts[1] - 40'000) < 6 * 141);
  CHECK(counts[2] == 0);
  CHECK(std::abs(counts[3] - 30'000) < 6 * 137);
  CHECK(std::abs(counts[4] - 10'000) < 6 * 94);
}

TEST_CASE("picking 3 of 6 gives each of the 20 subsets alike, in the given order") {
  const std::array<int, 6> items = {10, 11, 12, 13, 14, 15};
  Stream stream = any_stream();
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < 100'000; ++i) {
    const std::vector<int> picked = pick(stream, std::span<const int>(items), 3);
    REQUIRE(picked.size() == 3);
    REQUIRE(std::is_sorted(picked.begin(), picked.end()));
    ++counts[picked];
  }
  CHECK(counts.size() == 20);
  CHECK(worst_deviation(counts, 100'000, 1.0 / 20) < 6);
}

TEST_CASE("picking as many as there are, or more, gives all; picking none gives none") {
  const std::array<int, 3> items = {1, 2, 3};
  Stream stream = any_stream();

  CHECK(pick(stream, std::span<const int>(items), 3) == std::vector{1, 2, 3});
  CHECK(pick(stream, std::span<const int>(items), 99) == std::vector{1, 2, 3});
  CHECK(pick(stream, std::span<const int>(items), 0).empty());
  CHECK(stream.position() == 9);
}

TEST_CASE("a shuffle gives each of the 24 orders alike") {
  Stream stream = any_stream();
  std::map<std::array<int, 4>, int> counts;
  for (int i = 0; i < 120'000; ++i) {
    std::array<int, 4> items = {1, 2, 3, 4};
    shuffle(stream, std::span<int>(items));
    ++counts[items];
  }
  CHECK(counts.size() == 24);
  CHECK(worst_deviation(counts, 120'000, 1.0 / 24) < 6);
}

TEST_CASE("the front holds each ordered pair of 4 alike") {
  Stream stream = any_stream();
  std::map<std::array<int, 2>, int> counts;
  for (int i = 0; i < 60'000; ++i) {
    std::array<int, 4> items = {1, 2, 3, 4};
    choose_front(stream, std::span<int>(items), 2);
    ++counts[{items[0], items[1]}];
  }
  CHECK(counts.size() == 12);
  CHECK(worst_deviation(counts, 60'000, 1.0 / 12) < 6);
}

TEST_CASE("a choice among one takes it, and draws") {
  Stream stream = any_stream();
  CHECK(choose(stream, 1) == 0);
  CHECK(stream.position() == 1);
}
