// The first tier: keys whose written values are distinct, judged by the zones of their values.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

/// An index among the operations of a key.
inline constexpr std::uint32_t nobody = UINT32_MAX;

/// Why no order explains a key's operations.
enum class ClashKind : std::uint8_t {
  unwritten,      // a value was seen that nobody wrote
  from_future,    // a value was seen before it was written
  swapped_twice,  // one value was exchanged for two others
  circular,       // values that only come out of each other
  backwards,      // a value was seen after the one it was exchanged for
  overlapping,    // two values at the same time
  contained,      // one value within the time of another
  never_absent,   // a mismatch while the value was the expected one all the time
  no_order,       // a search found none
};

struct Clash {
  ClashKind kind{};
  Position position = 0;  // the contradiction is complete here
  std::array<std::uint32_t, 4> operations{nobody, nobody, nobody, nobody};
};

enum class ZoneAnswer : std::uint8_t { ok, violated, cannot_say };

/// Gibbons and Korach, Testing Shared Memories (1997); Golab, Li and Shah (2011) name the zones.
/// O(n log n). It holds what it needs for one key and is used for one after the other.
class ZoneCheck {
 public:
  explicit ZoneCheck(std::size_t values);

  /// `clash` is set if the answer is `violated`.
  [[nodiscard]] ZoneAnswer check(std::span<const KeyOperation> operations, ValueId initial,
                                 Clash& clash);

 private:
  /// A value: who wrote it, and everybody who saw it. The first one is the initial value.
  struct Cluster {
    std::uint32_t writer = nobody;
    std::uint32_t next = nobody;  // the cluster whose writer swapped this value for its own
    Position first_return = never_returned;
    Position last_invoke = 0;
    std::uint32_t first_returned = nobody;
    std::uint32_t last_invoked = nobody;
    bool seen = false;
    bool linked = false;  // its writer swaps, and stands behind the cluster it expects
  };
  /// Values that come out of each other by swaps: nothing else comes between them.
  struct Block {
    Position first_return = never_returned;
    Position last_invoke = 0;
    std::uint32_t first_returned = nobody;
    std::uint32_t last_invoked = nobody;
    std::uint32_t head = 0;
  };
  struct Place {
    std::uint32_t generation = 0;
    std::uint32_t cluster = 0;
  };
  /// When a value begins to be there, in halves of positions.
  struct Beginning {
    std::uint64_t time = 0;
    std::uint64_t anchor = 0;  // decides at equal times
    std::uint32_t cluster = 0;
    std::uint32_t number = 0;  // decides at equal anchors
  };

  [[nodiscard]] bool collect_writes(ValueId initial);
  [[nodiscard]] bool collect_reads();
  [[nodiscard]] bool see(std::uint32_t reader, std::uint32_t cluster);
  [[nodiscard]] bool link(std::uint32_t cluster);
  [[nodiscard]] bool link_uncertain(std::uint32_t cluster);
  [[nodiscard]] bool build_blocks();
  [[nodiscard]] bool walk(std::uint32_t head);
  [[nodiscard]] bool compare_zones();
  [[nodiscard]] ZoneAnswer place_mismatches();
  [[nodiscard]] bool fit_mismatches();
  [[nodiscard]] bool begin_early();
  void order_values();
  [[nodiscard]] std::uint32_t find(ValueId value) const;
  [[nodiscard]] bool took_effect(const Cluster& cluster) const;
  [[nodiscard]] std::uint32_t witness_of(std::uint32_t cluster) const;
  [[nodiscard]] const Block* forward_before(Position position) const;
  bool clashes(ClashKind kind, std::array<std::uint32_t, 4> operations);

  std::span<const KeyOperation> operations_;
  Clash clash_;
  std::vector<Place> places_;  // by value
  std::uint32_t generation_ = 0;
  std::vector<Cluster> clusters_;
  std::vector<std::uint32_t> mismatches_;
  std::vector<Block> forward_;
  std::vector<Block> backward_;
  std::vector<Beginning> beginnings_;
  std::vector<std::uint32_t> ranks_;  // of the clusters among the beginnings
  std::vector<std::uint64_t> waits_;  // by rank: before this time the value cannot begin
};

}  // namespace splitvote::consistency
