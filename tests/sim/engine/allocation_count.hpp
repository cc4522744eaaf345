// How often this program has called operator new: for tests of "no allocation in the steady state".
#pragma once

#include <cstdint>

namespace splitvote::sim {

[[nodiscard]] std::uint64_t allocation_count();

}  // namespace splitvote::sim
