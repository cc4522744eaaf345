// Fixed-point logarithm, exponential and normal quantile against the host's long double.
#include "sim/random/fixed_point.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/random/normal_quantile.hpp"
#include "sim/random/stream.hpp"

using namespace splitvote::sim;

// The oracle's own error must not matter: 64 bits of mantissa.
static_assert(std::numeric_limits<long double>::digits >= 64);

namespace {

long double log2_error(std::uint64_t x) {
  const long double value = std::ldexp(static_cast<long double>(log2_fixed(x)), -log2_bits);
  return std::fabs(value - std::log2(static_cast<long double>(x)));
}

long double exp2_error(std::int64_t fraction) {
  const long double value = std::ldexp(static_cast<long double>(exp2_fixed(fraction)), -63);
  const long double truth = std::exp2(std::ldexp(static_cast<long double>(fraction), -log2_bits));
  return std::fabs(value / truth - 1);
}

/// The share of the standard normal below z, without cancellation in the lower tail.
long double normal_share(long double z) { return std::erfc(-z / std::sqrt(2.0L)) / 2; }

/// The z of the draw, corrected once by Newton's step: an oracle that needs no inverse. The table
/// is so near that one step is exact to long double.
long double quantile_error(std::uint64_t draw) {
  const long double z = std::ldexp(static_cast<long double>(normal_quantile(draw)), -normal_bits);
  const long double u = std::ldexp(static_cast<long double>(draw) + 0.5L, -64);
  const long double density = std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0L));
  return std::fabs((normal_share(z) - u) / density);
}

}  // namespace

TEST_CASE("log2 is within 2^-55 at powers of two") {
  for (int bit = 0; bit < 64; ++bit) CHECK(log2_error(1ull << bit) < 0x1p-55L);
}

TEST_CASE("log2 of the largest number does not pass 64") {
  CHECK(log2_fixed(~0ull) == 64ull * log2_one);
}

TEST_CASE("log2 is within 2^-55 everywhere it was asked") {
  Stream stream(1, {});
  long double worst = 0;
  for (int i = 0; i < 1'000'000; ++i)
    worst = std::max(worst, log2_error(stream.draw() >> (i % 64) | 1));
  for (std::uint64_t cell = 256; cell < 512; ++cell) {
    worst = std::max(worst, log2_error(cell << 55));
    worst = std::max(worst, log2_error((cell << 55) + ((1ull << 55) - 1)));
  }
  INFO("log2: worst error 2^" << static_cast<double>(std::log2(worst)));
  CHECK(worst < 0x1p-55L);
}

TEST_CASE("exp2 is within a relative 2^-57 everywhere it was asked") {
  Stream stream(2, {});
  long double worst = 0;
  for (int i = 0; i < 1'000'000; ++i)
    worst = std::max(worst, exp2_error(static_cast<std::int64_t>(stream.draw() >> 7)));
  for (std::int64_t cell = 0; cell < 256; ++cell) {
    worst = std::max(worst, exp2_error(cell << 49));
    worst = std::max(worst, exp2_error(((cell + 1) << 49) - 1));
  }
  INFO("exp2: worst relative error 2^" << static_cast<double>(std::log2(worst)));
  CHECK(worst < 0x1p-57L);
}

TEST_CASE("multiplying by a power of two rounds to the nearest and stops at the limit") {
  constexpr std::int64_t limit = std::int64_t{1} << 60;
  const Int128 one = log2_one;

  CHECK(multiply_exp2(3, 2 * one, limit) == 12);
  CHECK(multiply_exp2(13, -2 * one, limit) == 3);
  CHECK(multiply_exp2(15, -2 * one, limit) == 4);
  CHECK(multiply_exp2(1000, one / 2, limit) == 1414);
  CHECK(multiply_exp2(1, 60 * one, limit) == limit);
  CHECK(multiply_exp2(1, 59 * one, limit) == limit / 2);
  CHECK(multiply_exp2(limit, 0, limit) == limit);
  CHECK(multiply_exp2(limit, 60 * one, limit) == limit);
  CHECK(multiply_exp2(limit, -60 * one, limit) == 1);
  CHECK(multiply_exp2(limit, -62 * one, limit) == 0);
  CHECK(multiply_exp2(limit, -1'000'000 * one, limit) == 0);
  CHECK(multiply_exp2(1, 1'000'000 * one, limit) == limit);
  CHECK(multiply_exp2(0, 1'000'000 * one, limit) == 0);
  CHECK(multiply_exp2(7, 1'000'000 * one, 5) == 5);
}

TEST_CASE("the normal quantile is within 2^-25 from the median to the last draw") {
  Stream stream(3, {});
  long double worst = 0;
  for (int i = 0; i < 500'000; ++i) {
    // As many in each octave of the tails as around the median.
    const std::uint64_t draw = stream.draw() >> (i % 64);
    worst = std::max({worst, quantile_error(draw), quantile_error(draw | 1ull << 63 >> (i % 64))});
  }
  for (int bit = 0; bit < 64; ++bit) {
    worst = std::max({worst, quantile_error(1ull << bit), quantile_error((1ull << bit) - 1)});
  }
  INFO("normal quantile: worst error 2^" << static_cast<double>(std::log2(worst)));
  CHECK(worst < 0x1p-25L);
}

TEST_CASE("the normal quantile is odd, and rises but for the rounding of its last two bits") {
  Stream stream(4, {});
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t draw = stream.draw() >> (i % 64);
    REQUIRE(normal_quantile(draw) == -normal_quantile(~draw));
    REQUIRE(normal_quantile(draw) <= normal_quantile(draw + 1) + 3);
  }
}

TEST_CASE("the constant for 99 % is the quantile of 0.99") {
  const long double z = std::ldexp(static_cast<long double>(normal_z_99), -normal_bits);
  CHECK(static_cast<double>(std::fabs(normal_share(-z) - 0.01L)) < 1e-18);
}
