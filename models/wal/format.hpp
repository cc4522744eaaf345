// The write-ahead log's record: [term][index][type][key][value][crc], as FORMAT.md beside this file
// describes.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/bytes.hpp"

namespace splitvote::wal {

enum class RecordType : std::uint8_t {
  no_op = 1,      // a leader's first entry
  command,        // key = the store's key, value = the encoded command
  configuration,  // value = the members
  hard_state,     // index = 0, value = [vote u16]: the term and the vote, not an entry of the log
};

/// One record. Views are valid as long as the bytes they were decoded from.
struct Record {
  std::uint64_t term = 0;
  std::uint64_t index = 0;
  RecordType type{};
  std::string_view key;
  std::string_view value;
};

/// term u64 + index u64 + type u8 + key_size u32 + value_size u32, before the key; crc u32 behind
/// the value.
inline constexpr std::size_t header_size = 25;
inline constexpr std::size_t overhead = header_size + 4;

/// Appends the record's encoding to `target` and returns its size. The same bytes lie in the log's
/// memory, on disk and in AppendEntries: an entry is encoded once, by the leader that makes it, and
/// its checksum travels with it.
std::size_t encode(const Record& record, sim::Bytes& target);

enum class DecodeStatus : std::uint8_t { ok, incomplete, corrupt };

/// Decodes the record at the front of `bytes`; `size` is then its encoded size. `incomplete`: the
/// bytes end before the record does; `corrupt`: the checksum or the type is wrong.
[[nodiscard]] DecodeStatus decode(sim::ByteView bytes, Record& record, std::size_t& size);

}  // namespace splitvote::wal
