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

/// An entry is encoded once, by the leader that makes it; everyone else copies the bytes. Entries
/// up to `base` are gone: a snapshot stands for them. A value: a copy is two blocks of memory.
class Log {
 public:
  /// The last entry that is gone, {0, 0} if none is.
  [[nodiscard]] LogPosition base() const { return base_; }
  [[nodiscard]] Index first_index() const { return base_.index + 1; }
  [[nodiscard]] Index last_index() const { return base_.index + slots_.size(); }
  [[nodiscard]] LogPosition last() const { return {last_index(), term(last_index())}; }
  [[nodiscard]] std::size_t size_bytes() const { return arena_.size(); }

  /// Of index 0 the term is 0; base().index <= index <= last_index().
  [[nodiscard]] Term term(Index index) const {
    return index == base_.index ? base_.term : slots_[index - base_.index - 1].term;
  }
  /// What is gone had been committed, so whoever may ask has it, too.
  [[nodiscard]] bool holds(LogPosition position) const {
    if (position.index < base_.index) return true;
    return position.index <= last_index() && term(position.index) == position.term;
  }

  /// The encoded entries of a range within the log; empty for an empty range.
  [[nodiscard]] sim::ByteView bytes(IndexRange range) const {
    if (range.empty()) return {};
    const std::uint64_t first = offset_of(range.first);
    return {arena_.data() + first, offset_of(range.last + 1) - first};
  }
  [[nodiscard]] sim::ByteView record(Index index) const { return bytes({index, index}); }
  [[nodiscard]] wal::Record entry(Index index) const;
  [[nodiscard]] wal::RecordType type(Index index) const {
    return static_cast<wal::RecordType>(arena_[offset_of(index) + wal::type_at]);
  }

  /// The entry's content hash: the CRC-32C its record ends with.
  [[nodiscard]] std::uint32_t hash(Index index) const;

  /// Terms never decrease along a log, so these are binary searches, of the entries that are there.
  [[nodiscard]] Index first_index_of(Term term) const;  // last_index() + 1 if there is none
  /// Of a term not above; base().index if there is none.
  [[nodiscard]] Index last_index_up_to(Term term) const;

  /// The largest range from `first` on within all limits, but at least one entry; `first` <= `last`
  /// <= last_index().
  struct BatchLimit {
    Index last = 0;
    std::uint32_t bytes = 0;
    std::uint32_t entries = 0;
  };
  [[nodiscard]] IndexRange batch(Index first, BatchLimit limit) const;

  /// Encodes a new entry; its index is the one behind the last.
  void append(const wal::Record& record);

  /// Appends records that are encoded and verified already; the first one's index is the one behind
  /// the last.
  void append_encoded(sim::ByteView records);

  /// Removes the entry at `first` and all behind it; first_index() <= first <= last_index().
  void truncate_from(Index first);

  /// Lets go of the entries up to `last`, which is in the log.
  void compact(Index last);

  /// Lets go of everything: the log is empty behind this entry.
  void restart_behind(LogPosition base);

 private:
  struct Slot {
    std::uint64_t offset = 0;
    Term term = 0;
  };

  /// Where the entry begins in the arena; behind its end if it is the one behind the last.
  [[nodiscard]] std::uint64_t offset_of(Index index) const {
    const std::size_t place = index - base_.index - 1;
    return place < slots_.size() ? slots_[place].offset - gone_bytes_ : arena_.size();
  }

  LogPosition base_;
  sim::Bytes arena_;
  std::vector<Slot> slots_;       // slots_[i] is the entry of index base_.index + i + 1
  std::uint64_t gone_bytes_ = 0;  // offsets count from the first byte the log ever had
};

}  // namespace splitvote::raft
