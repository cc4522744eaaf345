// A snapshot as the core knows it: the last entry it stands for, and bytes it never looks into.
#pragma once

#include <memory>

#include "models/raft/types.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::raft {

/// A value: the content is never changed, so copies share it.
struct Snapshot {
  LogPosition last;  // "lastIncludedIndex, lastIncludedTerm" (Figure 13); {0, 0}: there is none
  std::shared_ptr<const sim::Bytes> content;
  std::shared_ptr<const sim::Bytes> configuration;  // as of that entry, encoded; null: unknown

  [[nodiscard]] bool exists() const { return last.index > 0; }
};

inline const Snapshot no_snapshot{};

/// A snapshot that arrives in chunks. Two with the same end, size and checksum are the same, so a
/// new leader goes on where the old one stopped.
struct IncomingSnapshot {
  LogPosition last;
  std::uint64_t size = 0;
  std::uint32_t checksum = 0;  // CRC-32C of the whole
  sim::Bytes content;          // what has come of it
  sim::Bytes configuration;
};

}  // namespace splitvote::raft
