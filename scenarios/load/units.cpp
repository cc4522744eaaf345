// Reading numbers with units by one small grammar: [-]digits[.digits]unit, and an exact scale.
#include "scenarios/load/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>

namespace splitvote::load {
namespace {

using Wide = __int128;

/// A decimal number as digits / 10^places, and what follows it.
struct Number {
  Wide digits = 0;
  int places = 0;
  bool negative = false;
  std::string_view unit;
  std::size_t unit_offset = 0;
};

std::unexpected<TextError> wrong(std::string message, std::string hint = {}, std::size_t offset = 0,
                                 std::size_t width = 0) {
  return std::unexpected(TextError{std::move(message), std::move(hint), offset, width});
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

Parsed<Number> parse_number(std::string_view text, std::string_view due) {
  constexpr std::size_t digits_max = 24;  // more than any unit needs, fewer than Wide holds
  Number number;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) number.negative = text[at++] == '-';
  const std::size_t start = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  const std::size_t whole = at - start;
  if (whole == 0) return wrong(fmt::format("\"{}\" is not {}", text, due), "");
  if (whole > 1 && text[start] == '0')
    return wrong(fmt::format("\"{}\" has a leading zero", text),
                 "numbers are decimal and are written without leading zeros");
  std::size_t fraction = 0;
  const bool range = text.substr(at).starts_with("..");
  if (at < text.size() && text[at] == '.' && !range) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at, ++fraction;
    if (fraction == 0)
      return wrong(fmt::format("\"{}\" has no digits behind the point", text), "remove the point",
                   at - 1);
  }
  if (whole + fraction > digits_max)
    return wrong(fmt::format("\"{}\" has too many digits", text),
                 fmt::format("at most {}", digits_max));
  for (std::size_t i = start; i < at; ++i)
    if (is_digit(text[i])) number.digits = number.digits * 10 + (text[i] - '0');
  number.places = static_cast<int>(fraction);
  number.unit = text.substr(at);
  number.unit_offset = at;
  return number;
}

constexpr Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

struct NamedUnit {
  std::string_view name;
  std::int64_t scale = 1;
};

constexpr std::array duration_units = {
    NamedUnit{"ns", 1},
    NamedUnit{"us", 1'000},
    NamedUnit{"ms", 1'000'000},
    NamedUnit{"s", 1'000'000'000},
    NamedUnit{"min", 60'000'000'000},
    NamedUnit{"h", 3'600'000'000'000},
};
constexpr std::array size_units = {
    NamedUnit{"B", 1},          NamedUnit{"kB", 1'000},
    NamedUnit{"MB", 1'000'000}, NamedUnit{"GB", 1'000'000'000},
    NamedUnit{"KiB", 1 << 10},  NamedUnit{"MiB", 1 << 20},
    NamedUnit{"GiB", 1 << 30},
};
// In bits, so that `1kbit/s` is exact.
constexpr std::array bandwidth_units = {
    NamedUnit{"B/s", 8},
    NamedUnit{"kB/s", 8'000},
    NamedUnit{"MB/s", 8'000'000},
    NamedUnit{"GB/s", 8'000'000'000},
    NamedUnit{"KiB/s", 8 << 10},
    NamedUnit{"MiB/s", 8 << 20},
    NamedUnit{"GiB/s", std::int64_t{8} << 30},
    NamedUnit{"bit/s", 1},
    NamedUnit{"kbit/s", 1'000},
    NamedUnit{"Mbit/s", 1'000'000},
    NamedUnit{"Gbit/s", 1'000'000'000},
};
constexpr std::array share_units = {NamedUnit{"%", 10'000'000}, NamedUnit{"ppm", 1'000},
                                    NamedUnit{"ppb", 1}};
constexpr std::array rate_units = {NamedUnit{"/s", 60'000}, NamedUnit{"/min", 1'000}};
constexpr std::array plain_units = {NamedUnit{"", 1}};

std::string names_of(std::span<const NamedUnit> units) {
  std::string names;
  for (const NamedUnit& unit : units) names += (names.empty() ? "" : ", ") + std::string(unit.name);
  return names;
}

/// How a quantity is read: its units, the smallest step in scale units, and its bounds.
struct Measurement {
  std::string_view due;      // "a duration"
  std::string_view example;  // of a unit, for a bare number
  std::span<const NamedUnit> units;
  std::int64_t step = 1;  // the value counts steps of the scale
  Wide minimum = 0;
  Wide maximum = 0;
  std::string_view bound;  // "±8760h"
  std::string_view finest;
};

Parsed<std::int64_t> parse_scaled(std::string_view text, const Measurement& measurement) {
  const Parsed<Number> number = parse_number(text, measurement.due);
  if (!number) {
    TextError error = number.error();
    if (error.hint.empty())
      error.hint = fmt::format("write a number with a unit: 10{}", measurement.example);
    return std::unexpected(error);
  }
  const auto unit = std::ranges::find(measurement.units, number->unit, &NamedUnit::name);
  if (unit == measurement.units.end()) {
    if (number->unit.empty())
      return wrong(fmt::format("\"{}\" needs a unit", text),
                   fmt::format("{}{}?", text, measurement.example));
    if (number->unit.starts_with(' '))
      return wrong(fmt::format("\"{}\" has a space before its unit", text), "write them together",
                   number->unit_offset);
    return wrong(fmt::format("\"{}\" is not a unit of {}", number->unit, measurement.due),
                 fmt::format("units are {}", names_of(measurement.units)), number->unit_offset);
  }
  // digits < 10^24 and scale < 2^43, so the product is below 2^123.
  const Wide denominator = power_of_ten(number->places) * measurement.step;
  Wide value = number->digits * unit->scale;
  const bool exact = value % denominator == 0;
  value /= denominator;
  if (number->negative) value = -value;
  if (value < measurement.minimum || value > measurement.maximum)
    return wrong(fmt::format("\"{}\" is out of range", text),
                 fmt::format("{} is {}", measurement.due, measurement.bound));
  if (!exact)
    return wrong(fmt::format("\"{}\" is too fine", text),
                 fmt::format("the smallest step is {}", measurement.finest));
  return static_cast<std::int64_t>(value);
}

sim::Ratio reduced(Wide numerator, Wide denominator) {
  Wide a = numerator, b = denominator;
  while (b != 0) a = std::exchange(b, a % b);
  if (numerator == 0) return {0, 1};
  return {static_cast<std::uint32_t>(numerator / a), static_cast<std::uint32_t>(denominator / a)};
}

constexpr Measurement duration_measurement{
    "a duration",    "ms", duration_units, 1, -Wide{duration_max.ns}, duration_max.ns,
    "at most 8760h", "1ns"};

/// A decimal without a unit, at most `whole_max`, with at most `places` places.
Parsed<sim::Ratio> parse_ratio(std::string_view text, std::string_view due, std::int64_t whole_max,
                               int places) {
  const Parsed<Number> number = parse_number(text, due);
  if (!number) return std::unexpected(number.error());
  if (!number->unit.empty())
    return wrong(fmt::format("\"{}\" is not {}", text, due), "it has no unit", number->unit_offset);
  if (number->negative) return wrong(fmt::format("\"{}\" is negative", text), "it is at least 0");
  if (number->places > places)
    return wrong(fmt::format("\"{}\" is too fine", text),
                 fmt::format("at most {} digits behind the point", places));
  const Wide denominator = power_of_ten(number->places);
  if (number->digits > whole_max * denominator)
    return wrong(fmt::format("\"{}\" is out of range", text),
                 fmt::format("it is at most {}", whole_max));
  return reduced(number->digits, denominator);
}

/// Splits `a..b`; the whole text twice if there is no `..`.
struct Ends {
  std::string_view first, last;
  std::size_t last_offset = 0;
};
Ends split_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return {text, text, 0};
  return {text.substr(0, dots), text.substr(dots + 2), dots + 2};
}

/// The error of the last part of a range, seen from the whole.
TextError moved(TextError error, std::size_t offset) {
  error.offset += offset;
  return error;
}

}  // namespace

Parsed<sim::Duration> parse_duration(std::string_view text) {
  const auto value = parse_scaled(text, duration_measurement);
  if (!value) return std::unexpected(value.error());
  return sim::Duration{*value};
}

Parsed<models::DurationRange> parse_duration_range(std::string_view text) {
  const Ends ends = split_range(text);
  const auto first = parse_duration(ends.first);
  if (!first) return std::unexpected(first.error());
  const auto last = parse_duration(ends.last);
  if (!last) return std::unexpected(moved(last.error(), ends.last_offset));
  if (*last < *first)
    return wrong(fmt::format("the range \"{}\" runs backwards", text),
                 fmt::format("{}..{}?", ends.last, ends.first));
  return models::DurationRange{*first, *last};
}

Parsed<std::uint64_t> parse_integer(std::string_view text) {
  const auto number = parse_number(text, "an integer");
  const std::string hint = "write decimal digits only, such as 42";
  if (!number)
    return wrong(number.error().message, number.error().hint.empty() ? hint : number.error().hint);
  if (number->negative) return wrong(fmt::format("\"{}\" is negative", text), "it is at least 0");
  if (text.front() == '+' || number->places > 0 || !number->unit.empty())
    return wrong(fmt::format("\"{}\" is not an integer", text), hint);
  if (number->digits > Wide{INT64_MAX})
    return wrong(fmt::format("\"{}\" is out of range", text),
                 fmt::format("it is at most {}", INT64_MAX));
  return static_cast<std::uint64_t>(number->digits);
}

Parsed<IntegerRange> parse_integer_range(std::string_view text) {
  const Ends ends = split_range(text);
  const auto first = parse_integer(ends.first);
  if (!first) return wrong(first.error().message, "write a range such as 1..1000");
  const auto last = parse_integer(ends.last);
  if (!last) return wrong(last.error().message, "write a range such as 1..1000", ends.last_offset);
  if (*last < *first)
    return wrong(fmt::format("the range \"{}\" runs backwards", text),
                 fmt::format("{}..{}?", ends.last, ends.first));
  return IntegerRange{*first, *last};
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
  const auto value = parse_scaled(
      text, {"a size", "KiB", size_units, 1, 0, Wide{1} << 50, "from 0B to 1048576GiB", "1B"});
  if (!value) return std::unexpected(value.error());
  return static_cast<std::uint64_t>(*value);
}

Parsed<std::uint64_t> parse_bandwidth(std::string_view text) {
  const auto value = parse_scaled(text, {"a bandwidth", "MiB/s", bandwidth_units, 8, 0,
                                         Wide{1} << 40, "from 0B/s to 1024GiB/s", "1B/s"});
  if (!value) return std::unexpected(value.error());
  return static_cast<std::uint64_t>(*value);
}

Parsed<sim::Ratio> parse_share(std::string_view text) {
  const auto value = parse_scaled(
      text, {"a share", "%", share_units, 1, 0, 4'000'000'000, "from 0% to 400%", "1ppb"});
  if (!value) return std::unexpected(value.error());
  return reduced(*value, 1'000'000'000);
}

Parsed<Rate> parse_rate(std::string_view text) {
  const auto value = parse_scaled(text, {"a rate", "/s", rate_units, 60, 0, 1'000'000'000'000,
                                         "from 0/s to 1000000000/s", "0.001/s"});
  if (!value) return std::unexpected(value.error());
  return Rate{static_cast<std::uint64_t>(*value)};
}

Parsed<std::int64_t> parse_drift(std::string_view text) {
  return parse_scaled(text, {"a drift", "ppm", share_units, 1, -499'999'999, 499'999'999,
                             "between -50% and 50%", "1ppb"});
}

Parsed<sim::Ratio> parse_factor(std::string_view text) {
  if (!text.starts_with('x')) return wrong(fmt::format("\"{}\" is not a factor", text), "write x3");
  auto ratio = parse_ratio(text.substr(1), "a factor such as x3", 1'000'000, 3);
  if (!ratio) return std::unexpected(moved(ratio.error(), 1));
  return ratio;
}

Parsed<sim::Ratio> parse_decimal(std::string_view text) {
  return parse_ratio(text, "a number such as 0.99", 1'000, 6);
}

Parsed<Quantity> parse_quantity(std::string_view text) {
  const auto number = parse_number(text, "a number");
  if (!number) return std::unexpected(number.error());
  const auto is_of = [&number](std::span<const NamedUnit> units) {
    return std::ranges::find(units, number->unit, &NamedUnit::name) != units.end();
  };
  const auto quantity = [](Unit unit, auto value) -> Parsed<Quantity> {
    if (!value) return std::unexpected(value.error());
    return Quantity{unit, static_cast<std::int64_t>(*value), {}};
  };
  if (is_of(plain_units)) return quantity(Unit::count, parse_integer(text));
  if (is_of(size_units)) return quantity(Unit::bytes, parse_size(text));
  if (is_of(duration_units))
    return quantity(Unit::duration, parse_scaled(text, duration_measurement));
  if (is_of(rate_units)) {
    const auto rate = parse_rate(text);
    if (!rate) return std::unexpected(rate.error());
    return Quantity{Unit::rate, static_cast<std::int64_t>(rate->per_1000_s), {}};
  }
  if (is_of(share_units)) {
    const auto share = parse_share(text);
    if (!share) return std::unexpected(share.error());
    return Quantity{Unit::share, 0, *share};
  }
  return wrong(fmt::format("\"{}\" is not a unit", number->unit),
               "units are ns, us, ms, s, min, h, %, ppm, /s, B, KiB, MiB", number->unit_offset);
}

}  // namespace splitvote::load
