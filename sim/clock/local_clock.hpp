// One clock of one node: how its local time follows the world's true time. Survives drift, steps
// and freezes.
#pragma once

#include <cstdint>

#include "sim/base/time.hpp"

namespace splitvote::sim {

/// A value. While it runs at drift d it reads floor(anchor + elapsed * (1 + d)), exactly, however
/// often the drift changes: the part of a nanosecond that is not shown is kept.
///
/// Calls come in the order of true time: no `now` is before that of the last change. True times end
/// at 2^61 ns (73 years); an offset or a step that would take the reading beyond ±2^61 stops there.
class LocalClock {
 public:
  /// Exclusive bound of the drift's magnitude: half as fast again, or half as slow.
  static constexpr std::int64_t drift_ppb_limit = 500'000'000;

  /// Reads what true time is.
  LocalClock() = default;

  /// Reads `offset` at the start of the run and gains `drift_ppb` nanoseconds each second.
  explicit LocalClock(Duration offset, std::int64_t drift_ppb = 0);

  [[nodiscard]] LocalInstant read(Instant now) const {
    if (!running_) return {local_};
    const std::int64_t elapsed = (now - anchor_).ns;
    return {local_ + elapsed + (drift_ppb_ == 0 ? 0 : gained(elapsed))};
  }

  /// The earliest true time, not before `now`, at which the clock reads `local` or later if nothing
  /// changes it until then; `end_of_time` if it is frozen, or if `local` is further than 73 years
  /// from the last change.
  [[nodiscard]] Instant when(Instant now, LocalInstant local) const {
    if (read(now) >= local) return now;
    if (!running_ || local.ns > local_ + range) return end_of_time;
    const std::int64_t distance = local.ns - local_;
    return {anchor_.ns + (drift_ppb_ == 0 ? distance : wait_for(distance))};
  }

  /// From `now` on the clock gains `drift_ppb` nanoseconds in each second of true time.
  void set_drift(Instant now, std::int64_t drift_ppb);

  /// The clock jumps at `now`, forward or back.
  void step(Instant now, Duration by);

  /// The clock stands from `now` until `thaw`, and then goes on from where it stood. Freezing a
  /// frozen clock or thawing a running one changes nothing.
  void freeze(Instant now);
  void thaw(Instant now);

  [[nodiscard]] bool frozen() const { return !running_; }
  [[nodiscard]] std::int64_t drift_ppb() const { return drift_ppb_; }

  bool operator==(const LocalClock&) const = default;

 private:
  static constexpr std::int64_t second = 1'000'000'000;
  static constexpr std::int64_t range = std::int64_t{1} << 61;

  /// elapsed * drift + remainder - gain * 10^9, right whenever the true value fits into an int64:
  /// all of it is modulo 2^64.
  [[nodiscard]] std::int64_t residue(std::int64_t elapsed, std::int64_t gain) const {
    return static_cast<std::int64_t>(
        static_cast<std::uint64_t>(elapsed) * static_cast<std::uint64_t>(drift_ppb_) +
        static_cast<std::uint64_t>(remainder_) -
        static_cast<std::uint64_t>(gain) * static_cast<std::uint64_t>(second));
  }

  /// floor((elapsed * drift + remainder) / 10^9) for 0 <= elapsed <= 2^61, without a division. The
  /// estimate is too small by less than 1/8 (the multiplier's rounding) + 1 (its own) + 1 (the
  /// remainder), hence after rounding by 0, 1 or 2, and the residue tells.
  [[nodiscard]] std::int64_t gained(std::int64_t elapsed) const {
    __extension__ using Int128 = __int128;
    const auto estimate = static_cast<std::int64_t>(Int128{elapsed} * gain_multiplier_ >> 64);
    const std::int64_t left = residue(elapsed, estimate);
    return estimate + (left >= second) + (left >= 2 * second);
  }

  /// The least wait >= 0 with wait + gained(wait) >= distance, for 0 < distance <= 2^61.
  [[nodiscard]] std::int64_t wait_for(std::int64_t distance) const;

  void set_rate(std::int64_t drift_ppb);
  void move_anchor(Instant now);

  Instant anchor_;                     // of the last change
  std::int64_t local_ = 0;             // the reading then
  std::int64_t remainder_ = 0;         // and what was not shown of it, in units of 10^-9 ns
  std::int64_t drift_ppb_ = 0;         // while it runs
  std::int64_t gain_multiplier_ = 0;   // floor(drift * 2^64 / 10^9)
  std::uint64_t wait_multiplier_ = 0;  // floor(10^9 * 2^62 / (10^9 + drift))
  bool running_ = true;
};

}  // namespace splitvote::sim
