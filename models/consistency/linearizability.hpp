// Linearizability: one order of all operations that explains every answer and keeps real time.
#pragma once

#include <cstdint>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// How the search remembers where it has been.
enum class Memory : std::uint8_t {
  hashed,  // by 128 bits: `violated` is wrong if two configurations share them
  exact,   // whole
};

/// What comes with `violated`.
enum class Explanation : std::uint8_t {
  none,
  minimal,  // a contradiction of as few operations as a bounded search finds
};

struct LinearizabilitySettings {
  std::uint64_t configurations_per_key = 4'000'000;
  Memory memory = Memory::hashed;
  Explanation explanation = Explanation::minimal;
};

/// Each key is an object of its own, because linearizability is local (Herlihy and Wing 1990): the
/// history is linearizable if and only if every key is. An order that the system itself offers is
/// tried first (see version_order.hpp): if it explains the key nothing else is asked. Of several
/// contradictions the one that was complete first is explained: the first return that no order
/// explains ends it. The verdict depends on nothing but the arguments.
[[nodiscard]] Judgement check_linearizability(const History& history,
                                              const LinearizabilitySettings& settings = {});

}  // namespace splitvote::consistency
