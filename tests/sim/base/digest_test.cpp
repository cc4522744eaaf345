// The digest depends on every byte and their order, and on nothing else.
#include "sim/base/digest.hpp"

#include <doctest/doctest.h>

using namespace splitvote::sim;

namespace {

Bytes counted(std::size_t size) {
  Bytes bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(i * 7));
  return bytes;
}

Digest in_pieces(ByteView bytes, std::size_t piece) {
  DigestChain chain;
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    chain.add(bytes.first(size));
    bytes = bytes.subspan(size);
  }
  return chain.value();
}

}  // namespace

TEST_CASE("the digest does not depend on the pieces in which the bytes were added") {
  const Bytes bytes = counted(5000);

  const Digest whole = in_pieces(bytes, 5000);

  CHECK(in_pieces(bytes, 1) == whole);
  CHECK(in_pieces(bytes, 8) == whole);
  CHECK(in_pieces(bytes, 1008) == whole);
  CHECK(in_pieces(bytes, 1024) == whole);
}

TEST_CASE("the digest changes with any byte") {
  const Bytes bytes = counted(3000);
  const Digest whole = in_pieces(bytes, 3000);

  for (std::size_t changed = 0; changed < bytes.size(); changed += 97) {
    Bytes other = bytes;
    other[changed] ^= std::byte{1};
    CHECK(in_pieces(other, 3000) != whole);
  }
}

TEST_CASE("the digest changes with the number of bytes, even of zeros") {
  DigestChain chain;
  const Digest empty = chain.value();
  chain.add(std::uint64_t{0});
  const Digest one = chain.value();
  chain.add(std::uint64_t{0});

  CHECK(empty != one);
  CHECK(one != chain.value());
}

TEST_CASE("a copy of a chain continues to the same digest") {
  DigestChain chain;
  chain.add(counted(1500));
  DigestChain copy = chain;

  chain.add(counted(800));
  copy.add(counted(800));

  CHECK(chain.value() == copy.value());
}

TEST_CASE("a digest is printed as 32 hexadecimal digits") {
  CHECK(to_hex({0x0123456789abcdefULL, 0x10ULL}) == "0123456789abcdef0000000000000010");
}
