// Numbers with units as text: durations, sizes, shares, rates, drifts. Exact, or refused.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "models/registry/settings.hpp"
#include "scenarios/load/values.hpp"
#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"

namespace splitvote::load {

/// What is wrong with a text, and which part of it.
struct TextError {
  std::string message;
  std::string hint;
  std::size_t offset = 0;
  std::size_t width = 0;  // 0: to the end
};

template <typename Value>
using Parsed = std::expected<Value, TextError>;

/// Beyond a year nothing is simulated; it keeps sums of durations far from overflow.
inline constexpr sim::Duration duration_max = sim::seconds(std::int64_t{365} * 24 * 3600);

/// `10ms`, `-0.5s`, `2min`: units ns, us, ms, s, min, h; within ±duration_max.
[[nodiscard]] Parsed<sim::Duration> parse_duration(std::string_view text);
/// `150ms..300ms`; the first is not above the last. A single duration is a range of itself.
[[nodiscard]] Parsed<models::DurationRange> parse_duration_range(std::string_view text);
/// Decimal, no sign, no leading zeros: `0`, `42`.
[[nodiscard]] Parsed<std::uint64_t> parse_integer(std::string_view text);
/// `1..2000`, or `7` for 7..7.
struct IntegerRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
[[nodiscard]] Parsed<IntegerRange> parse_integer_range(std::string_view text);
/// `64KiB`: units B, kB, MB, GB, KiB, MiB, GiB.
[[nodiscard]] Parsed<std::uint64_t> parse_size(std::string_view text);
/// `10MiB/s`, `100Mbit/s`, in bytes per second.
[[nodiscard]] Parsed<std::uint64_t> parse_bandwidth(std::string_view text);
/// `5%`, `0.1%`, `20ppm`, in lowest terms; at most 400 %.
[[nodiscard]] Parsed<sim::Ratio> parse_share(std::string_view text);
/// `200/s`, `0.5/s`, `30/min`.
[[nodiscard]] Parsed<Rate> parse_rate(std::string_view text);
/// `20ppm`, `-500ppb`, `0.1%`, as parts per billion; below ±500 000 000.
[[nodiscard]] Parsed<std::int64_t> parse_drift(std::string_view text);
/// `x20`, `x1.5`, in lowest terms.
[[nodiscard]] Parsed<sim::Ratio> parse_factor(std::string_view text);
/// `0.99`, a plain decimal, in lowest terms.
[[nodiscard]] Parsed<sim::Ratio> parse_decimal(std::string_view text);
/// A number with any of the units above, or none: what predicates compare with.
[[nodiscard]] Parsed<Quantity> parse_quantity(std::string_view text);

// The canonical texts, which parse as equal values.
[[nodiscard]] std::string to_text(sim::Duration value);
[[nodiscard]] std::string to_text(const models::DurationRange& value);
[[nodiscard]] std::string size_text(std::uint64_t bytes);
[[nodiscard]] std::string bandwidth_text(std::uint64_t bytes_per_second);
[[nodiscard]] std::string share_text(sim::Ratio value);
[[nodiscard]] std::string to_text(Rate value);
[[nodiscard]] std::string drift_text(std::int64_t ppb);
[[nodiscard]] std::string factor_text(sim::Ratio value);
[[nodiscard]] std::string decimal_text(sim::Ratio value);
[[nodiscard]] std::string to_text(const Quantity& value);

}  // namespace splitvote::load
