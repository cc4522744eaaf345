// Fills blocks and chains their hashes; what crosses a block's end is cut in two.
#include "sim/base/digest.hpp"

#include <algorithm>
#include <cstdio>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace splitvote::sim {

namespace {

Digest hash(const void* bytes, std::size_t size) {
  const XXH128_hash_t value = XXH3_128bits(bytes, size);
  return {value.high64, value.low64};
}

}  // namespace

std::string to_hex(const Digest& digest) {
  char text[33];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(digest.high),
                static_cast<unsigned long long>(digest.low));
  return text;
}

Digest DigestChain::value() const { return hash(block_.data(), used_); }

void DigestChain::add_across_blocks(const void* source, std::size_t size) {
  const auto* next = static_cast<const std::byte*>(source);
  while (size > 0) {
    const std::size_t taken = std::min<std::size_t>(size, block_size - used_);
    std::memcpy(block_.data() + used_, next, taken);
    used_ += static_cast<std::uint32_t>(taken);
    next += taken;
    size -= taken;
    if (used_ == block_size) close_block();
  }
}

void DigestChain::close_block() {
  const Digest chained = hash(block_.data(), block_size);
  std::memcpy(block_.data(), &chained, chain_size);
  used_ = chain_size;
}

}  // namespace splitvote::sim
