// The run's digest: every executed event and its content, chained through XXH3-128.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/base/bytes.hpp"

namespace splitvote::sim {

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr auto operator<=>(const Digest&) const = default;
};

/// 32 lower-case hexadecimal digits, most significant first.
[[nodiscard]] std::string to_hex(const Digest& digest);

/// Collects words and bytes into blocks; a full block is hashed together with the digest before it,
/// so the value depends on every byte added and on their order. A value: copying it forks the
/// chain.
class DigestChain {
 public:
  void add(std::uint64_t word) { add(&word, sizeof word); }
  void add(ByteView bytes) {
    // An empty view may have no address, and memcpy wants one.
    if (!bytes.empty()) add(bytes.data(), bytes.size());
  }

  /// The digest of everything added so far; adding may go on.
  [[nodiscard]] Digest value() const;

 private:
  static constexpr std::size_t block_size = 1024;
  static constexpr std::size_t chain_size = sizeof(Digest);

  void add(const void* source, std::size_t size) {
    if (size <= block_size - used_) [[likely]] {
      std::memcpy(block_.data() + used_, source, size);
      used_ += static_cast<std::uint32_t>(size);
    } else {
      add_across_blocks(source, size);
    }
  }
  void add_across_blocks(const void* source, std::size_t size);
  void close_block();

  // The first bytes of a block hold the digest of the blocks before it.
  std::array<std::byte, block_size> block_{};
  std::uint32_t used_ = chain_size;
};

}  // namespace splitvote::sim
