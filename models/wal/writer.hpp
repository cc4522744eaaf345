// The writer: collects records and brings them to the disk, one batch and one sync at a time.
#pragma once

#include <cstdint>

#include "models/wal/file_replacement.hpp"
#include "models/wal/format.hpp"
#include "models/wal/recovery.hpp"
#include "sim/world/host.hpp"

namespace splitvote::wal {

struct WriterOptions {
  std::uint64_t salt = 0;  // of a new file: a draw that its users cannot guess
  // Of a new file: every batch begins at a multiple of it, a power of two up to alignment_max. 1
  // packs batches tightly and relies on powersafe overwrite: power loss does not touch the bytes
  // beside those being written, as sim/disk promises. On a device that may destroy a whole sector,
  // its sector size keeps synced bytes out of a batch's sectors. An existing file keeps its own.
  std::uint32_t alignment = 1;
  std::uint64_t first_token = std::uint64_t{1} << 32;  // the writer's syncs count up from here
};

/// What a file that is written anew begins with: all that still counts of the old one.
struct Beginning {
  Base base;
  std::uint64_t term = 0;
  std::uint16_t vote = no_vote;
  sim::ByteView entries;  // whole encoded records, the first one's index is behind the base's
};

/// A value without pointers. The process calls `open` with what it recovered, then at any time
/// `append…`; after each of its events `flush`; and hands over the completions that `awaits`
/// claims. After the first failure it stays failed: a failed sync may not be repeated, because the
/// disk may have dropped the pages it could not write and called them clean (Rebello et al., "Can
/// Applications Recover from fsync Failures?", USENIX ATC 2020). The process halts.
class Writer {
 public:
  enum class State : std::uint8_t { closed, opening, ready, syncing, rotating, failed };

  /// Cuts the torn tail or writes a new file's header, and syncs file and directory: even what was
  /// recovered may have been only in the page cache until now. `recovered` must not be corrupt.
  /// Records may be appended at once; they leave when the state is `ready`.
  sim::DiskStatus open(sim::Host& host, sim::FileId file, const Recovered& recovered,
                       const WriterOptions& options);

  /// One or more whole encoded records (entries), as they lie in the log's memory.
  void append(sim::ByteView records);
  void append_hard_state(std::uint64_t term, std::uint16_t vote);
  /// The entry of this index and all behind it leave the log without being overwritten.
  void append_truncation(std::uint64_t first_removed);

  /// Writes and syncs everything appended so far as one batch if nothing is in flight and there is
  /// something; else it does nothing, and `on_synced` is followed by another `flush`.
  sim::DiskStatus flush(sim::Host& host);

  /// Replaces the file `name`, which is the one it was opened with, by a new one, so that what a
  /// snapshot stands for needs no room any more. Only when the state is `ready`. Takes the place of
  /// a flush: `beginning` holds everything that was appended so far.
  sim::DiskStatus rotate(sim::Host& host, std::string_view name, const Beginning& beginning);

  /// Whether the completion of this token is this writer's to hear about.
  [[nodiscard]] bool awaits(sim::IoToken token) const;
  /// Returns the completion's status; anything but ok means `failed`.
  sim::DiskStatus on_synced(sim::Host& host, const sim::DiskCompletion& completion);

  [[nodiscard]] State state() const { return state_; }
  /// What was recovered is on the disk: from now on the node may act on it. Never becomes untrue
  /// but by failure.
  [[nodiscard]] bool opened() const {
    return state_ == State::ready || state_ == State::syncing || state_ == State::rotating;
  }

  /// Every append counts one. What was appended as the n-th is on the disk once durable() >= n.
  [[nodiscard]] std::uint64_t appended() const { return appended_; }
  [[nodiscard]] std::uint64_t durable() const { return durable_; }

  /// Where the next batch will begin.
  [[nodiscard]] std::uint64_t file_end() const { return file_end_; }

  bool operator==(const Writer&) const = default;

 private:
  void make_room();
  void encode_beginning(const Beginning& beginning);
  sim::DiskStatus fail(sim::DiskStatus status);

  sim::Bytes pending_;  // [room for the batch record][records…]
  FileHeader header_;
  std::uint64_t file_end_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t appended_ = 0;
  std::uint64_t flushed_ = 0;  // appends covered by the last batch written
  std::uint64_t durable_ = 0;
  std::uint64_t awaited_token_ = 0;  // the oldest one in flight
  std::uint64_t next_token_ = 0;
  sim::FileId file_{};
  State state_ = State::closed;
  FileReplacement replacement_;
  sim::DiskStatus failure_ = sim::DiskStatus::ok;
};

}  // namespace splitvote::wal
