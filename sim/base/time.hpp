// Simulated time: int64 nanoseconds, with the world's true time and a node's local time kept apart.
#pragma once

#include <compare>
#include <cstdint>

namespace splitvote::sim {

/// A signed span of time in nanoseconds; about 292 years either way.
struct Duration {
  std::int64_t ns = 0;

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration other) const { return {ns + other.ns}; }
  constexpr Duration operator-(Duration other) const { return {ns - other.ns}; }
  constexpr Duration operator*(std::int64_t factor) const { return {ns * factor}; }
  constexpr Duration operator/(std::int64_t divisor) const { return {ns / divisor}; }
  constexpr Duration& operator+=(Duration other) { return ns += other.ns, *this; }
};

/// A point in the world's true time, in nanoseconds since the start of the run; never negative.
struct Instant {
  std::int64_t ns = 0;

  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant operator+(Duration span) const { return {ns + span.ns}; }
  constexpr Instant operator-(Duration span) const { return {ns - span.ns}; }
  constexpr Duration operator-(Instant other) const { return {ns - other.ns}; }
};

/// A point on one node's own clock. It cannot be compared with another node's, nor with an Instant.
struct LocalInstant {
  std::int64_t ns = 0;

  constexpr auto operator<=>(const LocalInstant&) const = default;
  constexpr LocalInstant operator+(Duration span) const { return {ns + span.ns}; }
  constexpr Duration operator-(LocalInstant other) const { return {ns - other.ns}; }
};

inline constexpr Instant end_of_time{INT64_MAX};

constexpr Duration nanoseconds(std::int64_t count) { return {count}; }
constexpr Duration microseconds(std::int64_t count) { return {count * 1'000}; }
constexpr Duration milliseconds(std::int64_t count) { return {count * 1'000'000}; }
constexpr Duration seconds(std::int64_t count) { return {count * 1'000'000'000}; }

}  // namespace splitvote::sim
