// One file's bytes in the page cache, and the way back to those on the platter.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/bytes.hpp"
#include "sim/disk/types.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// Holds one image, the newest, and a journal of the unsynced changes with the bytes that each of
/// them overwrote. So appending saves nothing, a sync only forgets the journal's beginning, a
/// snapshot copies one image, and the durable content is the image with the journal undone.
class FileContent {
 public:
  [[nodiscard]] std::uint64_t size() const { return image_.size(); }

  /// Replaces `target` by the bytes from `offset` on, at most `size` of them.
  void read(std::uint64_t offset, std::uint64_t size, Bytes& target) const;

  /// A gap between the end and `offset` becomes zeros. `content` may not lie in this file.
  void write(std::uint64_t offset, ByteView content);
  void truncate(std::uint64_t size);

  /// The number of the next change: a sync begun now covers those below it.
  [[nodiscard]] std::uint64_t mark() const { return first_number_ + (journal_.size() - first_); }

  /// The changes below `mark` have reached the platter.
  void sync_until(std::uint64_t mark);

  /// The changes below `mark` are undone, those from `mark` on stay.
  void drop_until(std::uint64_t mark);

  /// Makes the image what the platter holds after a loss of power, and forgets the journal.
  ///
  /// Each sector that an unsynced change wrote to has its new bytes, its old ones, or, torn, a
  /// piece of each with garbage between. Bytes that no unsynced change wrote to are never at risk,
  /// even in a torn sector (what SQLite calls powersafe overwrite). Size: the file had grown on the
  /// platter by as many of the new sectors as the stream says, all or none included; a lost sector
  /// before that end reads as zeros, everything behind it is gone. A file that had become shorter
  /// has its old or its new size.
  void lose_power(Stream& loss, LossMode mode, PowerLossSummary& summary);

  /// Forgets everything but keeps the memory.
  void clear();

 private:
  /// A write of [offset, end), or, if that is empty, a truncation to `offset`.
  struct Change {
    std::uint64_t offset = 0;
    std::uint64_t end = 0;
    std::uint64_t size_before = 0;
    std::uint64_t saved = 0;  // bytes in saved_: those from `offset` on that it overwrote or cut

    [[nodiscard]] bool shortens() const { return offset == end; }
  };
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  void save(std::uint64_t offset, std::uint64_t end, std::uint64_t saved);
  void undo_all();
  void forget_journal();
  [[nodiscard]] std::vector<Range> written_ranges() const;

  Bytes image_;
  std::vector<Change> journal_;  // from first_ on
  Bytes saved_;                  // from saved_first_ on, in the order of the journal
  std::size_t first_ = 0;
  std::size_t saved_first_ = 0;
  std::uint64_t first_number_ = 0;  // of journal_[first_]
};

}  // namespace splitvote::sim
