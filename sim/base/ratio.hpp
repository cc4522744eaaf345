// A chance or share as an exact ratio of two integers, and the test of a random draw against it.
#pragma once

#include <cstdint>

namespace splitvote::sim {

/// numerator / denominator, with 0 <= numerator <= denominator when it is a chance; denominator >
/// 0.
struct Ratio {
  std::uint32_t numerator = 0;
  std::uint32_t denominator = 1;

  constexpr bool operator==(const Ratio&) const = default;
  [[nodiscard]] constexpr bool never() const { return numerator == 0; }

  /// True for `numerator` of every `denominator` equal parts of the 2^64 draws (error below 2^-32).
  [[nodiscard]] constexpr bool hit(std::uint64_t draw) const {
    const auto part = static_cast<unsigned __int128>(draw) * denominator >> 64;
    return static_cast<std::uint64_t>(part) < numerator;
  }
};

}  // namespace splitvote::sim
