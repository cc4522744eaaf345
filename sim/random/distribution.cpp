// Making distributions: what each kind demands of its parameters, and how a new one comes of an
// old.
#include "sim/random/distribution.hpp"

#include <algorithm>
#include <array>

#include "sim/random/fixed_point.hpp"
#include "sim/random/normal_quantile.hpp"
#include "sim/random/shape.hpp"

namespace splitvote::sim {
namespace {

constexpr std::int64_t sigma_max = 16;

[[nodiscard]] bool in_range(std::int64_t value) {
  return value >= -Distribution::value_max && value <= Distribution::value_max;
}

[[nodiscard]] std::unexpected<Error> out_of_range(const char* kind) {
  return failure(concatenate({kind, " has a value beyond 2^60 (36 years in nanoseconds)"}));
}

[[nodiscard]] std::string plain(std::int64_t value) { return std::to_string(value); }

}  // namespace

Result<Distribution> Distribution::constant(std::int64_t value) {
  if (!in_range(value)) return out_of_range("a constant");
  Distribution result;
  result.base_ = value;
  return result;
}

Result<Distribution> Distribution::uniform(std::int64_t first, std::int64_t last) {
  if (!in_range(first) || !in_range(last)) return out_of_range("uniform");
  if (first > last) return failure("uniform needs its first value not above its last");
  Distribution result;
  result.base_ = first;
  result.spread_ = last - first;
  return result;
}

Result<Distribution> Distribution::jittered(std::int64_t base, std::int64_t jitter) {
  if (jitter < 0) return failure("jitter must not be negative");
  if (!in_range(base) || jitter > value_max - base) return out_of_range("a value with jitter");
  return uniform(base, base + jitter);
}

Result<Distribution> Distribution::exponential(std::int64_t mean, std::int64_t max) {
  if (mean <= 0) return failure("exponential needs a mean above 0");
  if (max <= 0) return failure("exponential needs a max above 0");
  if (!in_range(mean) || !in_range(max)) return out_of_range("exponential");
  return of_shape({ExponentialShape{mean, max}});
}

Result<Distribution> Distribution::lognormal(std::int64_t p50, std::int64_t p99, std::int64_t max) {
  if (p50 <= 0) return failure("lognormal needs a p50 above 0");
  if (p99 < p50) return failure("lognormal needs its p99 not below its p50");
  if (max <= 0) return failure("lognormal needs a max above 0");
  if (!in_range(p99) || !in_range(max)) return out_of_range("lognormal");
  const Int128 distance =
      log2_fixed(static_cast<std::uint64_t>(p99)) - log2_fixed(static_cast<std::uint64_t>(p50));
  const auto sigma = static_cast<std::int64_t>((distance << normal_bits) / normal_z_99);
  return of_shape({LognormalShape{p50, sigma, max}});
}

Result<Distribution> Distribution::lognormal_sigma(std::int64_t p50, Ratio sigma,
                                                   std::int64_t max) {
  if (p50 <= 0) return failure("lognormal needs a p50 above 0");
  if (sigma.denominator == 0 || sigma.numerator / sigma.denominator >= sigma_max)
    return failure("lognormal needs a sigma from 0 to below 16");
  if (max <= 0) return failure("lognormal needs a max above 0");
  if (!in_range(p50) || !in_range(max)) return out_of_range("lognormal");
  const Int128 binary = Int128{fixed_point::log2_e_q61} * sigma.numerator / sigma.denominator;
  return of_shape(
      {LognormalShape{p50, static_cast<std::int64_t>(binary >> (61 - log2_bits)), max}});
}

Result<Distribution> Distribution::pareto(std::int64_t minimum, Ratio alpha, std::int64_t max) {
  if (minimum <= 0) return failure("pareto needs a minimum above 0");
  if (max < minimum) return failure("pareto needs its max not below its minimum");
  if (!in_range(max)) return out_of_range("pareto");
  const std::uint64_t numerator = alpha.numerator;
  const std::uint64_t denominator = alpha.denominator;
  if (denominator == 0 || numerator * 64 < denominator || numerator > denominator * 1024)
    return failure("pareto needs an alpha from 1/64 to 1024");
  const auto exponent = static_cast<std::uint64_t>((Uint128{denominator} << log2_bits) / numerator);
  return of_shape({ParetoShape{minimum, alpha, exponent, max}});
}

Result<Distribution> Distribution::mixture(std::span<const WeightedDistribution> parts) {
  MixtureShape shape;
  std::uint64_t end = 0;
  for (const WeightedDistribution& part : parts) {
    if (part.weight == 0) continue;
    end += part.weight;
    shape.parts.push_back(part);
    shape.ends.push_back(end);
  }
  if (end == 0) return failure("a mixture needs a part with a weight above 0");
  return of_shape({std::move(shape)});
}

Result<Distribution> Distribution::empirical(std::span<const QuantilePoint> points) {
  const auto product = [](Ratio a, Ratio b) { return std::uint64_t{a.numerator} * b.denominator; };
  for (const QuantilePoint& point : points) {
    if (point.quantile.denominator == 0) return failure("a quantile's denominator must not be 0");
    if (!in_range(point.value)) return out_of_range("empirical");
  }
  if (points.size() < 2 || points.front().quantile.numerator != 0 ||
      points.back().quantile.numerator != points.back().quantile.denominator)
    return failure("empirical needs its first point at quantile 0 % and its last at 100 %");
  for (std::size_t i = 1; i < points.size(); ++i) {
    const QuantilePoint& before = points[i - 1];
    const QuantilePoint& point = points[i];
    if (product(point.quantile, before.quantile) <= product(before.quantile, point.quantile))
      return failure("empirical needs its quantiles in rising order");
    if (point.value < before.value) return failure("empirical needs its values in rising order");
  }
  return of_shape({empirical_shape({points.begin(), points.end()})});
}

Distribution Distribution::of_shape(Shape shape) {
  Distribution result;
  result.shape_ = std::make_shared<const Shape>(std::move(shape));
  return result;
}

Result<Distribution> Distribution::with_jitter(std::int64_t jitter) const {
  if (jitter < 0) return failure("jitter must not be negative");
  if (spread_ != 0 && jitter != 0)
    return failure("a uniform value takes no jitter; give it a wider range instead");
  if (jitter > value_max - base_) return out_of_range("a value with jitter");
  Distribution result = *this;
  result.spread_ += jitter;
  return result;
}

Distribution Distribution::scaled(Ratio factor) const {
  Distribution result;
  result.base_ = scale(base_, factor);
  result.spread_ = scale(base_ + spread_, factor) - result.base_;
  if (shape_) {
    result.shape_ = std::visit(
        [&](const auto& shape) {
          return std::make_shared<const Shape>(Shape{shape.scaled(factor)});
        },
        shape_->kind);
  }
  return result;
}

Distribution Distribution::shifted(std::int64_t by) const {
  const auto moved = [by](std::int64_t value) {
    return static_cast<std::int64_t>(std::clamp<Int128>(Int128{value} + by, -value_max, value_max));
  };
  Distribution result = *this;
  result.base_ = moved(base_);
  result.spread_ = moved(base_ + spread_) - result.base_;
  return result;
}

Distribution Distribution::widened(std::int64_t by) const {
  Distribution result = *this;
  const Int128 end = std::clamp<Int128>(Int128{base_} + spread_ + by, base_, value_max);
  result.spread_ = static_cast<std::int64_t>(end - base_);
  return result;
}

std::int64_t Distribution::sample_shape(Stream& stream) const {
  const std::int64_t value =
      std::visit([&](const auto& shape) { return shape.sample(stream); }, shape_->kind);
  return std::clamp(value, -value_max, value_max);
}

std::int64_t Distribution::minimum() const {
  if (!shape_) return base_;
  return base_ +
         std::clamp(std::visit([](const auto& shape) { return shape.minimum(); }, shape_->kind),
                    -value_max, value_max);
}

std::int64_t Distribution::maximum() const {
  if (!shape_) return base_ + spread_;
  return base_ + spread_ +
         std::clamp(std::visit([](const auto& shape) { return shape.maximum(); }, shape_->kind),
                    -value_max, value_max);
}

std::string Distribution::name() const {
  if (!shape_) return spread_ == 0 ? "constant" : "uniform";
  constexpr std::array names = {"exponential", "lognormal", "pareto", "mixture", "empirical"};
  return names[shape_->kind.index()];
}

std::string Distribution::describe() const { return describe(plain); }

std::string Distribution::describe(ValueText text) const {
  if (!shape_ && spread_ == 0) return text(base_);
  if (!shape_) return concatenate({"{uniform: [", text(base_), ", ", text(base_ + spread_), "]}"});
  std::string result =
      std::visit([&](const auto& shape) { return shape.describe(text); }, shape_->kind);
  if (base_ != 0) result += concatenate({" + ", text(base_)});
  if (spread_ != 0) result += concatenate({" + {uniform: [", text(0), ", ", text(spread_), "]}"});
  return result;
}

bool Distribution::operator==(const Distribution& other) const {
  if (base_ != other.base_ || spread_ != other.spread_) return false;
  if (shape_ == other.shape_) return true;
  return shape_ && other.shape_ && *shape_ == *other.shape_;
}

}  // namespace splitvote::sim
