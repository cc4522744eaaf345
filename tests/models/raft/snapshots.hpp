// Snapshots, their chunks, and a leader that has to send one.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/base/checksum.hpp"
#include "tests/models/raft/server.hpp"

namespace splitvote::raft {

inline const auto members_of_snapshots = encoded(voters({n1, n2, n3}));

/// Chunks of ten bytes; nothing trails behind a snapshot.
inline Options chunked(std::uint32_t trailing_entries = 0) {
  Options options = plain;
  options.trailing_entries = trailing_entries;
  options.snapshot_chunk_bytes = 10;
  return options;
}

inline Snapshot snapshot(LogPosition last, std::size_t size = 25) {
  return {last, std::make_shared<const sim::Bytes>(size, static_cast<std::byte>(last.index)),
          members_of_snapshots};
}

/// The chunk of this snapshot from `offset` on.
inline InstallSnapshot chunk(Term term, const Snapshot& from, std::uint64_t offset,
                             std::uint64_t size = 10) {
  const sim::ByteView content(*from.content);
  return {.term = term,
          .last = from.last,
          .size = content.size(),
          .checksum = sim::crc32c(content),
          .offset = offset,
          .configuration = *members_of_snapshots,
          .chunk = content.subspan(offset, std::min<std::uint64_t>(size, content.size() - offset))};
}

inline InstallSnapshotResponse wants(Term term, LogPosition last, std::uint64_t offset,
                                     std::uint64_t next) {
  return {.term = term, .last = last, .offset = offset, .next_offset = next};
}

/// Leads three servers in term 2 with five entries behind it that n2 has, and n3 has not; a
/// snapshot stands for all of them, so n3 needs it.
struct Leader : Server {
  explicit Leader(const Options& options = chunked()) : Server(options, three) {
    start(1, {1, 1, 1, 1}).win().persist().accept(n2, 5);
    step(SnapshotSaved{snapshot({5, 2})});
  }
  [[nodiscard]] std::vector<std::uint64_t> offsets() const {
    std::vector<std::uint64_t> offsets;
    for (const InstallSnapshot& install : sent_to<InstallSnapshot>(n3)) {
      offsets.push_back(install.offset);
    }
    return offsets;
  }
  Leader& beat(int times) {
    for (int i = 0; i < times; ++i) accept(n3, 0).step(HeartbeatTimeout{});
    return *this;
  }
  Leader& answer(std::uint64_t offset, std::uint64_t next) {
    receive(n3, wants(raft.term(), {5, 2}, offset, next));
    return *this;
  }
};

using Offsets = std::vector<std::uint64_t>;

}  // namespace splitvote::raft
