// Every kind of distribution against its closed form: the whole curve, each draw, the mean, the
// bounds.
#include "sim/random/distribution.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "tests/sim/random/empirical_cdf.hpp"

using namespace splitvote::sim;
using splitvote::tests::cdf_distance;
using splitvote::tests::dkw_bound;

namespace {

constexpr std::size_t sample_count = 200'000;
constexpr double z_99 = 2.3263478740408411;

Stream named_stream() { return Stream(42, {Purpose::disk_latency, 3, 0}); }

std::vector<std::int64_t> samples_of(const Distribution& distribution,
                                     std::size_t count = sample_count) {
  Stream stream(1, {Purpose::fault_value, 5, 6});
  std::vector<std::int64_t> samples(count);
  for (std::int64_t& sample : samples) sample = distribution.sample(stream);
  return samples;
}

double mean_of(const Distribution& distribution) {
  const std::vector<std::int64_t> samples = samples_of(distribution);
  return std::accumulate(samples.begin(), samples.end(), 0.0) / sample_count;
}

template <typename Cumulative>
void check_curve(const Distribution& distribution, Cumulative cumulative) {
  const double distance = cdf_distance(samples_of(distribution), cumulative);
  CHECK(distance < dkw_bound(sample_count));
}

/// A sample is the true quantile of its draw, rounded: `quantile` is given the draw's share of all
/// values from below, and that from above, as long doubles.
template <typename Quantile>
void check_inversion(const Distribution& distribution, long double tolerance, Quantile quantile) {
  Stream stream = named_stream();
  for (int i = 0; i < 100'000; ++i) {
    Stream twin = stream;
    const long double draw = static_cast<long double>(twin.draw());
    const long double truth = quantile((draw + 0.5L) * 0x1p-64L);
    const auto sample = static_cast<long double>(distribution.sample(stream));
    REQUIRE(std::fabs(sample - truth) <= 0.5L + 1e-6L + std::fabs(truth) * tolerance);
    REQUIRE(stream == twin);
  }
}

double exponential_cumulative(double mean, std::int64_t x) {
  return x < 0 ? 0 : 1 - std::exp(-(static_cast<double>(x) + 0.5) / mean);
}

double lognormal_cumulative(double p50, double sigma, std::int64_t x) {
  if (x < 0) return 0;
  return std::erfc(-std::log((static_cast<double>(x) + 0.5) / p50) / sigma / std::sqrt(2.0)) / 2;
}

double pareto_cumulative(double minimum, double alpha, std::int64_t x) {
  const double edge = static_cast<double>(x) + 0.5;
  return edge < minimum ? 0 : 1 - std::pow(minimum / edge, alpha);
}

double uniform_cumulative(double first, double last, std::int64_t x) {
  return std::clamp((static_cast<double>(x) - first + 1) / (last - first + 1), 0.0, 1.0);
}

/// Linear between the points, of which `shares` ascend from 0 to 1.
double empirical_cumulative(const std::vector<double>& shares, const std::vector<double>& values,
                            std::int64_t x) {
  const double edge = static_cast<double>(x) + 0.5;
  if (edge < values.front()) return 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (edge >= values[i]) continue;
    const double part = (edge - values[i - 1]) / (values[i] - values[i - 1]);
    return shares[i - 1] + part * (shares[i] - shares[i - 1]);
  }
  return 1;
}

}  // namespace

TEST_CASE("a constant is always itself and draws nothing") {
  const Distribution constant = Distribution::constant(1'500'000).value();
  Stream stream = named_stream();

  CHECK(constant.sample(stream) == 1'500'000);
  CHECK(stream.position() == 0);
  CHECK(constant.is_constant());
  CHECK(Distribution() == Distribution::constant(0).value());
}

TEST_CASE("uniform has every value of its range alike") {
  check_curve(Distribution::uniform(-3, 6).value(),
              [](std::int64_t x) { return uniform_cumulative(-3, 6, x); });
  check_curve(Distribution::uniform(1'000'000, 3'000'000).value(),
              [](std::int64_t x) { return uniform_cumulative(1'000'000, 3'000'000, x); });
}

TEST_CASE("a jittered value is uniform above its base") {
  const Distribution link = Distribution::jittered(500'000, 200'000).value();

  CHECK(link == Distribution::uniform(500'000, 700'000).value());
  CHECK(link.minimum() == 500'000);
  CHECK(link.maximum() == 700'000);
}

TEST_CASE("exponential follows 1 - exp(-x / mean)") {
  check_curve(Distribution::exponential(2'000'000'000).value(),
              [](std::int64_t x) { return exponential_cumulative(2e9, x); });
  check_curve(Distribution::exponential(3).value(),
              [](std::int64_t x) { return exponential_cumulative(3, x); });
}

TEST_CASE("each exponential draw is its quantile to 13 digits") {
  // The draw counts from the longest value down.
  check_inversion(Distribution::exponential(2'000'000'000).value(), 1e-13L,
                  [](long double u) { return -2e9L * std::log(u); });
}

TEST_CASE("the means are the true ones within six standard errors") {
  const double root = std::sqrt(static_cast<double>(sample_count));
  CHECK(std::fabs(mean_of(Distribution::exponential(1'000'000).value()) - 1e6) < 6 * 1e6 / root);
  CHECK(std::fabs(mean_of(Distribution::uniform(0, 1'000'000).value()) - 5e5) <
        6 * 1e6 / std::sqrt(12.0) / root);
  // Pareto with alpha 4: mean 4/3 of the minimum, variance 2/9 of its square.
  CHECK(std::fabs(mean_of(Distribution::pareto(900'000, {4, 1}).value()) - 1.2e6) <
        6 * 9e5 * std::sqrt(2.0 / 9) / root);
  // Lognormal with sigma 1/2: mean exp(1/8), variance (exp(1/4) - 1) exp(1/4).
  CHECK(std::fabs(mean_of(Distribution::lognormal_sigma(1'000'000, {1, 2}).value()) -
                  1e6 * std::exp(0.125)) <
        6 * 1e6 * std::sqrt(std::expm1(0.25) * std::exp(0.25)) / root);
}

TEST_CASE("lognormal has its median and its 99th percentile where they were asked for") {
  const double sigma = std::log(8.0) / z_99;
  check_curve(Distribution::lognormal(1'500'000, 12'000'000).value(),
              [=](std::int64_t x) { return lognormal_cumulative(1.5e6, sigma, x); });
  check_curve(Distribution::lognormal_sigma(1'000'000, {3, 2}).value(),
              [](std::int64_t x) { return lognormal_cumulative(1e6, 1.5, x); });
}

TEST_CASE("each lognormal draw is its quantile to 7 digits, in the tails as well") {
  const Distribution distribution = Distribution::lognormal(1'500'000, 12'000'000).value();
  const double sigma = std::log(8.0) / z_99;
  Stream stream = named_stream();
  for (int i = 0; i < 100'000; ++i) {
    Stream twin = stream;
    const double share = (static_cast<double>(twin.draw()) + 0.5) * 0x1p-64;
    const auto sample = static_cast<double>(distribution.sample(stream));
    const double share_below = lognormal_cumulative(1.5e6, sigma, std::llround(sample - 1));
    const double share_at = lognormal_cumulative(1.5e6, sigma, std::llround(sample));
    const double slack = 1e-7 * std::min(share, 1 - share) + 1e-15;
    REQUIRE(share > share_below - slack);
    REQUIRE(share < share_at + slack);
  }
}

TEST_CASE("a lognormal whose percentiles agree is constant") {
  const Distribution distribution = Distribution::lognormal(5'000, 5'000).value();
  for (const std::int64_t sample : samples_of(distribution, 100)) CHECK(sample == 5'000);
}

TEST_CASE("Pareto follows 1 - (minimum / x)^alpha") {
  check_curve(Distribution::pareto(1'000'000, {3, 2}).value(),
              [](std::int64_t x) { return pareto_cumulative(1e6, 1.5, x); });
  check_curve(Distribution::pareto(1'000'000, {1, 2}).value(),
              [](std::int64_t x) { return pareto_cumulative(1e6, 0.5, x); });
}

TEST_CASE("each Pareto draw is its quantile to 13 digits") {
  // As with the exponential: the draw counts from the longest value down.
  check_inversion(Distribution::pareto(1'000'000, {3, 2}).value(), 1e-13L,
                  [](long double u) { return 1e6L * std::pow(u, -2 / 3.0L); });
}

TEST_CASE("a mixture follows the weighted sum of its parts") {
  const std::array<WeightedDistribution, 4> parts = {{
      {9, Distribution::uniform(1'000, 1'999).value()},
      {0, Distribution::constant(-77).value()},
      {2, Distribution::constant(50'000).value()},
      {1, Distribution::exponential(100'000).value().shifted(60'000)},
  }};

  const Distribution mixture = Distribution::mixture(parts).value();

  check_curve(mixture, [](std::int64_t x) {
    return (9 * uniform_cumulative(1'000, 1'999, x) + (x >= 50'000 ? 2 : 0) +
            exponential_cumulative(100'000, x - 60'000)) /
           12;
  });
  CHECK(mixture.minimum() == 1'000);
}

TEST_CASE("an empirical distribution is linear between its points") {
  const std::array<QuantilePoint, 5> points = {{
      {{0, 1}, 100'000},
      {{1, 2}, 200'000},
      {{9, 10}, 1'000'000},
      {{999, 1000}, 5'000'000},
      {{1, 1}, 9'000'000},
  }};

  const Distribution distribution = Distribution::empirical(points).value();

  check_curve(distribution, [](std::int64_t x) {
    return empirical_cumulative({0, 0.5, 0.9, 0.999, 1}, {1e5, 2e5, 1e6, 5e6, 9e6}, x);
  });
  CHECK(distribution.minimum() == 100'000);
  CHECK(distribution.maximum() == 9'000'000);
}

TEST_CASE("each empirical draw is its quantile, exactly") {
  const std::array<QuantilePoint, 3> points = {{{{0, 1}, -500}, {{1, 3}, 1'000}, {{1, 1}, 10'000}}};
  check_inversion(Distribution::empirical(points).value(), 0, [](long double u) {
    return u < 1 / 3.0L ? -500 + 1'500 * u * 3 : 1'000 + 9'000 * (u - 1 / 3.0L) * 1.5L;
  });
}

TEST_CASE("equal values between two quantiles of an empirical table are one value that often") {
  const std::array<QuantilePoint, 3> points = {{{{0, 1}, 10}, {{1, 4}, 10}, {{1, 1}, 1'000'000}}};

  const std::vector<std::int64_t> samples =
      samples_of(Distribution::empirical(points).value(), 100'000);

  const auto tens = std::count(samples.begin(), samples.end(), 10);
  CHECK(std::abs(tens - 25'000) < 6 * 137);  // the standard deviation is sqrt(n p (1-p)) = 137
}

TEST_CASE("quantiles with no draw between them do no harm") {
  // 2^63 / 4294967293 and 2^63 / 4294967294 have the same whole part.
  const std::array<QuantilePoint, 4> points = {{
      {{0, 1}, 10},
      {{1, 4294967294}, 20},
      {{1, 4294967293}, 1'000},
      {{1, 1}, 1'010},
  }};
  for (const std::int64_t sample : samples_of(Distribution::empirical(points).value(), 1'000)) {
    CHECK(sample >= 1'000);
    CHECK(sample <= 1'010);
  }
}

TEST_CASE("a jitter is added to any shape that has no uniform part") {
  const Distribution shape = Distribution::exponential(1'000).value();
  const Distribution jittered = shape.with_jitter(100'000).value();
  Stream stream = named_stream();

  // Given the draws in their order: the jitter's, then the shape's.
  Stream twin = stream;
  const std::int64_t jitter = uniform(twin, 0, 100'000);
  CHECK(jittered.sample(stream) == jitter + shape.sample(twin));

  CHECK(Distribution::constant(5).value().with_jitter(3).value() ==
        Distribution::uniform(5, 8).value());
  CHECK_FALSE(jittered.with_jitter(1).has_value());
  CHECK(jittered.with_jitter(0).value() == jittered);
}

TEST_CASE("the draws of a named stream become these values, computed with 60 digits elsewhere") {
  const std::array<QuantilePoint, 4> points = {
      {{{0, 1}, 100'000}, {{1, 2}, 200'000}, {{9, 10}, 1'000'000}, {{1, 1}, 9'000'000}}};
  const auto six = [](const Distribution& distribution) {
    Stream stream = named_stream();
    std::vector<std::int64_t> samples(6);
    for (std::int64_t& sample : samples) sample = distribution.sample(stream);
    return samples;
  };
  using Samples = std::vector<std::int64_t>;

  CHECK(six(Distribution::uniform(1'000'000, 3'000'000).value()) ==
        Samples{2629956, 1272886, 1177788, 2416489, 1313974, 1836324});
  CHECK(six(Distribution::exponential(2'000'000'000).value()) ==
        Samples{409188877, 3983690654, 4840617070, 689932066, 3703184887, 1743772899});
  CHECK(six(Distribution::lognormal(1'500'000, 12'000'000).value()) ==
        Samples{3342493, 562928, 449732, 2448654, 609824, 1247067});
  CHECK(six(Distribution::pareto(1'000'000, {3, 2}).value()) ==
        Samples{1146136, 3773100, 5020548, 1258572, 3436299, 1788286});
  CHECK(six(Distribution::empirical(points).value()) ==
        Samples{829956, 127289, 117779, 616489, 131397, 183632});
}
