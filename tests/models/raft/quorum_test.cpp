// The arithmetic of majorities against counting by hand.
#include "models/raft/quorum.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace splitvote::raft;

namespace {

/// The largest value with more than half of the values at or above it, by trying all.
std::uint64_t by_counting(const std::vector<std::uint64_t>& values) {
  std::uint64_t best = 0;
  for (const std::uint64_t candidate : values) {
    std::size_t reached = 0;
    for (const std::uint64_t value : values) reached += value >= candidate;
    if (2 * reached > values.size() && candidate > best) best = candidate;
  }
  return best;
}

}  // namespace

TEST_CASE("a majority is the smallest number that is more than half") {
  CHECK(majority(1) == 1);
  CHECK(majority(2) == 2);
  CHECK(majority(3) == 2);
  CHECK(majority(4) == 3);
  CHECK(majority(5) == 3);
  CHECK(majority(9) == 5);
}

TEST_CASE(
    "what a majority has reached is what counting finds, for all values up to 3 of 7 members") {
  for (std::size_t members = 1; members <= 7; ++members) {
    std::vector<std::uint64_t> values(members, 0);
    bool more = true;
    while (more) {
      std::vector<std::uint64_t> copy = values;
      REQUIRE(reached_by_majority(copy) == by_counting(values));
      std::size_t place = 0;
      while (place < members && values[place] == 3) values[place++] = 0;
      more = place < members;
      if (more) ++values[place];
    }
  }
}

TEST_CASE("a ballot is won, lost or open as the remaining votes can still decide it") {
  for (std::size_t members = 1; members <= 9; ++members) {
    for (std::size_t granted = 0; granted <= members; ++granted) {
      for (std::size_t refused = 0; granted + refused <= members; ++refused) {
        const bool won = 2 * granted > members;
        const bool can_be_won = 2 * (members - refused) > members;
        const Tally expected = won ? Tally::won : can_be_won ? Tally::open : Tally::lost;
        REQUIRE(tally({granted, refused, members}) == expected);
      }
    }
  }
}
