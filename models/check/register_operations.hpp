// The operations of one key sorted by what their answers say: the key's revisions, who wrote each
// and who saw it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/check/history.hpp"

namespace splitvote::check {

inline constexpr std::uint32_t nobody = UINT32_MAX;

/// An operation that must take effect at one moment between these two orders.
struct Window {
  std::uint64_t invoked = 0;
  std::uint64_t returned = never_returned;
  std::uint32_t entry = nobody;  // index in the history
};

/// A revision that some operation mentions. Slot 0 is the beginning: revision 0, no such key.
struct Slot {
  std::uint64_t revision = 0;
  Window writer;               // `entry` is nobody if no known operation wrote it
  std::uint64_t expected = 0;  // of a compare_and_swap
  TextId value = empty_text;
  std::uint32_t seen_by = nobody;  // an operation whose answer mentions the revision
  std::uint32_t reads_begin = 0;   // its reads in `reads`
  std::uint32_t reads_end = 0;
  bool conditional = false;  // written by a compare_and_swap
  bool optional = true;      // no answer mentions it: perhaps it was never given
  bool value_known = false;
  bool removes = false;
};

/// A write without an answer: it takes effect once, whenever, or never.
struct MaybeWrite {
  std::uint64_t invoked = 0;
  std::uint64_t expected = 0;
  TextId value = empty_text;
  bool conditional = false;
};

/// Two answers that cannot both be right in any order, or one that is wrong by itself.
struct Clash {
  std::uint32_t entry = nobody;
  std::string explanation;
};

struct RegisterOperations {
  std::vector<Slot> slots;           // by revision
  std::vector<Window> reads;         // by (slot, invoked): answers "the key is at this revision"
  std::vector<Window> absent_reads;  // by invoked: answers "there is no such key"
  std::vector<MaybeWrite> maybe_writes;      // by invoked
  std::vector<std::uint64_t> maybe_removes;  // by invoked: when
  std::optional<Clash> clash;
};

/// `entries`: the key's operations, in the order of their invocations.
[[nodiscard]] RegisterOperations sort_operations(const History& history,
                                                 std::span<const std::uint32_t> entries,
                                                 const NodeNames& names);

}  // namespace splitvote::check
