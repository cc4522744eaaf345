// Leaves the arithmetic to ISA-L and xxHash, which use the processor's own instructions where it
// has them.
#include "sim/base/checksum.hpp"

#include <isa-l/crc.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace splitvote::sim {

std::uint32_t crc32c(ByteView bytes) {
  // isa-l takes a non-const pointer but only reads; it leaves the two inversions to its caller.
  auto* first = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
  return ~crc32_iscsi(first, static_cast<int>(bytes.size()), 0xffffffffU);
}

std::uint32_t frame_checksum(ByteView bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace splitvote::sim
