// Distributions of integers (nanoseconds, mostly) that are sampled with integer arithmetic alone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "sim/base/error.hpp"
#include "sim/base/ratio.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// A quantile of a measured distribution: this share of all values is at most `value`.
struct QuantilePoint {
  Ratio quantile;
  std::int64_t value = 0;

  constexpr bool operator==(const QuantilePoint&) const = default;
};

struct WeightedDistribution;

/// base + uniform [0, spread] + a value of a shape, if there is one. A value; a copy of one without
/// a shape (constant, uniform, jittered) copies two numbers, the others share their parameters.
/// Parameters lie within ±value_max, those that `scaled` and `shifted` would move beyond stop
/// there, and no sample overflows. Samples are rounded to the nearest integer.
class Distribution {
 public:
  static constexpr std::int64_t value_max = std::int64_t{1} << 60;  // 36 years in nanoseconds

  /// Always 0.
  Distribution() = default;

  // Each factory refuses parameters that make no sense, or lie beyond value_max, with a sentence.
  // A `max` is a cap: what would be larger is `max` instead; quantiles below it stay as they are.

  [[nodiscard]] static Result<Distribution> constant(std::int64_t value);
  /// Every integer in [first, last] alike.
  [[nodiscard]] static Result<Distribution> uniform(std::int64_t first, std::int64_t last);
  /// uniform [base, base + jitter]
  [[nodiscard]] static Result<Distribution> jittered(std::int64_t base, std::int64_t jitter);
  /// mean > 0
  [[nodiscard]] static Result<Distribution> exponential(std::int64_t mean,
                                                        std::int64_t max = value_max);
  /// 0 < p50 <= p99: half of the values and 99 % of them, respectively, lie below.
  [[nodiscard]] static Result<Distribution> lognormal(std::int64_t p50, std::int64_t p99,
                                                      std::int64_t max = value_max);
  /// The same by the standard deviation of the natural logarithm, below 16.
  [[nodiscard]] static Result<Distribution> lognormal_sigma(std::int64_t p50, Ratio sigma,
                                                            std::int64_t max = value_max);
  /// P(value > x) = (minimum / x)^alpha; minimum > 0, alpha from 1/64 to 1024 (it may exceed 1).
  [[nodiscard]] static Result<Distribution> pareto(std::int64_t minimum, Ratio alpha,
                                                   std::int64_t max = value_max);
  /// One of the parts, in proportion to the weights; the weights' sum is above 0.
  [[nodiscard]] static Result<Distribution> mixture(std::span<const WeightedDistribution> parts);
  /// Linear between the points, which start at quantile 0, end at quantile 1 and rise.
  [[nodiscard]] static Result<Distribution> empirical(std::span<const QuantilePoint> points);

  /// This distribution plus uniform [0, jitter]; refused if it has a uniform part already.
  [[nodiscard]] Result<Distribution> with_jitter(std::int64_t jitter) const;

  /// Every value times the factor, whose denominator is above 0 and which may exceed 1.
  [[nodiscard]] Distribution scaled(Ratio factor) const;
  /// Every value plus `by`, which may be negative; then samples may be, too.
  [[nodiscard]] Distribution shifted(std::int64_t by) const;
  /// The uniform part reaching `by` further up, which is not negative; one that has none gets it.
  [[nodiscard]] Distribution widened(std::int64_t by) const;

  /// A constant draws nothing, a uniform draws once.
  [[nodiscard]] std::int64_t sample(Stream& stream) const {
    std::int64_t value = base_;
    if (spread_ != 0) value += sim::uniform(stream, 0, spread_);
    if (shape_) value += sample_shape(stream);
    return value;
  }

  /// The bounds of every sample.
  [[nodiscard]] std::int64_t minimum() const;
  [[nodiscard]] std::int64_t maximum() const;

  /// The value that is always drawn, if there is only one.
  [[nodiscard]] bool is_constant() const { return spread_ == 0 && !shape_; }

  /// `constant`, `uniform`, `exponential`, `lognormal`, `pareto`, `mixture` or `empirical`.
  [[nodiscard]] std::string name() const;

  using ValueText = std::string (*)(std::int64_t value);
  /// In the scenario language's words, `{exponential: {mean: 2000, max: 10000}}`, with values as
  /// `text` writes them; a constant is its value alone.
  [[nodiscard]] std::string describe(ValueText text) const;
  [[nodiscard]] std::string describe() const;  // plain integers

  /// Equal parameters, hence equal samples from equal streams.
  [[nodiscard]] bool operator==(const Distribution& other) const;

 private:
  struct Shape;

  [[nodiscard]] static Distribution of_shape(Shape shape);
  [[nodiscard]] std::int64_t sample_shape(Stream& stream) const;

  std::int64_t base_ = 0;
  std::int64_t spread_ = 0;
  std::shared_ptr<const Shape> shape_;
};

struct WeightedDistribution {
  std::uint32_t weight = 1;
  Distribution distribution;

  bool operator==(const WeightedDistribution&) const = default;
};

}  // namespace splitvote::sim
