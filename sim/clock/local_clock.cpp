// Changing a clock, and the inverse of its reading.
#include "sim/clock/local_clock.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

LocalClock::LocalClock(Duration offset, std::int64_t drift_ppb)
    : local_(std::clamp(offset.ns, -range, range)) {
  set_rate(drift_ppb);
}

void LocalClock::set_drift(Instant now, std::int64_t drift_ppb) {
  move_anchor(now);
  set_rate(drift_ppb);
}

void LocalClock::step(Instant now, Duration by) {
  move_anchor(now);
  local_ = static_cast<std::int64_t>(std::clamp<Int128>(Int128{local_} + by.ns, -range, range));
}

void LocalClock::freeze(Instant now) {
  move_anchor(now);
  running_ = false;
}

void LocalClock::thaw(Instant now) {
  move_anchor(now);
  running_ = true;
}

void LocalClock::set_rate(std::int64_t drift_ppb) {
  SPLITVOTE_CHECK(drift_ppb > -drift_ppb_limit && drift_ppb < drift_ppb_limit);
  drift_ppb_ = drift_ppb;
  const Int128 scaled = Int128{drift_ppb} * (Int128{1} << 64);
  const Int128 quotient = scaled / second;  // towards zero; the multiplier is the floor
  gain_multiplier_ = static_cast<std::int64_t>(quotient - (quotient * second > scaled ? 1 : 0));
  const auto rate = static_cast<std::uint64_t>(second + drift_ppb);
  wait_multiplier_ = static_cast<std::uint64_t>((Uint128{second} << 62) / rate);
}

/// What the clock reads at `now` becomes its state, with what is not shown of it.
void LocalClock::move_anchor(Instant now) {
  SPLITVOTE_CHECK(now >= anchor_ && now.ns <= range);
  if (running_) {
    const std::int64_t elapsed = (now - anchor_).ns;
    const std::int64_t gain = gained(elapsed);
    remainder_ = residue(elapsed, gain);
    local_ += elapsed + gain;
  }
  anchor_ = now;
}

std::int64_t LocalClock::wait_for(std::int64_t distance) const {
  // The least wait with wait * rate + remainder >= distance * 10^9. The estimate is the quotient
  // without the remainder (which is below 2 * rate), and too small by less than 1/2 (the
  // multiplier's rounding) + 1 (its own). So it is at most two steps off either way; how many, the
  // surplus tells, which is small enough to be right modulo 2^64.
  const std::int64_t rate = second + drift_ppb_;
  auto wait = static_cast<std::int64_t>(
      Uint128{static_cast<std::uint64_t>(distance)} * wait_multiplier_ >> 62);
  auto surplus = static_cast<std::int64_t>(
      static_cast<std::uint64_t>(wait) * static_cast<std::uint64_t>(rate) +
      static_cast<std::uint64_t>(remainder_) -
      static_cast<std::uint64_t>(distance) * static_cast<std::uint64_t>(second));
  for (; surplus < 0; surplus += rate) ++wait;
  for (; surplus >= rate; surplus -= rate) --wait;
  return wait;
}

}  // namespace splitvote::sim
