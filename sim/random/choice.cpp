// The choice by weight.
#include "sim/random/choice.hpp"

namespace splitvote::sim {

std::size_t choose_weighted(Stream& stream, std::span<const std::uint32_t> weights) {
  std::uint64_t sum = 0;
  for (const std::uint32_t weight : weights) sum += weight;
  SPLITVOTE_CHECK(sum > 0);
  std::uint64_t place = below(stream.draw(), sum);
  std::size_t index = 0;
  while (place >= weights[index]) place -= weights[index++];
  return index;
}

}  // namespace splitvote::sim
