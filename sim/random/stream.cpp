// How a stream's name becomes the upper half of its counter.
#include "sim/random/stream.hpp"

#include "sim/base/check.hpp"

namespace splitvote::sim {

Stream::Stream(std::uint64_t seed, StreamName name) : key_(seed) {
  SPLITVOTE_CHECK(name.first >> 24 == 0 && name.second >> 24 == 0);
  name_ = std::uint64_t{static_cast<std::uint16_t>(name.purpose)} << 48 |
          std::uint64_t{name.first} << 24 | name.second;
}

Stream Stream::sibling(std::uint32_t second, std::uint64_t position) const {
  SPLITVOTE_CHECK(second >> 24 == 0);
  Stream other = *this;
  other.name_ = name_ >> 24 << 24 | second;
  other.position_ = position;
  return other;
}

}  // namespace splitvote::sim
