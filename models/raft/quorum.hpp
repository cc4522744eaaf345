// The arithmetic of majorities, of one set of voters and of two, without any state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace splitvote::raft {

/// The smallest number of members that is more than half of them.
[[nodiscard]] constexpr std::size_t majority(std::size_t members) { return members / 2 + 1; }

enum class Tally : std::uint8_t { open, won, lost };

struct BallotCount {
  std::size_t granted = 0;
  std::size_t refused = 0;
  std::size_t members = 0;
};

/// Lost means that it can no longer be won.
[[nodiscard]] constexpr Tally tally(BallotCount count) {
  if (count.granted >= majority(count.members)) return Tally::won;
  if (count.members - count.refused < majority(count.members)) return Tally::lost;
  return Tally::open;
}

/// The largest value that a majority has reached, of one value per member; 0 without members.
/// Reorders the values. Insertion sort: the members are few.
[[nodiscard]] constexpr std::uint64_t reached_by_majority(std::span<std::uint64_t> values) {
  if (values.empty()) return 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::uint64_t value = values[i];
    std::size_t place = i;
    for (; place > 0 && values[place - 1] < value; --place) values[place] = values[place - 1];
    values[place] = value;
  }
  return values[majority(values.size()) - 1];
}

/// What a quorum of a configuration has reached: a majority of its voters and, while it is joint, a
/// majority of the outgoing ones as well (dissertation, section 4.3). No `outgoing`: not joint.
[[nodiscard]] constexpr std::uint64_t reached_by_quorum(std::span<std::uint64_t> voters,
                                                        std::span<std::uint64_t> outgoing) {
  const std::uint64_t reached = reached_by_majority(voters);
  return outgoing.empty() ? reached : std::min(reached, reached_by_majority(outgoing));
}

/// Of both ballots; `outgoing.members` is 0 unless the configuration is joint. One that is lost
/// loses both.
[[nodiscard]] constexpr Tally tally(BallotCount voters, BallotCount outgoing) {
  const Tally one = tally(voters);
  if (outgoing.members == 0) return one;
  const Tally other = tally(outgoing);
  if (one == Tally::lost || other == Tally::lost) return Tally::lost;
  return one == Tally::won ? other : Tally::open;
}

}  // namespace splitvote::raft
