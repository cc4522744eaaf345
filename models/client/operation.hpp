// What a client asks of a key-value store and what it is told: the words of every history.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/bytes.hpp"

namespace splitvote::client {

enum class OperationKind : std::uint8_t { get, put, remove, compare_and_swap };

/// One operation. Views are valid as long as the bytes they were decoded from.
/// A key that does not exist has revision 0; each successful write gives its key a revision that is
/// larger than every revision the store gave before.
struct Operation {
  OperationKind kind{};
  std::uint64_t expected_revision =
      0;  // of compare_and_swap: write only if the key has this revision
  std::string_view key = {};
  std::string_view value = {};  // of put and compare_and_swap
};

/// What the client knows at the end.
enum class Outcome : std::uint8_t {
  ok,        // executed; of a get: value and revision, revision 0 if there is no such key
  mismatch,  // compare_and_swap executed and wrote nothing; revision is the one the key has
  failed,    // certainly never executed and never will be
  unknown,   // no answer in time: it may have been executed, or may still be
};

/// [kind u8][expected_revision u64][key_size u32][key][value, to the end]
void encode(const Operation& operation, sim::Bytes& target);
[[nodiscard]] bool decode(sim::ByteView bytes, Operation& operation);

}  // namespace splitvote::client
