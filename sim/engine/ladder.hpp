// The structure for many pending events: buckets of power-of-two width, the finer the nearer.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/engine/packed_key.hpp"

namespace splitvote::sim {

/// Holds every event behind a horizon, unsorted, by the first byte in which its key differs from
/// the horizon: that byte's place is the rung, its value the bucket. So a rung's buckets lie behind
/// those of all rungs below it, a push is one append, and when a bucket is reached it is either
/// small enough to be taken or is spread over the rungs below.
///
/// The bytes are those of time and sequence together. Hence the width follows the load by itself:
/// many events at one time are told apart by their sequence, and one in the far future costs one
/// bucket on a high rung. An event moves down at most once per rung, in practice two or three
/// times. (After the radix heap of Ahuja, Mehlhorn, Orlin and Tarjan, 1990, and the ladder queue of
/// Tang, Goh and Thng, 2005.)
class Ladder {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Every key up to the horizon is the caller's, every key behind it belongs here.
  [[nodiscard]] bool behind_horizon(PackedKey key) const { return key > horizon_; }

  /// Only for keys behind the horizon. Their slot is 0.
  void push(const PendingEvent& item) {
    const unsigned rung = rung_of(item.key());
    append(rung, byte_of(item.key(), rung), item);
    ++size_;
  }

  /// Moves the horizon back to `horizon`; what the caller holds behind it must be pushed.
  void lower_horizon(PackedKey horizon);

  /// Moves the horizon forward over some of the nearest events (at least one if there is one, at
  /// most `count_max`, which is at least 2) and calls `take` with each.
  template <typename Take>
  void take_nearest(std::uint32_t count_max, Take take);

  /// Calls `take` with every event and moves the horizon to the end of time.
  template <typename Take>
  void take_all(Take take);

 private:
  static constexpr unsigned rungs = 13;  // 64 + 40 bits of time and sequence
  static constexpr unsigned buckets_per_rung = 256;
  static constexpr std::uint32_t chunk_capacity = 12;  // about 500 bytes
  static constexpr std::uint32_t no_chunk = UINT32_MAX;

  struct Chunk {
    std::array<PendingEvent, chunk_capacity> items;
    std::uint32_t next = no_chunk;
    std::uint32_t used = 0;
  };
  struct Bucket {
    std::uint32_t first = no_chunk;  // the chunk that is being filled
    std::uint32_t last = no_chunk;
    std::uint32_t size = 0;
  };
  struct Place {
    unsigned rung = 0;
    unsigned byte = 0;
  };

  [[nodiscard]] unsigned rung_of(PackedKey key) const {
    const PackedKey different = (key ^ horizon_) >> slot_bits;
    const auto high = static_cast<std::uint64_t>(different >> sequence_bits);
    const auto low = static_cast<std::uint64_t>(different);
    const unsigned in_time = sequence_bits + static_cast<unsigned>(std::bit_width(high | 1)) - 1;
    const unsigned in_sequence = static_cast<unsigned>(std::bit_width(low | 1)) - 1;
    return (high != 0 ? in_time : in_sequence) / 8;
  }
  [[nodiscard]] static unsigned byte_of(PackedKey key, unsigned rung) {
    return static_cast<unsigned>(key >> (slot_bits + 8 * rung)) & 0xff;
  }
  /// The largest key that shares every byte from `rung` upwards with `key`.
  [[nodiscard]] static PackedKey end_of_bucket(PackedKey key, unsigned rung) {
    return key | ((PackedKey{1} << (slot_bits + 8 * rung)) - 1);
  }

  [[nodiscard]] Bucket& bucket(unsigned rung, unsigned byte) {
    return buckets_[std::size_t{rung} * buckets_per_rung + byte];
  }
  void append(unsigned rung, unsigned byte, const PendingEvent& item) {
    Bucket& target = bucket(rung, byte);
    if (target.first == no_chunk || chunks_[target.first].used == chunk_capacity)
      add_chunk(rung, byte);
    Chunk& chunk = chunks_[target.first];
    chunk.items[chunk.used++] = item;
    ++target.size;
  }
  void add_chunk(unsigned rung, unsigned byte);
  void open();
  [[nodiscard]] Place nearest() const;
  [[nodiscard]] Bucket detach(Place place);
  void spread(Place place, PendingEvent& first);

  /// Calls `take` with the items of a detached bucket and frees its chunks.
  template <typename Take>
  void drain(const Bucket& source, Take take) {
    for (std::uint32_t at = source.first; at != no_chunk;) {
      // By index each time: `take` may append, which may move the chunks.
      const std::uint32_t used = chunks_[at].used;
      for (std::uint32_t item = 0; item < used; ++item) take(PendingEvent{chunks_[at].items[item]});
      const std::uint32_t next = chunks_[at].next;
      chunks_[at].next = free_;
      free_ = at;
      at = next;
    }
  }

  PackedKey horizon_ = no_key;
  std::size_t size_ = 0;
  std::vector<Bucket> buckets_;  // empty while the horizon is the end of time
  std::vector<Chunk> chunks_;
  std::uint32_t free_ = no_chunk;
  std::array<std::array<std::uint64_t, 4>, rungs> occupied_{};  // a bit for each bucket not empty
};

template <typename Take>
void Ladder::take_nearest(std::uint32_t count_max, Take take) {
  std::uint32_t taken = 0;
  while (size_ != 0 && taken < count_max / 2) {
    const Place place = nearest();
    const std::uint32_t count = bucket(place.rung, place.byte).size;
    if (count > count_max - taken) {
      PendingEvent first;
      spread(place, first);
      take(first);
      ++taken;
      continue;
    }
    const Bucket source = detach(place);
    horizon_ = end_of_bucket(chunks_[source.first].items[0].key(), place.rung);
    drain(source, take);
    size_ -= count;
    taken += count;
  }
}

template <typename Take>
void Ladder::take_all(Take take) {
  while (size_ != 0) {
    const Bucket source = detach(nearest());
    drain(source, take);
    size_ -= source.size;
  }
  // Empty vectors keep their memory but cost a copy nothing.
  buckets_.clear();
  chunks_.clear();
  free_ = no_chunk;
  horizon_ = no_key;
}

}  // namespace splitvote::sim
