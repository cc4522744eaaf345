// The arithmetic of majorities, of one set and of two, against counting by hand.
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

/// How many nodes of a group are at 0, 1 and 2: the others' names do not matter.
struct Spread {
  std::size_t at_0 = 0;
  std::size_t at_1 = 0;
  std::size_t at_2 = 0;

  void append_to(std::vector<std::uint64_t>& values) const {
    values.insert(values.end(), at_0, 0);
    values.insert(values.end(), at_1, 1);
    values.insert(values.end(), at_2, 2);
  }
};

std::vector<Spread> spreads(std::size_t nodes) {
  std::vector<Spread> all;
  for (std::size_t at_0 = 0; at_0 <= nodes; ++at_0) {
    for (std::size_t at_1 = 0; at_0 + at_1 <= nodes; ++at_1) {
      all.push_back({at_0, at_1, nodes - at_0 - at_1});
    }
  }
  return all;
}

/// More than half of each set, by counting.
bool is_quorum(const std::vector<std::uint64_t>& voters, const std::vector<std::uint64_t>& outgoing,
               bool (*counts)(std::uint64_t value, std::uint64_t bound), std::uint64_t bound) {
  const auto more_than_half = [&](const std::vector<std::uint64_t>& values) {
    std::size_t counted = 0;
    for (const std::uint64_t value : values) counted += counts(value, bound);
    return values.empty() || 2 * counted > values.size();
  };
  return more_than_half(voters) && more_than_half(outgoing);
}

/// Compares both functions with counting, for one value per node. In a ballot 2 is a vote, 0 a
/// refusal and 1 no answer yet.
void compare(const std::vector<std::uint64_t>& voters, const std::vector<std::uint64_t>& outgoing) {
  const auto at_least = [](std::uint64_t value, std::uint64_t bound) { return value >= bound; };
  std::uint64_t reached = 0;
  if (is_quorum(voters, outgoing, at_least, 1)) reached = 1;
  if (is_quorum(voters, outgoing, at_least, 2)) reached = 2;
  std::vector<std::uint64_t> first = voters;
  std::vector<std::uint64_t> second = outgoing;
  REQUIRE(reached_by_quorum(first, second) == reached);

  const auto ballot = [](const std::vector<std::uint64_t>& values) {
    BallotCount count{.members = values.size()};
    for (const std::uint64_t value : values) {
      count.granted += value == 2;
      count.refused += value == 0;
    }
    return count;
  };
  const bool can_be_won = reached >= 1;
  const Tally expected = reached == 2 ? Tally::won : can_be_won ? Tally::open : Tally::lost;
  REQUIRE(tally(ballot(voters), ballot(outgoing)) == expected);
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

TEST_CASE(
    "a quorum of up to 7 and 7 voters, whatever they share, is a majority of both by counting") {
  for (std::size_t shared = 0; shared <= 7; ++shared) {
    for (std::size_t incoming = shared == 0 ? 1 : 0; incoming + shared <= 7; ++incoming) {
      for (std::size_t outgoing = 0; outgoing + shared <= 7; ++outgoing) {
        for (const Spread& in_both : spreads(shared)) {
          for (const Spread& only_in : spreads(incoming)) {
            for (const Spread& only_out : spreads(outgoing)) {
              std::vector<std::uint64_t> voters;
              std::vector<std::uint64_t> before;
              in_both.append_to(voters);
              in_both.append_to(before);
              only_in.append_to(voters);
              only_out.append_to(before);
              compare(voters, before);
            }
          }
        }
      }
    }
  }
}
