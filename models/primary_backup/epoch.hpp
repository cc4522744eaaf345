// Epochs: who may be primary in which, by arithmetic alone.
#pragma once

#include <cstdint>

namespace splitvote::primary_backup {

/// A reign of one primary; 0 is before the first.
using Epoch = std::uint64_t;

/// The members take turns: epoch 1 is the first member's, epoch 2 the second's … So no two members
/// ever reign in the same epoch, and whoever knows an epoch knows its primary. Before the first
/// epoch all wait for the first member.
[[nodiscard]] constexpr std::uint64_t owner_rank(Epoch epoch, std::uint64_t members) {
  return epoch == 0 ? 0 : (epoch - 1) % members;
}

/// The member's first epoch after this one.
[[nodiscard]] constexpr Epoch next_epoch(Epoch epoch, std::uint64_t rank, std::uint64_t members) {
  const Epoch round = epoch - epoch % members;  // the last epoch of the round before
  const Epoch candidate = round + rank + 1;
  return candidate > epoch ? candidate : candidate + members;
}

/// How many members come before this one in the line for the primary's succession.
[[nodiscard]] constexpr std::uint64_t place_in_line(Epoch epoch, std::uint64_t rank,
                                                    std::uint64_t members) {
  return (rank + members - owner_rank(epoch, members) + members - 1) % members;
}

}  // namespace splitvote::primary_backup
