// The engine: simulated time, the order of events, and the digest over all that was executed.
#pragma once

#include <array>
#include <span>

#include "sim/base/check.hpp"
#include "sim/base/digest.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/engine/event_queue.hpp"

namespace splitvote::sim {

/// A value. Everything that happens is scheduled here and executed one at a time, in (time,
/// sequence) order.
class Engine {
 public:
  [[nodiscard]] Instant now() const { return now_; }

  /// The event being executed; `no_event` before the first.
  [[nodiscard]] EventId current() const { return current_; }

  /// Takes the next sequence number; what is scheduled under it later still counts as scheduled
  /// now.
  [[nodiscard]] std::uint64_t take_sequence() { return next_sequence_++; }

  /// Schedules at `at` (not before now) behind everything already scheduled for that time.
  void schedule(Instant at, Event event) { schedule({at, take_sequence()}, event); }

  /// Schedules under a key whose sequence number was taken before.
  void schedule(EventKey key, Event event) {
    SPLITVOTE_CHECK(key.time >= now_);
    queue_.push(key, event);
  }

  /// Removes the next pending event that is due at or before `limit`; false if there is none. It
  /// does not count as executed until `execute` is called: a stale timer is dropped or scheduled
  /// anew instead.
  [[nodiscard]] bool next(Instant limit, EventKey& key, Event& event) {
    return queue_.pop(limit, key, event);
  }

  /// Makes `event` the current one: time moves to its key, its id is drawn, and it enters the
  /// digest. (Its cause does not: it is the event during which this one was scheduled, so the
  /// digest has it already.)
  void execute(EventKey key, const Event& event) {
    SPLITVOTE_CHECK(key.time >= now_);
    now_ = key.time;
    current_ = EventId{number(current_) + 1};
    const std::uint64_t what = std::uint64_t{static_cast<std::uint8_t>(event.kind)} << 48 |
                               std::uint64_t{number(event.node)} << 32 | event.slot;
    const std::array<std::uint64_t, 4> content{static_cast<std::uint64_t>(key.time.ns),
                                               key.sequence, what, event.tag};
    chain_.add(ByteView{std::as_bytes(std::span{content})});
  }

  /// Moves the time forward to `at` when nothing is pending before it.
  void idle_until(Instant at) {
    if (at > now_) now_ = at;
  }

  /// Lets content of the current event (a frame, a note) count for the digest.
  void fold(std::uint64_t word) { chain_.add(word); }
  void fold(ByteView bytes) { chain_.add(bytes); }

  [[nodiscard]] Digest digest() const { return chain_.value(); }
  [[nodiscard]] std::size_t pending() const { return queue_.size(); }

 private:
  EventQueue queue_;
  DigestChain chain_;
  Instant now_;
  EventId current_ = no_event;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace splitvote::sim
