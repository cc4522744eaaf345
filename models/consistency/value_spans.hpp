// What a key's reads say of each written value: between which positions it was written, and until
// when it was told.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/consistency/key_operations.hpp"
#include "models/consistency/zones.hpp"

namespace splitvote::consistency {

/// A value whose write took effect: behind `opens`, and before `closes`, the first return of those
/// who wrote or read it. The first one is the initial value, written before everything.
struct ValueSpan {
  Position opens = 0;
  Position closes = 0;
  Position last_read = 0;  // the last invocation of a read of it; 0: nobody read it
  std::uint32_t writer = nobody;
  std::uint32_t first_returned = nobody;
  std::uint32_t last_invoked = nobody;  // of the reads
};

/// A read is left out if its value has several writes. So is what a compare-and-swap found: it is
/// a write, if it matched. What contradicts without them still does.
struct ValueSpans {
  std::vector<ValueSpan> spans;  // in the order of `opens`
  bool violated = false;         // by a read of what nobody had written
  Clash clash;                   // then
  std::string_view left_out;     // why something is, or empty
};

/// Of a key to which operations append all is left out.
[[nodiscard]] ValueSpans read_spans(std::span<const KeyOperation> operations, ValueId initial);

}  // namespace splitvote::consistency
