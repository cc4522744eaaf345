// Binary logarithm and exponential of fixed-point integers, the same to the bit everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace splitvote::sim {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

/// Logarithms are counted in units of 2^-57: 64 of them in front of the point fit into an int64.
inline constexpr int log2_bits = 57;
inline constexpr std::int64_t log2_one = std::int64_t{1} << log2_bits;

namespace fixed_point {

// Both functions look up 256 cells of [1, 2) by the first 8 bits and take a polynomial for the rest
// r, which is measured from the middle of the cell: |r| < 2^-9.
inline constexpr std::size_t cells = 256;
inline constexpr std::uint64_t q63_one = std::uint64_t{1} << 63;

[[nodiscard]] constexpr std::int64_t multiply_q63(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(Int128{a} * b >> 63);
}

/// log2(m / 2^63) in units of 2^-57 for m from 2^63 on, one bit per squaring. A step's rounding
/// error (2^-63 of the value) counts for the result with the weight of the bits still to come.
[[nodiscard]] constexpr std::int64_t log2_by_squaring(std::uint64_t m) {
  std::int64_t result = 0;
  for (int bit = log2_bits - 1; bit >= 0; --bit) {
    const Uint128 square = Uint128{m} * m;  // in units of 2^-126, below 4
    const bool two_or_more = square >> 127 != 0;
    m = static_cast<std::uint64_t>(square >> (two_or_more ? 64 : 63));
    if (two_or_more) result |= std::int64_t{1} << bit;
  }
  return result;
}

/// floor(sqrt(square)), bit by bit.
[[nodiscard]] constexpr std::uint64_t square_root(Uint128 square) {
  std::uint64_t root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t candidate = root | std::uint64_t{1} << bit;
    if (Uint128{candidate} * candidate <= square) root = candidate;
  }
  return root;
}

struct LogarithmCell {
  std::uint64_t reciprocal = 0;  // of the cell's middle, in units of 2^-64
  std::int64_t logarithm = 0;    // minus log2 of exactly that reciprocal, in units of 2^-57
};

[[nodiscard]] constexpr std::array<LogarithmCell, cells> logarithm_cells() {
  std::array<LogarithmCell, cells> table{};
  for (std::size_t i = 0; i < cells; ++i) {
    const std::uint64_t twice_middle = 2 * (cells + i) + 1;  // in units of 2^-9
    table[i].reciprocal = static_cast<std::uint64_t>((Uint128{1} << 73) / twice_middle);
    table[i].logarithm = log2_one - log2_by_squaring(table[i].reciprocal);
  }
  return table;
}

/// 2^((i + 1/2) / 256) in units of 2^-63, as products of 2^(1/2), 2^(1/4), … 2^(1/512).
[[nodiscard]] constexpr std::array<std::uint64_t, cells> power_cells() {
  std::array<std::uint64_t, 9> roots{};
  Uint128 square = Uint128{1} << 127;
  for (std::uint64_t& root : roots) {
    root = square_root(square);
    square = Uint128{root} << 63;
  }
  std::array<std::uint64_t, cells> table{};
  for (std::size_t i = 0; i < cells; ++i) {
    std::uint64_t power = q63_one;
    for (std::size_t bit = 0; bit < roots.size(); ++bit) {
      if (((2 * i + 1) >> (8 - bit) & 1) != 0)
        power = static_cast<std::uint64_t>(Uint128{power} * roots[bit] >> 63);
    }
    table[i] = power;
  }
  return table;
}

inline constexpr std::array<LogarithmCell, cells> logarithm_table = logarithm_cells();
inline constexpr std::array<std::uint64_t, cells> power_table = power_cells();

inline constexpr std::int64_t log2_e_q61 = 0x2e2a8eca5705fc2f;  // 1 / ln 2
inline constexpr std::int64_t ln_2_q63 = 0x58b90bfbe8e7bcd6;

}  // namespace fixed_point

/// log2(x) in units of 2^-57, at most 64 of 2^57; x > 0. The error is below 2^-55.
[[nodiscard]] constexpr std::uint64_t log2_fixed(std::uint64_t x) {
  using namespace fixed_point;
  const int zeros = std::countl_zero(x);
  const std::uint64_t m = x << zeros;
  const LogarithmCell& cell = logarithm_table[m >> 55 & 0xff];
  // log2(m) = log2(1 / reciprocal) + log2(m * reciprocal), the latter by its series up to r^5.
  const auto r = static_cast<std::int64_t>(
      static_cast<std::uint64_t>(Uint128{m} * cell.reciprocal >> 64) - q63_one);
  std::int64_t sum = log2_e_q61 / 5;
  sum = multiply_q63(sum, r) - log2_e_q61 / 4;
  sum = multiply_q63(sum, r) + log2_e_q61 / 3;
  sum = multiply_q63(sum, r) - log2_e_q61 / 2;
  sum = multiply_q63(sum, r) + log2_e_q61;
  sum = multiply_q63(sum, r);
  const std::int64_t fraction = cell.logarithm + (sum >> (61 - log2_bits));
  const auto whole = static_cast<std::uint64_t>(63 - zeros);
  // Rounding must not carry the largest x beyond 64, nor 1 below 0.
  return whole * log2_one +
         static_cast<std::uint64_t>(std::clamp<std::int64_t>(fraction, 0, log2_one));
}

/// 2^fraction in units of 2^-63, for a fraction in units of 2^-57 from 0 to below 1. The relative
/// error is below 2^-57.
[[nodiscard]] constexpr std::uint64_t exp2_fixed(std::int64_t fraction) {
  using namespace fixed_point;
  constexpr int rest_bits = log2_bits - 8;
  const auto index = static_cast<std::size_t>(fraction >> rest_bits);
  const std::int64_t middle = static_cast<std::int64_t>(2 * index + 1) << (rest_bits - 1);
  const std::int64_t r = (fraction - middle) * (1 << (63 - log2_bits));
  // 2^r = e^(r ln 2) by its series up to the fifth power.
  const std::int64_t y = multiply_q63(r, ln_2_q63);
  constexpr auto one = static_cast<std::int64_t>(q63_one - 1);
  std::int64_t sum = one / 120;
  sum = multiply_q63(sum, y) + one / 24;
  sum = multiply_q63(sum, y) + one / 6;
  sum = multiply_q63(sum, y) + one / 2;
  sum = multiply_q63(sum, y);
  const std::int64_t above_one = y + multiply_q63(sum, y);
  const std::uint64_t power = power_table[index];
  return power +
         static_cast<std::uint64_t>(static_cast<std::int64_t>(Int128{above_one} * power >> 63));
}

/// value * 2^exponent, rounded to the nearest integer and at most `limit`; 0 <= value and
/// limit <= 2^60; the exponent is in units of 2^-57 and may be anything.
[[nodiscard]] constexpr std::int64_t multiply_exp2(std::int64_t value, Int128 exponent,
                                                   std::int64_t limit) {
  if (value == 0 || exponent < -62 * Int128{log2_one}) return 0;
  if (exponent >= 61 * Int128{log2_one}) return limit;
  const auto whole = static_cast<int>(exponent >> log2_bits);
  const std::uint64_t power = exp2_fixed(static_cast<std::int64_t>(exponent) & (log2_one - 1));
  const int shift = 63 - whole;
  const Uint128 product = Uint128{static_cast<std::uint64_t>(value)} * power;
  const Uint128 rounded = (product + (Uint128{1} << (shift - 1))) >> shift;
  return rounded < Uint128{static_cast<std::uint64_t>(limit)} ? static_cast<std::int64_t>(rounded)
                                                              : limit;
}

}  // namespace splitvote::sim
