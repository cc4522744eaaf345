// A table of cubics, computed by the compiler from the differential equation of the quantile.
#include "sim/random/normal_quantile.hpp"

#include <array>
#include <bit>

#include "sim/random/fixed_point.hpp"

namespace splitvote::sim {
namespace {

// p from 2^-65 to 1/2 are 64 octaves; each is cut into equal cells, and in a cell z is a cubic of
// the place t in [0, 1) with the true values and slopes at both ends (Hermite).
constexpr std::size_t octaves = 64;
constexpr std::size_t cell_bits = 5;
constexpr std::size_t cells_per_octave = 1 << cell_bits;
constexpr std::size_t octaves_per_part = 16;  // a compiler limits the steps of one constant

struct Cubic {
  std::int64_t constant = 0;  // all in units of 2^-58
  std::int64_t linear = 0;
  std::int64_t square = 0;
  std::int64_t cube = 0;
};

struct Part {
  std::array<Cubic, octaves_per_part * cells_per_octave> cells;  // of rising p
  Int128 end = 0;                                                // z at the end of the last
};

[[nodiscard]] constexpr Int128 multiply(Int128 a, Int128 b) { return a * b >> normal_bits; }

/// p z'(p) = p / phi(z) = p sqrt(2 pi) 2^(z^2 / (2 ln 2)), for p = (32 + cell) / 32 * 2^-octave.
[[nodiscard]] constexpr Int128 relative_slope(Int128 z, std::size_t octave, std::size_t cell) {
  constexpr Int128 sqrt_2_pi = 0xa06c98ffb1382cb;  // in units of 2^-58
  const Int128 half_square = multiply(z, z) / 2;
  const Int128 exponent =
      (half_square * fixed_point::log2_e_q61 >> (normal_bits + 61 - log2_bits)) -
      static_cast<Int128>(octave) * log2_one;
  const auto whole = static_cast<int>(exponent >> log2_bits);
  const auto fraction = static_cast<std::int64_t>(exponent) & (log2_one - 1);
  const Int128 power = static_cast<Int128>(exp2_fixed(fraction)) >> 5;  // now in units of 2^-58
  const Int128 scaled = power * sqrt_2_pi >> (normal_bits - whole);
  return scaled * static_cast<Int128>(cells_per_octave + cell) >> cell_bits;
}

/// z(p + p / steps) - z(p) by Taylor's series up to the fifth power. The derivatives of the normal
/// quantile are P_k(z) / phi^k with P_1 = 1, P_(k+1) = P_k' + k z P_k (Steinbrecher and Shaw,
/// "Quantile mechanics", 2008); with x = p z' and a = z x each of them times p^k is x times a sum
/// of small terms.
[[nodiscard]] constexpr Int128 advance(Int128 z, Int128 x, Int128 steps) {
  const Int128 a = multiply(z, x);
  const Int128 b = multiply(x, x);
  const Int128 aa = multiply(a, a);
  const Int128 third = b + 2 * aa;
  const Int128 fourth = multiply(a, 7 * b + 6 * aa);
  const Int128 fifth = multiply(b, 7 * b + 46 * aa) + 24 * multiply(aa, aa);
  Int128 sum = fifth / (5 * steps);
  sum = (sum + fourth) / (4 * steps);
  sum = (sum + third) / (3 * steps);
  sum = (sum + a) / (2 * steps);
  sum = (sum + (Int128{1} << normal_bits)) / steps;
  return multiply(sum, x);
}

[[nodiscard]] constexpr Cubic hermite(Int128 first, Int128 last, Int128 slope_first,
                                      Int128 slope_last) {
  const Int128 rise = last - first;
  return {static_cast<std::int64_t>(first), static_cast<std::int64_t>(slope_first),
          static_cast<std::int64_t>(3 * rise - 2 * slope_first - slope_last),
          static_cast<std::int64_t>(slope_first + slope_last - 2 * rise)};
}

/// The cells of the octaves from p = 2^-octave up. Errors shrink on the way up: what stays constant
/// is the error of p, which becomes ever smaller a part of p.
[[nodiscard]] constexpr Part part(Int128 z, std::size_t octave) {
  Part result{};
  Int128 x = relative_slope(z, octave, 0);
  for (std::size_t i = 0; i < result.cells.size(); ++i) {
    const std::size_t cell = i % cells_per_octave;
    const std::size_t below = octave - i / cells_per_octave;
    const auto steps = static_cast<Int128>(cells_per_octave + cell);
    const Int128 next = z + advance(z, x, steps);
    const Int128 next_x = relative_slope(next, below, cell + 1);
    result.cells[i] = hermite(z, next, x / steps, next_x / (steps + 1));
    z = next;
    x = next_x;
  }
  result.end = z;
  return result;
}

/// All cells, those next to p = 1/2 first: octave n is p from 2^-(n+2) to 2^-(n+1).
[[nodiscard]] constexpr auto join(
    const std::array<const Part*, octaves / octaves_per_part>& parts) {
  std::array<Cubic, octaves * cells_per_octave> cells{};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t octave = i / cells_per_octave;
    const std::size_t from_the_end = octaves_per_part - 1 - octave % octaves_per_part;
    cells[i] = parts[octave / octaves_per_part]
                   ->cells[from_the_end * cells_per_octave + i % cells_per_octave];
  }
  return cells;
}

constexpr Int128 start = -Int128{0x249f0554abd628b5};  // the root of Phi(z) = 2^-65: -9.15529…
constexpr Part part_0 = part(start, octaves + 1);
constexpr Part part_1 = part(part_0.end, octaves + 1 - octaves_per_part);
constexpr Part part_2 = part(part_1.end, octaves + 1 - 2 * octaves_per_part);
constexpr Part part_3 = part(part_2.end, octaves + 1 - 3 * octaves_per_part);
constexpr auto cubics = join({&part_3, &part_2, &part_1, &part_0});

// The way up must arrive at the median, 0.
static_assert(part_3.end < (Int128{1} << (normal_bits - 30)) &&
              part_3.end > -(Int128{1} << (normal_bits - 30)));

}  // namespace

std::int64_t normal_quantile(std::uint64_t draw) {
  const bool upper = draw >> 63 != 0;
  const std::uint64_t twice = 2 * (upper ? ~draw : draw) + 1;  // p in units of 2^-65
  const int octave = std::countl_zero(twice);
  const std::uint64_t place = twice << octave << 1;
  const Cubic& cubic =
      cubics[static_cast<std::size_t>(octave) * cells_per_octave + (place >> (64 - cell_bits))];
  const auto t = static_cast<std::int64_t>(place << cell_bits >> 1);  // in units of 2^-63
  std::int64_t z = fixed_point::multiply_q63(cubic.cube, t) + cubic.square;
  z = fixed_point::multiply_q63(z, t) + cubic.linear;
  z = fixed_point::multiply_q63(z, t) + cubic.constant;
  return upper ? -z : z;
}

}  // namespace splitvote::sim
