// Recovery: reads the write-ahead log's file from the front and tells honest remains of a power
// loss from damage to what had been synced.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/wal/format.hpp"

namespace splitvote::wal {

enum class RecoveryStatus : std::uint8_t {
  ok,
  torn_tail,  // the last batch was never synced; `Writer::open` cuts it off
  corrupt,    // synced records are damaged: the node must halt, its log cannot be believed
};

/// Where an entry lies in the arena.
struct EntryPlace {
  std::uint64_t offset = 0;
  std::uint64_t term = 0;

  constexpr bool operator==(const EntryPlace&) const = default;
};

/// What the file says, up to `valid_bytes`. Views in it are of static text, so it is a value.
struct Recovered {
  RecoveryStatus status = RecoveryStatus::ok;
  std::uint64_t term = 0;
  std::uint16_t vote = no_vote;

  Base base;  // the log begins behind it

  sim::Bytes arena;                 // the log's entries in their encoding, in order, nothing else
  std::vector<EntryPlace> entries;  // entries[i] is the entry of index base.index + i + 1

  FileHeader header;              // of no meaning while `valid_bytes` is 0
  std::uint64_t batches = 0;      // whole batches read
  std::uint64_t valid_bytes = 0;  // the end of the last of them; 0 if even the header is missing
  std::uint64_t file_bytes = 0;

  std::uint64_t damage_offset = 0;  // unless ok: where it begins
  std::string_view reason;          // unless ok: half a sentence for the halt note
};

/// Reads the whole content of the file; an empty file is an empty log.
[[nodiscard]] Recovered recover(sim::ByteView file);

}  // namespace splitvote::wal
