// The log in memory: the entries in their encoding for disk and wire, one behind the other.
#pragma once

#include <vector>

#include "models/raft/types.hpp"
#include "models/wal/format.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::raft {

/// Where an encoded record belongs and how long it is.
struct EntryHead {
  LogPosition position;
  std::size_t size = 0;
};

/// Of the first record, which was encoded here or decoded successfully before: its checksum is not
/// computed again.
[[nodiscard]] EntryHead entry_head(sim::ByteView records);

/// An entry is encoded once, by the leader that makes it; everyone else copies the bytes. A value:
/// a copy is two blocks of memory.
class Log {
 public:
  [[nodiscard]] Index last_index() const { return slots_.size(); }
  [[nodiscard]] LogPosition last() const { return {last_index(), term(last_index())}; }

  /// Of index 0 the term is 0; index <= last_index().
  [[nodiscard]] Term term(Index index) const { return index == 0 ? 0 : slots_[index - 1].term; }
  [[nodiscard]] bool holds(LogPosition position) const {
    return position.index <= last_index() && term(position.index) == position.term;
  }

  /// The encoded entries of a range within the log; empty for an empty range.
  [[nodiscard]] sim::ByteView bytes(IndexRange range) const;
  [[nodiscard]] sim::ByteView record(Index index) const { return bytes({index, index}); }
  [[nodiscard]] wal::Record entry(Index index) const;

  /// The entry's content hash: the CRC-32C its record ends with.
  [[nodiscard]] std::uint32_t hash(Index index) const;

  /// Terms never decrease along a log, so these are binary searches.
  [[nodiscard]] Index first_index_of(Term term) const;    // last_index() + 1 if there is none
  [[nodiscard]] Index last_index_up_to(Term term) const;  // of a term not above; 0 if there is none

  /// The largest range from `first` (<= last_index()) on within both limits, but at least one
  /// entry.
  struct BatchLimit {
    std::uint32_t bytes = 0;
    std::uint32_t entries = 0;
  };
  [[nodiscard]] IndexRange batch(Index first, BatchLimit limit) const;

  /// Encodes a new entry; its index is the one behind the last.
  void append(const wal::Record& record);

  /// Appends records that are encoded and verified already; the first one's index is the one behind
  /// the last.
  void append_encoded(sim::ByteView records);

  /// Removes the entry at `first` and all behind it; 1 <= first <= last_index().
  void truncate_from(Index first);

 private:
  struct Slot {
    std::uint64_t offset = 0;
    Term term = 0;
  };

  [[nodiscard]] std::uint64_t offset_of(Index index) const {
    return index <= slots_.size() ? slots_[index - 1].offset : arena_.size();
  }

  sim::Bytes arena_;
  std::vector<Slot> slots_;  // slots_[i] is the entry of index i + 1
};

}  // namespace splitvote::raft
