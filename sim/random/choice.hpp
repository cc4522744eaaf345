// Choosing one of a few things at random: alike, or by weight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/base/check.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// The index of one of the weights, in proportion to them; one draw. Their sum is above 0 and below
/// 2^64. An index of weight 0 is never chosen.
[[nodiscard]] std::size_t choose_weighted(Stream& stream, std::span<const std::uint32_t> weights);

/// The index of one of `count` alike; one draw; count > 0.
[[nodiscard]] inline std::size_t choose(Stream& stream, std::size_t count) {
  SPLITVOTE_CHECK(count > 0);
  return below(stream.draw(), count);
}

}  // namespace splitvote::sim
