// The replacement of a whole file such that a crash leaves the old content or the new one: write
// aside, sync, rename, sync the directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/world/host.hpp"

namespace splitvote::wal {

/// A value; one replacement at a time. After a failure it stays failed, as the writer does.
class FileReplacement {
 public:
  enum class State : std::uint8_t { idle, syncing_file, syncing_directory, failed };

  /// Writes the content beside the file and begins to sync it; takes two tokens, `first` and the
  /// one after it. `name` is of static storage. Only when the state is `idle`.
  sim::DiskStatus begin(sim::Host& host, std::string_view name, sim::ByteView content,
                        sim::IoToken first);

  /// Whether the completion of this token is this replacement's to hear about.
  [[nodiscard]] bool awaits(sim::IoToken token) const;
  /// Goes one step further; the new content is durable under its name when the state is `idle`
  /// again. Anything but ok means `failed`.
  sim::DiskStatus on_synced(sim::Host& host, const sim::DiskCompletion& completion);

  [[nodiscard]] State state() const { return state_; }
  /// The new file, open from `begin` on, and the caller's to close once the state is `idle`.
  [[nodiscard]] sim::FileId file() const { return file_; }

  bool operator==(const FileReplacement&) const = default;

 private:
  sim::DiskStatus fail(sim::DiskStatus status);

  std::string_view name_;
  std::uint64_t first_token_ = 0;
  sim::FileId file_{};
  State state_ = State::idle;
};

/// Where a replacement is prepared; what a crash leaves there is of no meaning.
[[nodiscard]] std::string name_aside(std::string_view name);

}  // namespace splitvote::wal
