// The snapshot's file: what the log up to one entry has made of the state machine, so that the log
// need not keep it. FORMAT.md beside this file describes the bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/bytes.hpp"

namespace splitvote::wal {

/// Views are valid as long as the bytes they were decoded from.
struct SnapshotFile {
  std::uint64_t term = 0;   // of the last entry it stands for
  std::uint64_t index = 0;  // of that entry
  sim::ByteView configuration;
  sim::ByteView content;  // the state machine, in its own encoding
};

inline constexpr std::string_view snapshot_magic{"svsnp\r\n\x1a", 8};
inline constexpr std::uint32_t snapshot_version = 1;

/// Replaces `target` by the file's bytes.
void encode(const SnapshotFile& snapshot, sim::Bytes& target);

/// False if a single byte is not as it was written: the file was renamed to its place after it had
/// been synced, so damage is damage and never the remains of a crash.
[[nodiscard]] bool decode(sim::ByteView file, SnapshotFile& snapshot);

}  // namespace splitvote::wal
