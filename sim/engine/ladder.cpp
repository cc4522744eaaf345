// The ladder's slower steps: opening it, moving its horizon back, spreading a bucket.
#include "sim/engine/ladder.hpp"

#include <utility>

namespace splitvote::sim {

void Ladder::open() { buckets_.assign(std::size_t{rungs} * buckets_per_rung, Bucket{}); }

void Ladder::lower_horizon(PackedKey horizon) {
  if (buckets_.empty()) open();
  const PackedKey old_horizon = std::exchange(horizon_, horizon | slot_mask);
  if (size_ == 0 || !(horizon_ < old_horizon)) return;
  // Both horizons agree above the rung of their first difference. What lies below that rung was
  // sorted by the old horizon's byte there; seen from the new one it is all in that one bucket.
  const unsigned rung = rung_of(old_horizon);
  const unsigned byte = byte_of(old_horizon, rung);
  while (size_ != 0) {
    const Place place = nearest();
    if (place.rung >= rung) break;
    const Bucket source = detach(place);
    Bucket& target = bucket(rung, byte);
    chunks_[source.last].next = target.first;
    target.first = source.first;
    if (target.last == no_chunk) target.last = source.last;
    target.size += source.size;
    occupied_[rung][byte / 64] |= std::uint64_t{1} << byte % 64;
  }
}

void Ladder::add_chunk(unsigned rung, unsigned byte) {
  std::uint32_t added = free_;
  if (added == no_chunk) {
    added = static_cast<std::uint32_t>(chunks_.size());
    chunks_.emplace_back();
  } else {
    free_ = chunks_[added].next;
  }
  Bucket& target = bucket(rung, byte);
  chunks_[added].next = target.first;
  chunks_[added].used = 0;
  if (target.first == no_chunk) {
    target.last = added;
    occupied_[rung][byte / 64] |= std::uint64_t{1} << byte % 64;
  }
  target.first = added;
}

Ladder::Place Ladder::nearest() const {
  for (unsigned rung = 0; rung < rungs; ++rung) {
    for (unsigned word = 0; word < 4; ++word) {
      const std::uint64_t bits = occupied_[rung][word];
      if (bits != 0) return {rung, word * 64 + static_cast<unsigned>(std::countr_zero(bits))};
    }
  }
  SPLITVOTE_CHECK(false);
}

Ladder::Bucket Ladder::detach(Place place) {
  occupied_[place.rung][place.byte / 64] &= ~(std::uint64_t{1} << place.byte % 64);
  return std::exchange(bucket(place.rung, place.byte), Bucket{});
}

void Ladder::spread(Place place, PendingEvent& first) {
  const Bucket source = detach(place);
  // The new horizon is the smallest key, not the bucket's beginning: events that all lie close
  // together skip the rungs that would not tell them apart.
  PackedKey smallest = no_key;
  for (std::uint32_t at = source.first; at != no_chunk; at = chunks_[at].next) {
    for (std::uint32_t item = 0; item < chunks_[at].used; ++item)
      smallest = std::min(smallest, chunks_[at].items[item].key());
  }
  horizon_ = smallest | slot_mask;
  --size_;
  drain(source, [this, &first](const PendingEvent& item) {
    if (!behind_horizon(item.key())) {
      first = item;
      return;
    }
    const unsigned rung = rung_of(item.key());
    append(rung, byte_of(item.key(), rung), item);
  });
}

}  // namespace splitvote::sim
