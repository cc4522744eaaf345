// What distributions refuse, how they are moved, capped and compared, and their largest parameters.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sim/random/distribution.hpp"

using namespace splitvote::sim;

namespace {

constexpr std::int64_t huge = Distribution::value_max;

Stream any_stream() { return Stream(3, {Purpose::fault_time, 1, 1}); }

/// Two distributions that draw the same, sample by sample.
void check_samples_agree(const Distribution& one, const Distribution& other) {
  Stream stream = any_stream();
  Stream twin = any_stream();
  for (int i = 0; i < 10'000; ++i) REQUIRE(one.sample(stream) == other.sample(twin));
}

void check_within_bounds(const Distribution& distribution) {
  Stream stream = any_stream();
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t sample = distribution.sample(stream);
    REQUIRE(sample >= distribution.minimum());
    REQUIRE(sample <= distribution.maximum());
  }
}

std::string refusal(const Result<Distribution>& result) {
  return result ? "accepted" : result.error().message;
}

Distribution exponential(std::int64_t mean, std::int64_t max = huge) {
  return Distribution::exponential(mean, max).value();
}

}  // namespace

TEST_CASE("parameters that make no sense are refused with a sentence") {
  CHECK(refusal(Distribution::constant(huge + 1)).starts_with("a constant has a value beyond"));
  CHECK(refusal(Distribution::constant(-huge - 1)).starts_with("a constant has a value beyond"));
  CHECK(refusal(Distribution::uniform(2, 1)) == "uniform needs its first value not above its last");
  CHECK(refusal(Distribution::uniform(0, INT64_MAX)).starts_with("uniform has a value beyond"));
  CHECK(refusal(Distribution::jittered(5, -1)) == "jitter must not be negative");
  CHECK(refusal(Distribution::jittered(5, INT64_MAX)).ends_with("nanoseconds)"));
  CHECK(refusal(Distribution::jittered(INT64_MIN, 5)).ends_with("nanoseconds)"));
  CHECK(refusal(Distribution::exponential(0)) == "exponential needs a mean above 0");
  CHECK(refusal(Distribution::exponential(5, 0)) == "exponential needs a max above 0");
  CHECK(refusal(Distribution::lognormal(0, 5)) == "lognormal needs a p50 above 0");
  CHECK(refusal(Distribution::lognormal(6, 5)) == "lognormal needs its p99 not below its p50");
  CHECK(refusal(Distribution::lognormal_sigma(5, {16, 1})).starts_with("lognormal needs a sigma"));
  CHECK(refusal(Distribution::lognormal_sigma(5, {1, 0})).starts_with("lognormal needs a sigma"));
  CHECK(refusal(Distribution::pareto(0, {1, 1})) == "pareto needs a minimum above 0");
  CHECK(refusal(Distribution::pareto(9, {1, 1}, 8)) ==
        "pareto needs its max not below its minimum");
  CHECK(refusal(Distribution::pareto(9, {0, 1})) == "pareto needs an alpha from 1/64 to 1024");
  CHECK(refusal(Distribution::pareto(9, {1025, 1})) == "pareto needs an alpha from 1/64 to 1024");
  CHECK(refusal(Distribution::mixture({})) == "a mixture needs a part with a weight above 0");
  CHECK(refusal(exponential(5).with_jitter(-1)) == "jitter must not be negative");
}

TEST_CASE("an empirical table starts at 0 %, ends at 100 % and rises") {
  const auto table = [](std::vector<QuantilePoint> points) {
    return refusal(Distribution::empirical(points));
  };
  const std::string ends = "empirical needs its first point at quantile 0 % and its last at 100 %";

  CHECK(table({}) == ends);
  CHECK(table({{{0, 1}, 5}}) == ends);
  CHECK(table({{{1, 2}, 5}, {{1, 1}, 6}}) == ends);
  CHECK(table({{{0, 1}, 5}, {{1, 2}, 6}}) == ends);
  CHECK(table({{{0, 1}, 5}, {{1, 0}, 6}}) == "a quantile's denominator must not be 0");
  CHECK(table({{{0, 1}, 5}, {{1, 2}, 6}, {{2, 4}, 7}, {{1, 1}, 8}}) ==
        "empirical needs its quantiles in rising order");
  CHECK(table({{{0, 1}, 5}, {{1, 2}, 9}, {{1, 1}, 8}}) ==
        "empirical needs its values in rising order");
  CHECK(table({{{0, 1}, 5}, {{1, 1}, INT64_MAX}}).starts_with("empirical has a value beyond"));
  CHECK(table({{{0, 7}, 5}, {{3, 3}, 6}}) == "accepted");
}

TEST_CASE("a cap replaces what is larger and leaves the rest") {
  const Distribution free = exponential(1'000);
  const Distribution capped = exponential(1'000, 1'500);
  Stream stream = any_stream();
  Stream twin = any_stream();
  for (int i = 0; i < 10'000; ++i)
    REQUIRE(capped.sample(stream) == std::min<std::int64_t>(free.sample(twin), 1'500));
  CHECK(capped.maximum() == 1'500);
  check_within_bounds(Distribution::lognormal(1'000, 90'000, 2'000).value());
  check_within_bounds(Distribution::pareto(1'000, {1, 2}, 2'000).value());
}

TEST_CASE("scaling by twenty is the distribution with parameters twenty times as large") {
  const Ratio twenty{20, 1};
  const std::array<QuantilePoint, 2> points = {{{{0, 1}, 3}, {{1, 1}, 50}}};
  const std::array<QuantilePoint, 2> points_20 = {{{{0, 1}, 60}, {{1, 1}, 1'000}}};
  const std::array<WeightedDistribution, 1> part = {{{1, exponential(7)}}};
  const std::array<WeightedDistribution, 1> part_20 = {{{1, exponential(140)}}};

  CHECK(Distribution::constant(7).value().scaled(twenty) == Distribution::constant(140).value());
  CHECK(Distribution::uniform(-3, 4).value().scaled(twenty) ==
        Distribution::uniform(-60, 80).value());
  CHECK(exponential(7, 9).scaled(twenty) == exponential(140, 180));
  CHECK(exponential(7).scaled(twenty) == exponential(140));
  CHECK(exponential(10).scaled({1, 2}) == exponential(5));  // no cap stays no cap
  CHECK(Distribution::pareto(7, {3, 2}).value().scaled(twenty) ==
        Distribution::pareto(140, {3, 2}).value());
  CHECK(Distribution::empirical(points).value().scaled(twenty) ==
        Distribution::empirical(points_20).value());
  CHECK(Distribution::mixture(part).value().scaled(twenty) ==
        Distribution::mixture(part_20).value());
  // A lognormal's sigma is computed from its percentiles, and rounded.
  check_samples_agree(Distribution::lognormal(1'500, 12'000).value().scaled(twenty),
                      Distribution::lognormal(30'000, 240'000).value());
}

TEST_CASE("scaling rounds to the nearest integer and stops at the largest value") {
  CHECK(Distribution::constant(7).value().scaled({1, 2}) == Distribution::constant(4).value());
  CHECK(Distribution::constant(-7).value().scaled({1, 2}) == Distribution::constant(-3).value());
  CHECK(Distribution::constant(-8).value().scaled({1, 3}) == Distribution::constant(-3).value());
  CHECK(Distribution::constant(-huge).value().scaled({UINT32_MAX, 1}) ==
        Distribution::constant(-huge).value());
  CHECK(Distribution::uniform(-huge, huge).value().scaled({2, 1}) ==
        Distribution::uniform(-huge, huge).value());
}

TEST_CASE("shifting moves every sample, both ways") {
  const Distribution shape = exponential(1'000);
  for (const std::int64_t by : {80'000'000, -80'000'000}) {
    const Distribution moved = shape.shifted(by);
    Stream stream = any_stream();
    Stream twin = any_stream();
    for (int i = 0; i < 1'000; ++i) REQUIRE(moved.sample(stream) == shape.sample(twin) + by);
    CHECK(moved.minimum() == by);
  }
  CHECK(Distribution::uniform(3, 5).value().shifted(-10) == Distribution::uniform(-7, -5).value());
  CHECK(Distribution::constant(huge).value().shifted(INT64_MAX) ==
        Distribution::constant(huge).value());
  CHECK(Distribution::constant(0).value().shifted(INT64_MIN) ==
        Distribution::constant(-huge).value());
}

TEST_CASE("scaling moves the shift as well") {
  CHECK(exponential(10).shifted(5).scaled({3, 1}) == exponential(30).shifted(15));
}

TEST_CASE("the largest parameters neither overflow nor leave the bounds") {
  const std::array<WeightedDistribution, 2> parts = {{
      {UINT32_MAX, Distribution::uniform(-huge, huge).value()},
      {UINT32_MAX, exponential(huge).shifted(huge)},
  }};
  const std::array<QuantilePoint, 2> points = {{{{0, 1}, -huge}, {{1, 1}, huge}}};

  check_within_bounds(Distribution::uniform(-huge, huge).value());
  check_within_bounds(exponential(huge));
  check_within_bounds(exponential(huge).shifted(huge).with_jitter(0).value());
  check_within_bounds(exponential(huge).shifted(-huge).with_jitter(huge).value());
  check_within_bounds(Distribution::lognormal(1, huge).value());
  check_within_bounds(Distribution::lognormal(huge, huge).value());
  check_within_bounds(Distribution::lognormal_sigma(huge, {UINT32_MAX, 1u << 28}).value());
  check_within_bounds(Distribution::pareto(huge, {1, 64}).value());
  check_within_bounds(Distribution::pareto(1, {1, 64}).value());
  check_within_bounds(Distribution::pareto(1, {1024, 1}).value());
  check_within_bounds(Distribution::mixture(parts).value());
  check_within_bounds(Distribution::empirical(points).value());
}

TEST_CASE("only a shift makes a sample of a shape negative") {
  CHECK(exponential(1).minimum() == 0);
  CHECK(Distribution::lognormal(1, 1'000'000).value().minimum() == 0);
  CHECK(Distribution::pareto(17, {1, 1}).value().minimum() == 17);
}

TEST_CASE("equal parameters make equal distributions, different ones do not") {
  CHECK(exponential(5) == exponential(5));
  CHECK(exponential(5) != exponential(6));
  CHECK(exponential(5) != exponential(5, 9));
  CHECK(exponential(5) != exponential(5).shifted(1));
  CHECK(exponential(5) != Distribution::constant(5).value());
  CHECK(exponential(5) != Distribution::pareto(5, {1, 1}).value());
  CHECK(Distribution::constant(5).value() != exponential(5));
}

TEST_CASE("a distribution describes itself in the scenario language's words") {
  const std::array<QuantilePoint, 3> points = {{{{0, 1}, 3}, {{999, 1000}, 40}, {{1, 1}, 50}}};
  const std::array<WeightedDistribution, 2> parts = {
      {{2, exponential(7)}, {1, Distribution::constant(9).value()}}};

  CHECK(Distribution::constant(5).value().describe() == "5");
  CHECK(Distribution::uniform(5, 9).value().describe() == "{uniform: [5, 9]}");
  CHECK(exponential(5).describe() == "{exponential: {mean: 5}}");
  CHECK(exponential(5, 99).describe() == "{exponential: {mean: 5, max: 99}}");
  CHECK(Distribution::lognormal(1'500'000, 12'000'000).value().describe() ==
        "{lognormal: {p50: 1500000, p99: 12000000}}");
  CHECK(Distribution::pareto(5, {3, 2}).value().describe() == "{pareto: {min: 5, alpha: 3/2}}");
  CHECK(Distribution::empirical(points).value().describe() ==
        "{empirical: [[0%, 3], [99.9%, 40], [100%, 50]]}");
  CHECK(Distribution::mixture(parts).value().describe() ==
        "{mixture: [{weight: 2, value: {exponential: {mean: 7}}}, {weight: 1, value: 9}]}");
  CHECK(exponential(5).shifted(-3).with_jitter(2).value().describe() ==
        "{exponential: {mean: 5}} + -3 + {uniform: [0, 2]}");
  CHECK(exponential(5).describe([](std::int64_t value) { return std::to_string(value) + "ns"; }) ==
        "{exponential: {mean: 5ns}}");
  CHECK(Distribution::empirical(points).value().name() == "empirical");
  CHECK(Distribution::uniform(5, 9).value().name() == "uniform");
}
