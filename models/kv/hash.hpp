// Hashing of numbers, for content hashes and for spreading session ids.
#pragma once

#include <cstdint>

namespace splitvote::kv {

/// A bijection in which every bit of the input reaches every bit of the output: the finalizer of
/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

/// Depends on both words and on their order; two zeros do not give zero.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t first, std::uint64_t second) {
  return mix(mix(first + 0x9e3779b97f4a7c15) ^ second);
}

}  // namespace splitvote::kv
