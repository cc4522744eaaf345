// An open-addressing index from a 64-bit hash to a slot number; it stores no keys, its owner
// compares them.
#pragma once

#include <cstdint>
#include <vector>

namespace splitvote::kv {

/// Linear probing over a power of two of cells, at most 5/8 full, deletion by shifting back
/// (Knuth, The Art of Computer Programming 3, 6.4, algorithm R). What lies where depends on the
/// operations alone, never on addresses.
class KeyIndex {
 public:
  static constexpr std::uint32_t no_slot = UINT32_MAX;

  /// The slot with this hash for which `same(slot)` holds, or no_slot.
  template <typename Same>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Same&& same) const {
    if (cells_.empty()) return no_slot;
    const std::size_t mask = cells_.size() - 1;
    for (std::size_t at = hash & mask; cells_[at].slot != no_slot; at = (at + 1) & mask) {
      if (cells_[at].tag == tag_of(hash) && same(cells_[at].slot)) return cells_[at].slot;
    }
    return no_slot;
  }

  /// The pair must not be there.
  void insert(std::uint64_t hash, std::uint32_t slot);
  /// The pair must be there.
  void erase(std::uint64_t hash, std::uint32_t slot);

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Bytes of memory held.
  [[nodiscard]] std::size_t footprint() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    std::uint32_t slot = no_slot;
    std::uint32_t home = 0;  // the hash's low half: its home cell is home & mask
    std::uint32_t tag = 0;   // the high half, compared before the owner is asked
  };

  static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  void place(Cell cell);
  void grow();

  std::vector<Cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace splitvote::kv
