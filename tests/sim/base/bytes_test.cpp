// Byte buffers, checksums and ratios against published values.
#include "sim/base/bytes.hpp"

#include <doctest/doctest.h>

#include "sim/base/checksum.hpp"
#include "sim/base/ratio.hpp"

using namespace splitvote::sim;

TEST_CASE("integers are written least significant byte first") {
  Bytes bytes;
  append_integer(bytes, std::uint32_t{0x01020304});

  CHECK(bytes == Bytes{std::byte{4}, std::byte{3}, std::byte{2}, std::byte{1}});
}

TEST_CASE("a reader that runs out of bytes fails and stays failed") {
  Bytes bytes;
  append_integer(bytes, std::uint16_t{7});
  Reader reader(bytes);

  CHECK(reader.integer<std::uint16_t>() == 7);
  CHECK(reader.integer<std::uint32_t>() == 0);
  CHECK(reader.failed());
  CHECK(reader.bytes(0).empty());
  CHECK_FALSE(reader.finished());
}

TEST_CASE("a reader is finished when every byte was read") {
  const Bytes bytes{std::byte{1}, std::byte{2}};
  Reader reader(bytes);

  CHECK_FALSE(reader.finished());
  CHECK(reader.bytes(2).size() == 2);
  CHECK(reader.finished());
}

TEST_CASE("crc32c gives the check value of RFC 3720 and of the catalogue") {
  CHECK(crc32c(as_bytes("123456789")) == 0xe3069283U);
  CHECK(crc32c(Bytes(32, std::byte{0})) == 0x8a9136aaU);     // RFC 3720, B.4: 32 bytes of zeros
  CHECK(crc32c(Bytes(32, std::byte{0xff})) == 0x62a8ab43U);  // RFC 3720, B.4: 32 bytes of ones
  CHECK(crc32c({}) == 0);
}

TEST_CASE("a ratio is hit by exactly its share of the draws") {
  const Ratio quarter{1, 4};

  CHECK(quarter.hit(0));
  CHECK(quarter.hit((std::uint64_t{1} << 62) - 1));
  CHECK_FALSE(quarter.hit(std::uint64_t{1} << 62));
  CHECK_FALSE(Ratio{0, 5}.hit(0));
  CHECK(Ratio{5, 5}.hit(UINT64_MAX));
}
