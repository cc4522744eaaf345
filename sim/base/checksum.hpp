// The two checksums of the formats: CRC-32C for what lies on disk, XXH3 for what flies on the wire.
#pragma once

#include <cstdint>

#include "sim/base/bytes.hpp"

namespace splitvote::sim {

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4); crc32c("123456789") = 0xe3069283.
[[nodiscard]] std::uint32_t crc32c(ByteView bytes);

/// The low 32 bits of XXH3-64 with seed 0.
[[nodiscard]] std::uint32_t frame_checksum(ByteView bytes);

}  // namespace splitvote::sim
