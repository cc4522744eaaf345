// The bytes of the format: the document's example, the checksum, and decoding of anything at all.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "models/wal/format.hpp"
#include "models/wal/recovery.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/wal/oracle.hpp"
#include "tests/models/wal/sector_host.hpp"

namespace splitvote::wal {
namespace {

/// CRC-32C bit by bit from its polynomial (RFC 3720, appendix B.4).
std::uint32_t crc32c_by_bits(sim::ByteView bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
  }
  return ~crc;
}

/// The bytes between the offset and the bar of every line of the document's example.
sim::Bytes bytes_of_document() {
  std::ifstream document("models/wal/FORMAT.md");
  sim::Bytes bytes;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("```")) {
      inside = line == "```text";
      continue;
    }
    if (!inside) continue;
    REQUIRE(std::stoul(line.substr(0, 4), nullptr, 16) == bytes.size());
    std::istringstream words(line.substr(4, line.find('|') - 4));
    for (std::string word; words >> word;)
      bytes.push_back(static_cast<std::byte>(std::stoul(word, nullptr, 16)));
  }
  return bytes;
}

template <typename Integer>
void add(sim::Bytes& bytes, Integer value) {
  sim::append_integer(bytes, value);
}

TEST_CASE("a record is term, index, type, sizes, key, value and the crc of them all") {
  sim::Bytes expected;
  expected.reserve(64);  // g++ 12 warns about the growth it inlines
  add(expected, std::uint64_t{7});
  add(expected, std::uint64_t{42});
  add(expected, std::uint8_t{2});
  add(expected, std::uint32_t{3});
  add(expected, std::uint32_t{5});
  sim::append(expected, sim::as_bytes("keyvalue"));
  add(expected, crc32c_by_bits(expected));

  sim::Bytes encoded;
  const std::size_t size = encode({7, 42, RecordType::command, "key", "value"}, encoded);

  CHECK(encoded == expected);
  CHECK(size == expected.size());
  CHECK(size == overhead + 8);
}

TEST_CASE("a log written as the format document tells it has the document's bytes") {
  test::SectorHost host(512, false);
  Writer writer;
  const Recovered nothing = recover({});

  REQUIRE(writer.open(host, sim::FileId{0}, nothing, {.salt = 0x1122334455667788}) ==
          sim::DiskStatus::ok);
  test::settle(host, writer);
  std::string value("\x07\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0v", 26);
  test::Oracle oracle;
  oracle.set(writer, 3, 2);
  oracle.put(writer, 1, {3, "k", value});
  REQUIRE(writer.flush(host) == sim::DiskStatus::ok);

  const sim::Bytes document = bytes_of_document();
  CHECK(document.size() == 0xa4);
  CHECK(host.newest() == document);
  CHECK(test::contents(recover(document)) == oracle);
}

TEST_CASE("a decoded record is the encoded one, and its size is where the next begins") {
  sim::Bytes bytes;
  const std::size_t first = encode({1, 2, RecordType::no_op, {}, {}}, bytes);
  const std::size_t second = encode({3, 4, RecordType::configuration, {}, "members"}, bytes);

  Record record;
  std::size_t size = 0;
  REQUIRE(decode(bytes, record, size) == DecodeStatus::ok);
  CHECK(size == first);
  CHECK(record.type == RecordType::no_op);
  CHECK(record.key.empty());
  REQUIRE(decode(sim::ByteView(bytes).subspan(first), record, size) == DecodeStatus::ok);
  CHECK(size == second);
  CHECK(record.term == 3);
  CHECK(record.index == 4);
  CHECK(record.value == "members");
}

TEST_CASE("every proper beginning of a record is incomplete") {
  sim::Bytes bytes;
  encode({1, 2, RecordType::command, "key", "value"}, bytes);

  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Record record;
    std::size_t decoded_size = 0;
    CHECK(decode(sim::ByteView(bytes).first(size), record, decoded_size) ==
          DecodeStatus::incomplete);
  }
}

TEST_CASE("a record with any single bit flipped is not decoded") {
  sim::Bytes bytes;
  encode({1, 2, RecordType::command, "key", "value"}, bytes);

  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    sim::Bytes damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    Record record;
    std::size_t size = 0;
    CHECK(decode(damaged, record, size) != DecodeStatus::ok);
  }
}

TEST_CASE("sizes that add up beyond 32 bits are refused and not followed") {
  sim::Bytes bytes;
  encode({1, 2, RecordType::command, "key", "value"}, bytes);
  const std::uint32_t huge = 0xffffffff;
  std::memcpy(bytes.data() + 17, &huge, 4);
  std::memcpy(bytes.data() + 21, &huge, 4);

  Record record;
  std::size_t size = 0;
  CHECK(decode(bytes, record, size) == DecodeStatus::corrupt);
}

TEST_CASE("a type that does not exist is corrupt even under a right checksum") {
  for (const int type : {0, 8, 255}) {
    sim::Bytes bytes;
    encode({1, 2, RecordType::command, "key", "value"}, bytes);
    bytes[16] = static_cast<std::byte>(type);
    const std::uint32_t crc = crc32c_by_bits(sim::ByteView(bytes).first(bytes.size() - 4));
    std::memcpy(bytes.data() + bytes.size() - 4, &crc, 4);

    Record record;
    std::size_t size = 0;
    CHECK(decode(bytes, record, size) == DecodeStatus::corrupt);
  }
}

TEST_CASE("random bytes are never a record, a header or a batch") {
  sim::Stream stream(11, {sim::Purpose::fault_value, 1, 2});
  for (int round = 0; round < 20'000; ++round) {
    sim::Bytes bytes;
    const auto words = static_cast<std::uint64_t>(sim::uniform(stream, 0, 12));
    for (std::uint64_t word = 0; word < words; ++word) add(bytes, stream.draw());
    // Small sizes in front, so that the checksum is reached and not only the size test.
    if (bytes.size() > 25) std::memset(bytes.data() + 18, 0, 3), std::memset(&bytes[22], 0, 3);
    Record record;
    std::size_t size = 0;
    FileHeader header;
    Batch batch;
    const bool accepted = decode(bytes, record, size) == DecodeStatus::ok ||
                          decode(bytes, header) || decode(bytes, batch);
    REQUIRE(!accepted);
  }
}

TEST_CASE("a batch record of another shape is no batch") {
  const std::string value(20, 'v');
  sim::Bytes right, keyed, shorter;
  encode({0, 1, RecordType::batch, {}, value}, right);
  encode({0, 1, RecordType::batch, "k", value.substr(1)}, keyed);
  encode({0, 1, RecordType::batch, {}, value.substr(1)}, shorter);
  shorter.push_back({});

  Batch batch;
  CHECK(decode(right, batch));
  CHECK(!decode(keyed, batch));
  CHECK(!decode(shorter, batch));
}

TEST_CASE("a header is refused if it is short, of another version, or aligned to no power of two") {
  sim::Bytes bytes;
  encode(FileHeader{512, 99}, bytes);
  FileHeader header;
  REQUIRE(decode(bytes, header));
  CHECK(header == FileHeader{512, 99});

  const auto patched = [&](std::size_t at, std::uint32_t value) {
    sim::Bytes other = bytes;
    std::memcpy(other.data() + at, &value, 4);
    const std::uint32_t crc = crc32c_by_bits(sim::ByteView(other).first(24));
    std::memcpy(other.data() + 24, &crc, 4);
    return other;
  };
  CHECK(!decode(sim::ByteView(bytes).first(27), header));
  CHECK(!decode(patched(8, 2), header));
  CHECK(!decode(patched(12, 0), header));
  CHECK(!decode(patched(12, 3), header));
  CHECK(!decode(patched(12, 131072), header));
  CHECK(decode(patched(12, 65536), header));
}

}  // namespace
}  // namespace splitvote::wal
