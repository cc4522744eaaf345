// One short run of a whole world, servers, disks, clocks, network and clients: its features, its
// faults and its orders are a seed's, and every check watches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/digest.hpp"
#include "tests/models/raft/world_reached.hpp"

namespace splitvote::raft {

struct WorldRun {
  std::uint64_t seed = 0;
  std::string violation;           // empty: none
  std::vector<std::string> words;  // its features, and the troubles that changed something
  std::string story;               // the same, and when each trouble came and went
  WorldEvents events;
  sim::Digest digest;
  std::uint64_t served = 0;
};

/// Nothing but the seed decides what happens.
[[nodiscard]] WorldRun run_random_world(std::uint64_t seed);

/// What is worth knowing of a violation, and how to see it again.
[[nodiscard]] std::string report(const WorldRun& run);

}  // namespace splitvote::raft
