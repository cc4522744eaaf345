// The directory: names of files, of which the platter may know an older state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/disk/types.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// A file independent of its names.
enum class InodeId : std::uint32_t {};
inline constexpr InodeId no_inode{0xffffffff};

class Directory {
 public:
  /// `no_inode` if there is no such name.
  [[nodiscard]] InodeId find(std::string_view name) const;

  /// The name must be free.
  void link(std::string_view name, InodeId inode);
  /// The source must exist; a target is replaced.
  void rename(std::string_view source, std::string_view target);
  /// The name must exist.
  void remove(std::string_view name);

  /// The number of the next change: a sync begun now covers those below it.
  [[nodiscard]] std::uint64_t mark() const { return first_number_ + changes_.size(); }
  void sync_until(std::uint64_t mark);

  /// Each unsynced change happened on the platter or did not, independently of the others, in their
  /// order; a rename happened entirely or not at all, so its target is the old file or the new one.
  void lose_power(Stream& loss, LossMode mode, PowerLossSummary& summary);

  /// Whether a name leads to the file, or may do so after a loss of power.
  [[nodiscard]] bool may_lead_to(InodeId inode) const;

 private:
  struct Entry {
    std::string name;
    InodeId inode = no_inode;
  };
  struct Change {
    enum class Kind : std::uint8_t { link, rename, remove };
    Kind kind{};
    InodeId inode = no_inode;
    std::string name;
    std::string target;  // of a rename
  };

  static void apply(const Change& change, std::vector<Entry>& entries);
  void make(Change change);

  std::vector<Entry> entries_;  // as every caller sees them
  std::vector<Entry> durable_;  // as they are on the platter for certain
  std::vector<Change> changes_;
  std::uint64_t first_number_ = 0;
};

}  // namespace splitvote::sim
