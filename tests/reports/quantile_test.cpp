// Nearest-rank quantiles against the definition and textbook values.
#include "reports/quantile.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

using namespace splitvote::reports;

TEST_CASE("the textbook example of nearest rank") {
  // https://en.wikipedia.org/wiki/Percentile, "The nearest-rank method", worked examples.
  const Samples five({40, 15, 50, 20, 35});
  CHECK(five.at({50'000}) == 15);
  CHECK(five.at({300'000}) == 20);
  CHECK(five.at({400'000}) == 20);
  CHECK(five.at(p50) == 35);
  CHECK(five.at({1'000'000}) == 50);
  const Samples ten({3, 6, 7, 8, 8, 10, 13, 15, 16, 20});
  CHECK(ten.at({250'000}) == 7);
  CHECK(ten.at(p50) == 8);
  CHECK(ten.at({750'000}) == 15);
}

TEST_CASE("a quantile is the smallest sample that at least its share is no larger than") {
  std::uint64_t state = 7;
  std::size_t wrong = 0;
  for (std::size_t count = 1; count <= 60; ++count) {
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 6364136223846793005U + 1;
      values.push_back(static_cast<std::int64_t>(state >> 59) - 16);
    }
    const Samples samples(values);
    for (std::uint32_t ppm = 1; ppm <= 1'000'000; ppm += 33'333) {
      std::int64_t expected = INT64_MAX;
      for (const std::int64_t candidate : values) {
        const auto below = std::ranges::count_if(values, [&](auto v) { return v <= candidate; });
        if (static_cast<std::uint64_t>(below) * 1'000'000 >= std::uint64_t{ppm} * count)
          expected = std::min(expected, candidate);
      }
      wrong += samples.at({ppm}) != expected;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("no samples have no quantile and no mean") {
  CHECK_FALSE(Samples().at(p50).has_value());
  CHECK_FALSE(Samples().mean().has_value());
}

TEST_CASE("the mean is rounded to the nearest and does not overflow") {
  CHECK(Samples({1, 2}).mean() == 2);
  CHECK(Samples({1, 1, 2}).mean() == 1);
  CHECK(Samples({-1, -2}).mean() == -2);
  CHECK(Samples({INT64_MAX, INT64_MAX, INT64_MAX}).mean() == INT64_MAX);
}

TEST_CASE("merged samples are the samples of both") {
  Samples odd({5, 1, 3});
  odd.merge(Samples({4, 2}));
  CHECK(odd == Samples({1, 2, 3, 4, 5}));
}

TEST_CASE("quantiles are called by their percentage, and the outermost by name") {
  CHECK(to_string(p50) == "p50");
  CHECK(to_string(p999) == "p99.9");
  CHECK(to_string({999'990}) == "p99.999");
  CHECK(to_string({0}) == "min");
  CHECK(to_string({1'000'000}) == "max");
}
