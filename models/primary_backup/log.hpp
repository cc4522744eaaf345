// The log in memory: entries in the encoding they have on disk and on the wire, one behind the
// other.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "models/primary_backup/epoch.hpp"
#include "models/wal/format.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::primary_backup {

/// Counts from 1; 0 is before the first entry.
using Index = std::uint64_t;

/// A value.
class Log {
 public:
  [[nodiscard]] Index last() const { return places_.size(); }

  /// Of an entry of the log, or 0 for index 0.
  [[nodiscard]] Epoch epoch(Index index) const { return index == 0 ? 0 : places_[index - 1].epoch; }

  /// Appends one whole record, whose index is `last() + 1`.
  void append(sim::ByteView record, Epoch epoch) {
    places_.push_back({arena_.size(), epoch});
    sim::append(arena_, record);
  }

  /// Encodes the entry straight into the log.
  void append(const wal::Record& record) {
    places_.push_back({arena_.size(), record.term});
    wal::encode(record, arena_);
  }

  void truncate(Index first_removed) {
    arena_.resize(places_[first_removed - 1].offset);
    places_.resize(first_removed - 1);
  }

  [[nodiscard]] sim::ByteView record(Index index) const { return bytes(index, index); }

  /// The entries' records; nothing if there are none.
  [[nodiscard]] sim::ByteView bytes(Index first, Index last) const {
    if (first > last) return {};
    const std::uint64_t begin = places_[first - 1].offset;
    return sim::ByteView(arena_).subspan(begin, end(last) - begin);
  }

  /// The last index whose records, from `first` on, fit into so many bytes, but at least `first`;
  /// none beyond `last`, which is not below `first`.
  [[nodiscard]] Index fitting(Index first, Index last, std::uint64_t bytes_max) const {
    const std::uint64_t begin = places_[first - 1].offset;
    Index fit = first;
    while (fit < last && end(fit + 1) - begin <= bytes_max) ++fit;
    return fit;
  }

  /// The entry's content hash: its record's own checksum.
  [[nodiscard]] std::uint32_t hash(Index index) const {
    std::uint32_t checksum;
    std::memcpy(&checksum, arena_.data() + end(index) - sizeof checksum, sizeof checksum);
    return checksum;
  }

 private:
  struct Place {
    std::uint64_t offset = 0;
    Epoch epoch = 0;
  };
  [[nodiscard]] std::uint64_t end(Index index) const {
    return index < places_.size() ? places_[index].offset : arena_.size();
  }

  sim::Bytes arena_;
  std::vector<Place> places_;  // by index - 1
};

}  // namespace splitvote::primary_backup
