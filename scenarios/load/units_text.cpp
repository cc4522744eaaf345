// Writing numbers with units: the shortest exact text, in the largest unit that suits.
#include <fmt/format.h>

#include <array>

#include "scenarios/load/units.hpp"

namespace splitvote::load {
namespace {

/// value / scale as a decimal without trailing zeros; scale is a power of ten.
std::string decimal(std::uint64_t value, std::uint64_t scale) {
  std::string text = std::to_string(value / scale);
  std::uint64_t rest = value % scale;
  if (rest != 0) text += '.';
  for (; rest != 0; rest %= scale) {
    scale /= 10;
    text += static_cast<char>('0' + rest / scale);
  }
  return text;
}

/// A ratio whose denominator divides 10^9, times `times`, as a decimal.
std::string ratio_text(sim::Ratio value, std::uint64_t times) {
  constexpr std::uint64_t scale = 1'000'000'000;
  return decimal(static_cast<std::uint64_t>(value.numerator) * (scale / value.denominator) * times,
                 scale);
}

}  // namespace

std::string to_text(sim::Duration value) {
  struct Scale {
    std::uint64_t ns;
    std::string_view unit;
  };
  constexpr std::array scales = {Scale{1'000'000'000, "s"}, Scale{1'000'000, "ms"},
                                 Scale{1'000, "us"}};
  const bool negative = value.ns < 0;
  const std::uint64_t ns =
      negative ? -static_cast<std::uint64_t>(value.ns) : static_cast<std::uint64_t>(value.ns);
  const std::string_view sign = negative ? "-" : "";
  if (ns == 0) return "0ms";
  for (const Scale& scale : scales)
    // Three digits behind the point at most: beyond, the smaller unit reads better.
    if (ns >= scale.ns && ns % (scale.ns / 1'000) == 0)
      return fmt::format("{}{}{}", sign, decimal(ns, scale.ns), scale.unit);
  return fmt::format("{}{}ns", sign, ns);
}

std::string to_text(const models::DurationRange& value) {
  return to_text(value.first) + ".." + to_text(value.last);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes != 0 && bytes % (1 << 30) == 0) return fmt::format("{}GiB", bytes >> 30);
  if (bytes != 0 && bytes % (1 << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
  if (bytes != 0 && bytes % (1 << 10) == 0) return fmt::format("{}KiB", bytes >> 10);
  return fmt::format("{}B", bytes);
}

std::string bandwidth_text(std::uint64_t bytes_per_second) {
  return size_text(bytes_per_second) + "/s";
}

std::string share_text(sim::Ratio value) { return ratio_text(value, 100) + "%"; }

std::string to_text(Rate value) { return decimal(value.per_1000_s, 1'000) + "/s"; }

std::string drift_text(std::int64_t ppb) {
  const bool negative = ppb < 0;
  const auto magnitude = static_cast<std::uint64_t>(negative ? -ppb : ppb);
  return fmt::format("{}{}ppm", negative ? "-" : "", decimal(magnitude, 1'000));
}

std::string factor_text(sim::Ratio value) { return "x" + ratio_text(value, 1); }

std::string decimal_text(sim::Ratio value) { return ratio_text(value, 1); }

std::string to_text(const Quantity& value) {
  switch (value.unit) {
    case Unit::count:
      return std::to_string(value.value);
    case Unit::duration:
      return to_text(sim::Duration{value.value});
    case Unit::share:
      return share_text(value.share);
    case Unit::rate:
      return to_text(Rate{static_cast<std::uint64_t>(value.value)});
    case Unit::bytes:
      return size_text(static_cast<std::uint64_t>(value.value));
  }
  return {};
}

}  // namespace splitvote::load
