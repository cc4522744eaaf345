// The values a scenario is written in beyond plain numbers: draws, changes, rates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/load/position.hpp"
#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"
#include "sim/random/distribution.hpp"

namespace splitvote::load {

/// A span of time that is drawn whenever it is needed. Fixed spans are draws too.
struct Draw {
  sim::Distribution distribution;      // in nanoseconds
  std::string text = "0ms";            // the words for it, in canonical form: this is its identity
  std::optional<sim::Duration> fixed;  // if it is always the same
  SourcePosition position;

  bool operator==(const Draw& other) const { return text == other.text; }
};

/// How a fault alters a span of time: `2ms` replaces it, `+80ms` lengthens it, `x20` multiplies it.
struct Change {
  enum class Kind : std::uint8_t { replace, lengthen, multiply };
  Kind kind = Kind::replace;
  Draw draw;            // of replace
  sim::Duration extra;  // of lengthen; may be negative
  sim::Ratio factor;    // of multiply; may exceed 1
  SourcePosition position;

  bool operator==(const Change&) const = default;
};

/// So many per 1000 seconds; `200/s` is 200 000.
struct Rate {
  std::uint64_t per_1000_s = 0;

  constexpr auto operator<=>(const Rate&) const = default;
};

/// What a number in a predicate counts.
enum class Unit : std::uint8_t { count, duration, share, rate, bytes };

/// A number with its unit: nanoseconds, per_1000_s, bytes, a plain count, or a share as a ratio.
struct Quantity {
  Unit unit = Unit::count;
  std::int64_t value = 0;  // of all but share
  sim::Ratio share;

  constexpr bool operator==(const Quantity&) const = default;
};

}  // namespace splitvote::load
