// Zipf's law and choices, alike and by weight, against exact probabilities.
#include "sim/random/choice.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

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

TEST_CASE("a choice among one takes it, and draws") {
  Stream stream = any_stream();
  CHECK(choose(stream, 1) == 0);
  CHECK(stream.position() == 1);
}
