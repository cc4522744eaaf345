// The write-ahead log's file: a header, then records [term][index][type][key][value][crc] in
// batches, as FORMAT.md beside this file describes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/bytes.hpp"

namespace splitvote::wal {

enum class RecordType : std::uint8_t {
  no_op = 1,      // a leader's first entry
  command,        // key = the store's key, value = the encoded command
  configuration,  // value = the members
  hard_state,     // index = 0, value = [vote u16]: the term and the vote, not an entry of the log
  truncation,  // index and all behind it left the log; an entry that overwrites says so by itself
  batch,       // the records of one sync follow: index = its number, value = [salt][offset][size]
  base,        // term, index = of the last entry a snapshot stands for: the log begins behind it
};

/// Whether records of this type are entries of the log, the only ones that travel between nodes.
[[nodiscard]] constexpr bool is_entry(RecordType type) { return type < RecordType::hard_state; }

/// The vote of a node that has not voted in its term.
inline constexpr std::uint16_t no_vote = 0xffff;

/// One record. Views are valid as long as the bytes they were decoded from.
struct Record {
  std::uint64_t term = 0;
  std::uint64_t index = 0;
  RecordType type{};
  std::string_view key;
  std::string_view value;
};

/// Where a log begins that a snapshot has shortened: the last entry it no longer has.
struct Base {
  std::uint64_t term = 0;
  std::uint64_t index = 0;  // 0: the log is whole

  constexpr bool operator==(const Base&) const = default;
};

/// term u64 + index u64 + type u8 + key_size u32 + value_size u32, before the key; crc u32 behind
/// the value. Each of them lies at:
inline constexpr std::size_t term_at = 0;
inline constexpr std::size_t index_at = 8;
inline constexpr std::size_t type_at = 16;
inline constexpr std::size_t key_size_at = 17;
inline constexpr std::size_t value_size_at = 21;
inline constexpr std::size_t header_size = 25;
inline constexpr std::size_t overhead = header_size + 4;

/// Key and value together; a larger size in a file can only be damage.
inline constexpr std::size_t content_size_max = std::size_t{1} << 30;

/// Appends the record's encoding to `target` and returns its size. The same bytes lie in the log's
/// memory, on disk and in AppendEntries: an entry is encoded once, by the leader that makes it, and
/// its checksum travels with it. `target` may not own the key or the value.
std::size_t encode(const Record& record, sim::Bytes& target);

enum class DecodeStatus : std::uint8_t { ok, incomplete, corrupt };

/// Decodes the record at the front of `bytes`; `size` is then its encoded size. `incomplete`: the
/// bytes end before the record does; `corrupt`: the checksum, the type or a size is wrong.
[[nodiscard]] DecodeStatus decode(sim::ByteView bytes, Record& record, std::size_t& size);

/// The front of the file.
struct FileHeader {
  std::uint32_t alignment = 1;  // every batch begins at a multiple of it; a power of two
  std::uint64_t salt = 0;       // what the file's own batch records carry and no user can guess
  // It took an older file's place: header and first batch had been synced before it had its name.
  bool rewritten = false;

  constexpr bool operator==(const FileHeader&) const = default;
};

inline constexpr std::string_view magic{"svwal\r\n\x1a", 8};
inline constexpr std::uint16_t version = 1;

/// magic 8 + version u16 + flags u16 + alignment u32 + salt u64 + crc u32
inline constexpr std::size_t file_header_size = 28;
inline constexpr std::uint32_t alignment_max = 65536;

void encode(const FileHeader& header, sim::Bytes& target);
[[nodiscard]] bool decode(sim::ByteView bytes, FileHeader& header);

/// What opens a batch. Once it is in the file, everything before `offset` had been synced.
struct Batch {
  std::uint64_t number = 0;  // from 1
  std::uint64_t salt = 0;    // the file's
  std::uint64_t offset = 0;  // where this very record begins in the file
  std::uint32_t size = 0;    // of the records behind it, without the padding

  constexpr bool operator==(const Batch&) const = default;
};

inline constexpr std::size_t batch_record_size = overhead + 20;

/// Fills the room that was left for the record in front of the batch.
void encode(const Batch& batch, std::span<std::byte, batch_record_size> target);
[[nodiscard]] bool decode(sim::ByteView bytes, Batch& batch);

/// The next place where a batch may begin.
[[nodiscard]] constexpr std::uint64_t align_up(std::uint64_t offset, std::uint32_t alignment) {
  return (offset + alignment - 1) & ~std::uint64_t{alignment - 1};
}

}  // namespace splitvote::wal
