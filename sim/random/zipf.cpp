// A table of running sums, searched between two guides.
#include "sim/random/zipf.hpp"

#include <algorithm>
#include <bit>

#include "sim/random/fixed_point.hpp"

namespace splitvote::sim {
namespace {

constexpr std::int64_t weight_one = std::int64_t{1} << 60;
constexpr int guide_bits_max = 12;  // 16 KB, which stay in the cache

/// (rank + 1)^-exponent in units of 2^-60; the exponent is in units of 2^-57.
[[nodiscard]] std::uint64_t weight(std::uint32_t rank, Int128 exponent) {
  const Int128 power = log2_fixed(std::uint64_t{rank} + 1) * exponent >> log2_bits;
  return static_cast<std::uint64_t>(multiply_exp2(weight_one, -power, weight_one));
}

}  // namespace

Result<Zipf> Zipf::create(std::uint32_t count, Ratio exponent) {
  if (count == 0 || count > count_max) return failure("zipf needs a count from 1 to 1000000");
  if (exponent.denominator == 0 || exponent.numerator > std::uint64_t{exponent.denominator} * 4)
    return failure("zipf needs an exponent from 0 to 4");
  Zipf result;
  result.count_ = count;
  result.exponent_ = exponent;
  if (exponent.numerator == 0 || count == 1) return result;

  const Int128 fixed_exponent = Int128{exponent.numerator} * log2_one / exponent.denominator;
  std::vector<Uint128> sums(count);
  Uint128 sum = 0;
  for (std::uint32_t rank = 0; rank < count; ++rank) {
    sum += weight(rank, fixed_exponent);
    sums[rank] = sum;
  }
  // The sum of a million weights has 80 bits; a draw has 64.
  const auto shift = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(sum >> 64)));

  auto table = std::make_shared<Table>();
  table->ends.reserve(count);
  for (const Uint128 end : sums) table->ends.push_back(static_cast<std::uint64_t>(end >> shift));

  const int guide_bits = std::min(static_cast<int>(std::bit_width(count)), guide_bits_max);
  table->guide_shift = 64 - guide_bits;
  for (std::uint64_t guide = 0; guide >> guide_bits == 0; ++guide) {
    const std::uint64_t place = below(guide << table->guide_shift, table->ends.back());
    const auto end = std::upper_bound(table->ends.begin(), table->ends.end(), place);
    table->guides.push_back(static_cast<std::uint32_t>(end - table->ends.begin()));
  }
  table->guides.push_back(count - 1);
  result.table_ = std::move(table);
  return result;
}

std::uint32_t Zipf::find(std::uint64_t draw) const {
  const std::vector<std::uint64_t>& ends = table_->ends;
  const std::uint32_t* guide = &table_->guides[draw >> table_->guide_shift];
  const std::uint64_t place = below(draw, ends.back());
  const auto end = std::upper_bound(ends.begin() + guide[0], ends.begin() + guide[1], place);
  return static_cast<std::uint32_t>(end - ends.begin());
}

}  // namespace splitvote::sim
