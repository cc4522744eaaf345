// An event: what the engine keeps in its queue and hands out in (time, sequence) order.
#pragma once

#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace splitvote::sim {

/// What kind of thing happens. The engine does not look at it; the world does.
enum class EventKind : std::uint8_t { start, deliver, timer, disk, turn, control };

/// 24 bytes. `slot` and `tag` mean what the kind says (a message slot, a timer, an i/o token, …).
struct Event {
  EventKind kind{};
  NodeId node = no_node;
  std::uint32_t slot = 0;
  std::uint64_t tag = 0;
  EventId cause = no_event;  // the executed event during which this one was scheduled

  constexpr bool operator==(const Event&) const = default;
};

/// The total order of execution: earlier time first, then the one that was scheduled first.
struct EventKey {
  Instant time;                // never negative
  std::uint64_t sequence = 0;  // unique within a run, below 2^40

  constexpr auto operator<=>(const EventKey&) const = default;
};

}  // namespace splitvote::sim
