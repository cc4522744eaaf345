// One node's disk as a value: files, a directory, a page cache over both, and a device that is
// busy.
//
// Survives: a process crash (the page cache lives) and a loss of power (what was synced lives).
// Injects: latency, errors, a full disk, and lost and torn sectors when the power goes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/bytes.hpp"
#include "sim/base/time.hpp"
#include "sim/disk/directory.hpp"
#include "sim/disk/file_content.hpp"
#include "sim/disk/profile.hpp"
#include "sim/disk/types.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// What a sync that was begun will make durable when it completes.
struct SyncTicket {
  std::uint64_t mark = 0;   // covers the changes before this one
  std::uint32_t epoch = 0;  // of the disk when the sync was begun
  InodeId inode = no_inode;
};

/// Knows no host and no event: whoever owns it asks `charge` when the device is done, schedules
/// that, and calls `complete_…` then. All operations on a FileId that is not open are `not_found`.
class Disk {
 public:
  /// `faults` is drawn from for the chances in DiskFaults, and for nothing else.
  explicit Disk(const DiskProfile& profile = {}, Stream faults = {});

  /// Opens a file, creating it empty if it does not exist. The new directory entry survives a loss
  /// of power for certain only after a sync of the directory.
  [[nodiscard]] FileId open(std::string_view name);
  /// Frees a file that no name leads to. Nothing of it may be in flight; its FileId is given away
  /// again.
  void close(FileId file);
  [[nodiscard]] bool exists(std::string_view name) const;
  [[nodiscard]] std::uint64_t size(FileId file) const;

  /// Changes the page cache at once, all of it or nothing. A gap before `offset` becomes zeros.
  DiskStatus write(FileId file, std::uint64_t offset, ByteView content);
  DiskStatus truncate(FileId file, std::uint64_t size);

  /// Replaces `target` if it exists. Open files stay open under any name, or none.
  DiskStatus rename(std::string_view source, std::string_view target);
  DiskStatus remove(std::string_view name);

  /// Replaces `target` by what the page cache has, less than `size` at the end of the file.
  DiskStatus read(FileId file, std::uint64_t offset, std::uint64_t size, Bytes& target);

  /// A sync makes durable what was changed before it was begun, at the moment it completes. If it
  /// fails, those changes are gone from the page cache too and nothing is left to sync: the next
  /// sync succeeds without them, as on Linux (Rebello et al., "Can Applications Recover from fsync
  /// Failures?", 2020). Changes made after `begin_sync` stay, unsynced.
  [[nodiscard]] SyncTicket begin_sync(FileId file) const;
  DiskStatus complete_sync(SyncTicket ticket);

  /// The same for the directory; if it fails, its changes stay unsynced.
  [[nodiscard]] SyncTicket begin_directory_sync() const;
  DiskStatus complete_directory_sync(SyncTicket ticket);

  /// Keeps the device busy and says until when. It is a queue: an operation begins when the one
  /// before it ends. One sample of the profile from `latency`.
  Instant charge(DiskWork work, std::uint64_t size, Instant now, Stream& latency);
  [[nodiscard]] Instant busy_until() const { return busy_until_; }

  /// Begins nothing new before `until`.
  void stall(Instant until) { busy_until_ = std::max(busy_until_, until); }

  /// Closes all files. The page cache stays as it is, unsynced changes included. A sync in flight
  /// is void: what it covered stays unsynced, which includes that it may survive a loss of power.
  void process_crash();

  /// As process_crash, and decides for everything unsynced whether the platter has it. Draws only
  /// if there is something to decide. Afterwards all there is is durable.
  PowerLossSummary power_loss(Stream& loss, LossMode mode);

  /// Everything is gone, synced or not, as when the device is replaced by a new one.
  void wipe();

  [[nodiscard]] const DiskCondition& condition() const { return condition_; }
  /// Both return whether they changed anything.
  bool change(const DiskChange& change);
  bool restore(const DiskCondition& condition);

  /// Bytes in all files.
  [[nodiscard]] std::uint64_t used() const { return used_; }

 private:
  struct File {
    FileContent content;
    bool exists = false;
  };

  [[nodiscard]] InodeId inode_of(FileId file) const {
    return number(file) < open_.size() ? open_[number(file)] : no_inode;
  }
  [[nodiscard]] FileContent& content(InodeId inode) { return files_[number(inode)].content; }
  [[nodiscard]] const FileContent& content(InodeId inode) const {
    return files_[number(inode)].content;
  }
  [[nodiscard]] InodeId create();
  [[nodiscard]] bool hit(Ratio chance) { return !chance.never() && chance.hit(faults_.draw()); }
  [[nodiscard]] bool fits(const FileContent& file, std::uint64_t size) const;
  void close_all();
  void free_unreachable();

  std::vector<File> files_;    // by InodeId
  std::vector<InodeId> open_;  // by FileId
  Directory directory_;
  std::uint64_t used_ = 0;
  std::uint32_t epoch_ = 0;  // counts crashes, so that a sync from before one is known
  Instant busy_until_;
  DiskCondition condition_;
  Stream faults_;
};

}  // namespace splitvote::sim
