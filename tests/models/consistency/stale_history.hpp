// Small histories of registers whose reads are told something old, for k-atomicity.
#pragma once

#include <cstdint>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// Up to ten reads, writes and at most one remove on a key: overlapping, unanswered and failed
/// ones too. Written values are distinct, and a read is told one that was invoked not
/// long ago, seldom another one.
[[nodiscard]] consistency::History stale_history(std::uint64_t number);

/// So many operations of so many clients on a key whose reads are told one of the last `versions`
/// values of an order that keeps real time.
struct StaleStore {
  std::uint64_t seed = 0;
  std::uint32_t operations = 0;
  std::uint32_t clients = 0;
  std::uint32_t versions = 1;
};
[[nodiscard]] consistency::History simulate_stale_store(const StaleStore& store);

}  // namespace splitvote::testing
