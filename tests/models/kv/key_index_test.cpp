// The index under hashes that collide as badly as they can.
#include <doctest/doctest.h>

#include <set>
#include <utility>
#include <vector>

#include "models/kv/key_index.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::kv {
namespace {

using Pair = std::pair<std::uint64_t, std::uint32_t>;

bool finds(const KeyIndex& index, const Pair& pair) {
  return index.find(pair.first, [&](std::uint32_t slot) { return slot == pair.second; }) ==
         pair.second;
}

TEST_CASE("an index finds exactly the pairs of a set, whatever collides and is removed") {
  sim::Stream stream(3, {sim::Purpose::fault_value, 0, 0});
  for (int round = 0; round < 40; ++round) {
    KeyIndex index;
    std::set<Pair> oracle;
    // Few home cells, the last ones among them, so that runs are long and wrap around the end.
    const auto hash_of = [&](std::uint32_t slot) {
      const std::uint64_t tag = slot % 3;
      return tag << 32 | (UINT32_MAX - slot % 5);
    };
    for (int step = 0; step < 400; ++step) {
      const auto slot = static_cast<std::uint32_t>(sim::uniform(stream, 0, 59));
      const Pair pair{hash_of(slot), slot};
      if (oracle.erase(pair) != 0) {
        index.erase(pair.first, pair.second);
      } else {
        oracle.insert(pair);
        index.insert(pair.first, pair.second);
      }
      REQUIRE(index.size() == oracle.size());
      for (std::uint32_t other = 0; other < 60; ++other) {
        const Pair candidate{hash_of(other), other};
        REQUIRE(finds(index, candidate) == oracle.contains(candidate));
      }
    }
  }
}

TEST_CASE("an index grows to any size") {
  KeyIndex index;
  for (std::uint32_t slot = 0; slot < 20'000; ++slot) index.insert(slot * 0x9e3779b97f4a7c15, slot);

  std::uint32_t found = 0;
  for (std::uint32_t slot = 0; slot < 20'000; ++slot) {
    if (finds(index, {slot * 0x9e3779b97f4a7c15, slot})) ++found;
  }

  CHECK(found == 20'000);
  CHECK(!finds(index, {1, 20'000}));
}

}  // namespace
}  // namespace splitvote::kv
