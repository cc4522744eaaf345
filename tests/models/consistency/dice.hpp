// The draws of a history that a test makes up.
#pragma once

#include <cstdint>

#include "sim/random/stream.hpp"

namespace splitvote::testing {

/// `use` keeps the draws of one purpose apart from those of another.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint32_t use)
      : stream_(seed, {sim::Purpose::fault_value, use, 0}) {}
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream_.draw() % bound);
  }
  bool percent(std::uint32_t share) { return below(100) < share; }

 private:
  sim::Stream stream_;
};

}  // namespace splitvote::testing
