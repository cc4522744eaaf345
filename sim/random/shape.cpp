// Sampling by inversion: a draw is taken for a share of all values, and the value of that share
// computed.
#include "sim/random/shape.hpp"

#include <algorithm>
#include <bit>

#include "sim/random/fixed_point.hpp"
#include "sim/random/normal_quantile.hpp"

namespace splitvote::sim {
namespace {

constexpr std::int64_t value_max = Distribution::value_max;

/// -log2 of a number drawn from the odd multiples of 2^-64 below 1, in units of 2^-57.
[[nodiscard]] std::uint64_t negative_log2(std::uint64_t draw) {
  return (std::uint64_t{64} << log2_bits) - log2_fixed(draw | 1);
}

[[nodiscard]] std::string cap_text(std::int64_t max, Distribution::ValueText text) {
  return max == value_max ? std::string() : concatenate({", max: ", text(max)});
}

[[nodiscard]] std::string ratio_text(Ratio ratio) {
  return concatenate({std::to_string(ratio.numerator), "/", std::to_string(ratio.denominator)});
}

/// A quantile as the scenario language writes it: in percent if that ends within nine digits.
[[nodiscard]] std::string quantile_text(Ratio quantile) {
  constexpr std::uint64_t scale_of_percent = 10'000'000;
  const std::uint64_t percent = std::uint64_t{quantile.numerator} * 100;
  const std::uint64_t whole = percent / quantile.denominator;
  const std::uint64_t rest = percent % quantile.denominator * scale_of_percent;
  if (rest % quantile.denominator != 0) return ratio_text(quantile);
  if (rest == 0) return concatenate({std::to_string(whole), "%"});
  std::string digits = std::to_string(scale_of_percent + rest / quantile.denominator);
  digits.erase(digits.find_last_not_of('0') + 1);
  return concatenate({std::to_string(whole), ".", std::string_view(digits).substr(1), "%"});
}

}  // namespace

std::string concatenate(std::initializer_list<std::string_view> pieces) {
  std::string result;
  for (const std::string_view piece : pieces) result += piece;
  return result;
}

std::int64_t scale(std::int64_t value, Ratio factor) {
  const Int128 denominator = factor.denominator;
  const Int128 twice = Int128{value} * factor.numerator * 2 + denominator;
  Int128 result = twice / (2 * denominator);
  if (twice < 0 && twice % (2 * denominator) != 0) --result;
  return static_cast<std::int64_t>(std::clamp<Int128>(result, -value_max, value_max));
}

std::int64_t scale_cap(std::int64_t max, Ratio factor) {
  return max == value_max ? max : scale(max, factor);
}

std::int64_t ExponentialShape::sample(Stream& stream) const {
  constexpr std::uint64_t ln_2 = 0xb17217f7d1cf79ac;  // in units of 2^-64
  const std::uint64_t binary = negative_log2(stream.draw());
  const auto natural = static_cast<std::uint64_t>(Uint128{binary} * ln_2 >> 64);
  const Uint128 product = Uint128{natural} * static_cast<std::uint64_t>(mean);
  const Uint128 rounded = (product + (Uint128{1} << (log2_bits - 1))) >> log2_bits;
  const auto cap = static_cast<std::uint64_t>(max);
  return rounded < cap ? static_cast<std::int64_t>(rounded) : max;
}

ExponentialShape ExponentialShape::scaled(Ratio factor) const {
  return {scale(mean, factor), scale_cap(max, factor)};
}

std::string ExponentialShape::describe(Distribution::ValueText text) const {
  return concatenate({"{exponential: {mean: ", text(mean), cap_text(max, text), "}}"});
}

std::int64_t LognormalShape::sample(Stream& stream) const {
  const Int128 z = normal_quantile(stream.draw());
  return multiply_exp2(p50, z * sigma >> normal_bits, max);
}

LognormalShape LognormalShape::scaled(Ratio factor) const {
  return {scale(p50, factor), sigma, scale_cap(max, factor)};
}

std::string LognormalShape::describe(Distribution::ValueText text) const {
  const std::int64_t p99 =
      multiply_exp2(p50, Int128{normal_z_99} * sigma >> normal_bits, value_max);
  return concatenate(
      {"{lognormal: {p50: ", text(p50), ", p99: ", text(p99), cap_text(max, text), "}}"});
}

std::int64_t ParetoShape::sample(Stream& stream) const {
  const std::uint64_t binary = negative_log2(stream.draw());
  return multiply_exp2(smallest, static_cast<Int128>(Uint128{binary} * exponent >> log2_bits), max);
}

ParetoShape ParetoShape::scaled(Ratio factor) const {
  return {scale(smallest, factor), alpha, exponent, scale_cap(max, factor)};
}

std::string ParetoShape::describe(Distribution::ValueText text) const {
  return concatenate({"{pareto: {min: ", text(smallest), ", alpha: ", ratio_text(alpha),
                      cap_text(max, text), "}}"});
}

std::int64_t MixtureShape::sample(Stream& stream) const {
  const std::uint64_t place = below(stream.draw(), ends.back());
  const auto end = std::upper_bound(ends.begin(), ends.end(), place);
  return parts[static_cast<std::size_t>(end - ends.begin())].distribution.sample(stream);
}

std::int64_t MixtureShape::minimum() const {
  std::int64_t result = INT64_MAX;
  for (const auto& part : parts) result = std::min(result, part.distribution.minimum());
  return result;
}

std::int64_t MixtureShape::maximum() const {
  std::int64_t result = INT64_MIN;
  for (const auto& part : parts) result = std::max(result, part.distribution.maximum());
  return result;
}

MixtureShape MixtureShape::scaled(Ratio factor) const {
  MixtureShape result = *this;
  for (auto& part : result.parts) part.distribution = part.distribution.scaled(factor);
  return result;
}

std::string MixtureShape::describe(Distribution::ValueText text) const {
  std::string result;
  for (const auto& part : parts) {
    result += result.empty() ? "{mixture: [" : ", ";
    result += concatenate({"{weight: ", std::to_string(part.weight),
                           ", value: ", part.distribution.describe(text), "}"});
  }
  result += "]}";
  return result;
}

EmpiricalShape empirical_shape(std::vector<QuantilePoint> points) {
  const auto threshold = [](Ratio quantile) {
    return static_cast<std::uint64_t>((Uint128{quantile.numerator} << 63) / quantile.denominator);
  };
  std::vector<EmpiricalShape::Segment> segments;
  segments.reserve(points.size() - 1);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    EmpiricalShape::Segment segment;
    segment.first = threshold(points[i].quantile);
    // Two quantiles may be so near to each other that no draw lies between; such a segment is
    // never chosen.
    const std::uint64_t width =
        std::max<std::uint64_t>(threshold(points[i + 1].quantile) - segment.first, 1);
    segment.zeros = std::countl_zero(width);
    const Uint128 reciprocal = (Uint128{1} << 127) / (width << segment.zeros);
    segment.reciprocal = static_cast<std::uint64_t>(std::min<Uint128>(reciprocal, UINT64_MAX));
    segments.push_back(segment);
  }
  return {std::move(points), std::move(segments)};
}

std::int64_t EmpiricalShape::sample(Stream& stream) const {
  const std::uint64_t draw = stream.draw() >> 1;
  const auto behind = std::upper_bound(
      segments.begin(), segments.end(), draw,
      [](std::uint64_t place, const Segment& segment) { return place < segment.first; });
  const auto index = static_cast<std::size_t>(behind - segments.begin()) - 1;
  const Segment& segment = segments[index];
  const std::uint64_t place = (draw - segment.first) << segment.zeros;
  const auto fraction = static_cast<std::uint64_t>(Uint128{place} * segment.reciprocal >> 63);
  const std::int64_t first = points[index].value;
  const auto rise = static_cast<std::uint64_t>(points[index + 1].value - first);
  const Uint128 rounded = (Uint128{rise} * fraction + (Uint128{1} << 63)) >> 64;
  return first + static_cast<std::int64_t>(rounded);
}

EmpiricalShape EmpiricalShape::scaled(Ratio factor) const {
  EmpiricalShape result = *this;
  for (auto& point : result.points) point.value = scale(point.value, factor);
  return result;
}

std::string EmpiricalShape::describe(Distribution::ValueText text) const {
  std::string result;
  for (const auto& point : points) {
    result += result.empty() ? "{empirical: [" : ", ";
    result += concatenate({"[", quantile_text(point.quantile), ", ", text(point.value), "]"});
  }
  result += "]}";
  return result;
}

}  // namespace splitvote::sim
