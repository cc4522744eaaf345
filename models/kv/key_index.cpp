// Insertion, deletion and growth of the index.
#include "models/kv/key_index.hpp"

#include <utility>

namespace splitvote::kv {

void KeyIndex::insert(std::uint64_t hash, std::uint32_t slot) {
  if ((size_ + 1) * 8 > cells_.size() * 5) grow();
  ++size_;
  place({slot, static_cast<std::uint32_t>(hash), tag_of(hash)});
}

void KeyIndex::erase(std::uint64_t hash, std::uint32_t slot) {
  const std::size_t mask = cells_.size() - 1;
  std::size_t hole = hash & mask;
  while (cells_[hole].slot != slot) hole = (hole + 1) & mask;
  --size_;
  // Whatever probed past the hole on its way moves into it, or a later search would stop short.
  for (std::size_t at = (hole + 1) & mask; cells_[at].slot != no_slot; at = (at + 1) & mask) {
    const std::size_t distance_from_home = (at - cells_[at].home) & mask;
    if (distance_from_home < ((at - hole) & mask)) continue;
    cells_[hole] = cells_[at];
    hole = at;
  }
  cells_[hole] = {};
}

void KeyIndex::place(Cell cell) {
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = cell.home & mask;
  while (cells_[at].slot != no_slot) at = (at + 1) & mask;
  cells_[at] = cell;
}

void KeyIndex::grow() {
  const std::vector<Cell> old = std::exchange(cells_, {});
  cells_.resize(old.empty() ? 16 : old.size() * 2);
  for (const Cell& cell : old) {
    if (cell.slot != no_slot) place(cell);
  }
}

}  // namespace splitvote::kv
