// How records, batches and the file header become bytes and back.
#include "models/wal/format.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "sim/base/check.hpp"
#include "sim/base/checksum.hpp"

namespace splitvote::wal {
namespace {

template <typename Integer>
std::byte* put(std::byte* target, Integer value) {
  std::memcpy(target, &value, sizeof value);
  return target + sizeof value;
}

std::byte* put(std::byte* target, std::string_view text) {
  // An empty view may have no address, and memcpy wants one.
  if (!text.empty()) std::memcpy(target, text.data(), text.size());
  return target + text.size();
}

template <typename Integer>
Integer get(const std::byte* source) {
  Integer value;
  std::memcpy(&value, source, sizeof value);
  return value;
}

constexpr std::size_t crc_size = 4;
constexpr std::uint16_t rewritten_flag = 1;

bool known(RecordType type) { return type >= RecordType::no_op && type <= RecordType::base; }

void write(const Record& record, std::byte* begin) {
  std::byte* end = put(begin, record.term);
  end = put(end, record.index);
  end = put(end, record.type);
  end = put(end, static_cast<std::uint32_t>(record.key.size()));
  end = put(end, static_cast<std::uint32_t>(record.value.size()));
  end = put(end, record.key);
  end = put(end, record.value);
  put(end, sim::crc32c({begin, end}));
}

}  // namespace

std::size_t encode(const Record& record, sim::Bytes& target) {
  const std::size_t content_size = record.key.size() + record.value.size();
  SPLITVOTE_CHECK(content_size <= content_size_max && known(record.type));
  const std::size_t start = target.size();
  target.resize(start + overhead + content_size);
  write(record, target.data() + start);
  return overhead + content_size;
}

DecodeStatus decode(sim::ByteView bytes, Record& record, std::size_t& size) {
  if (bytes.size() < overhead) return DecodeStatus::incomplete;
  const std::byte* const begin = bytes.data();
  // Sums of two 32-bit sizes cannot wrap in 64 bits.
  const std::uint64_t key_size = get<std::uint32_t>(begin + key_size_at);
  const std::uint64_t content_size = key_size + get<std::uint32_t>(begin + value_size_at);
  if (content_size > content_size_max) return DecodeStatus::corrupt;
  if (content_size > bytes.size() - overhead) return DecodeStatus::incomplete;

  const std::size_t crc_at = header_size + content_size;
  if (get<std::uint32_t>(begin + crc_at) != sim::crc32c(bytes.first(crc_at)))
    return DecodeStatus::corrupt;
  record.type = get<RecordType>(begin + type_at);
  if (!known(record.type)) return DecodeStatus::corrupt;
  record.term = get<std::uint64_t>(begin + term_at);
  record.index = get<std::uint64_t>(begin + index_at);
  record.key = sim::as_text(bytes.subspan(header_size, key_size));
  record.value = sim::as_text(bytes.subspan(header_size + key_size, content_size - key_size));
  size = crc_at + crc_size;
  return DecodeStatus::ok;
}

void encode(const FileHeader& header, sim::Bytes& target) {
  const std::size_t start = target.size();
  sim::append(target, sim::as_bytes(magic));
  sim::append_integer(target, version);
  sim::append_integer(target, header.rewritten ? rewritten_flag : std::uint16_t{0});
  sim::append_integer(target, header.alignment);
  sim::append_integer(target, header.salt);
  sim::append_integer(target, sim::crc32c(sim::ByteView(target).subspan(start)));
}

bool decode(sim::ByteView bytes, FileHeader& header) {
  sim::Reader reader(bytes);
  const bool right_magic = sim::as_text(reader.bytes(magic.size())) == magic;
  const bool right_version = reader.integer<std::uint16_t>() == version;
  const auto flags = reader.integer<std::uint16_t>();
  header.rewritten = flags == rewritten_flag;
  header.alignment = reader.integer<std::uint32_t>();
  header.salt = reader.integer<std::uint64_t>();
  const auto crc = reader.integer<std::uint32_t>();
  return !reader.failed() && right_magic && right_version && flags <= rewritten_flag &&
         std::has_single_bit(header.alignment) && header.alignment <= alignment_max &&
         crc == sim::crc32c(bytes.first(file_header_size - crc_size));
}

void encode(const Batch& batch, std::span<std::byte, batch_record_size> target) {
  std::array<char, batch_record_size - overhead> value;
  auto* end = put(reinterpret_cast<std::byte*>(value.data()), batch.salt);
  end = put(end, batch.offset);
  put(end, batch.size);
  write({0, batch.number, RecordType::batch, {}, {value.data(), value.size()}}, target.data());
}

bool decode(sim::ByteView bytes, Batch& batch) {
  // Before the checksum: a search looks at every offset of a damaged file.
  if (bytes.size() < batch_record_size ||
      get<RecordType>(bytes.data() + type_at) != RecordType::batch)
    return false;
  Record record;
  std::size_t size = 0;
  if (decode(bytes.first(batch_record_size), record, size) != DecodeStatus::ok) return false;
  if (size != batch_record_size || !record.key.empty()) return false;
  sim::Reader reader(sim::as_bytes(record.value));
  batch.number = record.index;
  batch.salt = reader.integer<std::uint64_t>();
  batch.offset = reader.integer<std::uint64_t>();
  batch.size = reader.integer<std::uint32_t>();
  return true;
}

}  // namespace splitvote::wal
