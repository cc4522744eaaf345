// The trace format's constants and integers, shared by its writer and its reader; FORMAT.md tells
// it in prose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/base/bytes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::sim::trace_format {

inline constexpr std::string_view file_magic = "svtrace\n";
inline constexpr std::string_view block_magic = "SVbk";
inline constexpr std::string_view index_magic = "SVix";
inline constexpr std::string_view end_magic = "svend\r\n\x1a";

inline constexpr std::uint32_t version = 2;

inline constexpr std::size_t header_prefix_size = 16;  // magic, version, size of the body
inline constexpr std::size_t block_header_size = 32;
inline constexpr std::size_t checksum_size = 4;
inline constexpr std::size_t index_entry_size = 36;
inline constexpr std::size_t footer_size = 60;

/// A block is closed when its records take this many bytes before compression. Small enough for a
/// viewer to seek in a blink, large enough for the compressor to find what repeats.
inline constexpr std::size_t block_target = 128 * 1024;

/// What a reader accepts before it allocates, so that a damaged size cannot ask for the machine.
inline constexpr std::size_t block_raw_max = 64 * 1024 * 1024;
inline constexpr std::size_t detail_max = 32 * 1024 * 1024;
inline constexpr std::size_t text_max = 64 * 1024 * 1024;

inline constexpr std::uint8_t kind_mask = 0x0f;
inline constexpr std::uint8_t has_moment = 0x10;  // another moment than the record before
inline constexpr std::uint8_t has_peer = 0x20;
inline constexpr std::uint8_t has_detail = 0x40;

inline constexpr std::size_t record_kinds = 15;
static_assert(static_cast<std::size_t>(RecordKind::wipe) + 1 == record_kinds);

/// Everything of a record but its detail: a tag, ten varints.
inline constexpr std::size_t record_size_max = 1 + 10 * 10;

/// A node as it is written: 0 is "no node", so that the common ids stay one byte.
[[nodiscard]] constexpr std::uint64_t shifted(NodeId node) {
  return static_cast<std::uint16_t>(number(node) + 1);
}

/// The kinds whose `a` is a message id, written as the distance from the latest message sent.
[[nodiscard]] constexpr bool names_a_message(RecordKind kind) {
  return kind >= RecordKind::send && kind <= RecordKind::duplicate;
}

[[nodiscard]] constexpr std::uint64_t zigzag(std::uint64_t difference) {
  const std::uint64_t sign = (difference >> 63) != 0 ? UINT64_MAX : 0;
  return (difference << 1) ^ sign;
}
[[nodiscard]] constexpr std::uint64_t unzigzag(std::uint64_t value) {
  return (value >> 1) ^ ((value & 1) != 0 ? UINT64_MAX : 0);
}

/// Writes seven bits a byte, least significant first, the top bit saying that more follow.
inline std::byte* put_varint(std::byte* target, std::uint64_t value) {
  while (value >= 0x80) {
    *target++ = static_cast<std::byte>(value | 0x80);
    value >>= 7;
  }
  *target++ = static_cast<std::byte>(value);
  return target;
}

inline void append_varint(Bytes& target, std::uint64_t value) {
  std::byte encoded[10];
  append(target, {encoded, put_varint(encoded, value)});
}

/// Reads varints and bytes from the front; after the first that does not fit, `failed()` stays
/// true and everything read is zero or empty.
class VarintReader {
 public:
  VarintReader() = default;
  explicit VarintReader(ByteView bytes)
      : begin_(bytes.data()), next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] std::uint64_t varint() {
    if (next_ != end_ && *next_ < std::byte{0x80}) [[likely]]
      return static_cast<std::uint64_t>(*next_++);
    return long_varint();
  }
  [[nodiscard]] ByteView bytes(std::uint64_t size) {
    if (size > static_cast<std::uint64_t>(end_ - next_)) return fail(), ByteView{};
    const ByteView taken(next_, static_cast<std::size_t>(size));
    next_ += size;
    return taken;
  }
  [[nodiscard]] std::uint8_t byte() {
    if (next_ == end_) return fail(), std::uint8_t{0};
    return static_cast<std::uint8_t>(*next_++);
  }

  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(next_ - begin_); }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return next_ == end_; }

 private:
  void fail() {
    failed_ = true;
    next_ = end_;
  }
  std::uint64_t long_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && next_ != end_; shift += 7) {
      const auto part = static_cast<std::uint64_t>(*next_++);
      if (shift == 63 && part > 1) break;  // does not fit into 64 bits
      value |= (part & 0x7f) << shift;
      if (part < 0x80) return value;
    }
    return fail(), 0;
  }

  const std::byte* begin_ = nullptr;
  const std::byte* next_ = nullptr;
  const std::byte* end_ = nullptr;
  bool failed_ = false;
};

}  // namespace splitvote::sim::trace_format
