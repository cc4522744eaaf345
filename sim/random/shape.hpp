// The shapes a distribution may have: their parameters, how each is sampled, scaled and bounded.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/random/distribution.hpp"

namespace splitvote::sim {

// Private to the distribution. Every shape draws once; a mixture draws once
// to choose, and then as its part does.

struct ExponentialShape {
  std::int64_t mean = 0;
  std::int64_t max = 0;

  [[nodiscard]] std::int64_t sample(Stream& stream) const;
  [[nodiscard]] std::int64_t minimum() const { return 0; }
  [[nodiscard]] std::int64_t maximum() const { return max; }
  [[nodiscard]] ExponentialShape scaled(Ratio factor) const;
  [[nodiscard]] std::string describe(Distribution::ValueText text) const;
  bool operator==(const ExponentialShape&) const = default;
};

struct LognormalShape {
  std::int64_t p50 = 0;
  std::int64_t sigma = 0;  // of log2(value), in units of 2^-57
  std::int64_t max = 0;

  [[nodiscard]] std::int64_t sample(Stream& stream) const;
  [[nodiscard]] std::int64_t minimum() const { return 0; }
  [[nodiscard]] std::int64_t maximum() const { return max; }
  [[nodiscard]] LognormalShape scaled(Ratio factor) const;
  [[nodiscard]] std::string describe(Distribution::ValueText text) const;
  bool operator==(const LognormalShape&) const = default;
};

struct ParetoShape {
  std::int64_t smallest = 0;
  Ratio alpha;
  std::uint64_t exponent = 0;  // 1 / alpha in units of 2^-57
  std::int64_t max = 0;

  [[nodiscard]] std::int64_t sample(Stream& stream) const;
  [[nodiscard]] std::int64_t minimum() const { return smallest; }
  [[nodiscard]] std::int64_t maximum() const { return max; }
  [[nodiscard]] ParetoShape scaled(Ratio factor) const;
  [[nodiscard]] std::string describe(Distribution::ValueText text) const;
  bool operator==(const ParetoShape&) const = default;
};

struct MixtureShape {
  std::vector<WeightedDistribution> parts;  // each weight above 0
  std::vector<std::uint64_t> ends;          // the weights' running sums

  [[nodiscard]] std::int64_t sample(Stream& stream) const;
  [[nodiscard]] std::int64_t minimum() const;
  [[nodiscard]] std::int64_t maximum() const;
  [[nodiscard]] MixtureShape scaled(Ratio factor) const;
  [[nodiscard]] std::string describe(Distribution::ValueText text) const;
  bool operator==(const MixtureShape&) const = default;
};

struct EmpiricalShape {
  /// The draws (of 63 bits) between one point and the next, prepared so that a sample does not
  /// divide.
  struct Segment {
    std::uint64_t first = 0;       // the smallest draw
    std::uint64_t reciprocal = 0;  // 2^127 / (width << zeros), at most 2^64 - 1
    int zeros = 0;                 // in front of the width
    bool operator==(const Segment&) const = default;
  };

  std::vector<QuantilePoint> points;
  std::vector<Segment> segments;  // one fewer than points

  [[nodiscard]] std::int64_t sample(Stream& stream) const;
  [[nodiscard]] std::int64_t minimum() const { return points.front().value; }
  [[nodiscard]] std::int64_t maximum() const { return points.back().value; }
  [[nodiscard]] EmpiricalShape scaled(Ratio factor) const;
  [[nodiscard]] std::string describe(Distribution::ValueText text) const;
  bool operator==(const EmpiricalShape&) const = default;
};

[[nodiscard]] EmpiricalShape empirical_shape(std::vector<QuantilePoint> points);

struct Distribution::Shape {
  std::variant<ExponentialShape, LognormalShape, ParetoShape, MixtureShape, EmpiricalShape> kind;
  bool operator==(const Shape&) const = default;
};

/// The pieces in one string. (For `"literal" + temporary` g++ 12 warns of an overlap that cannot
/// be.)
[[nodiscard]] std::string concatenate(std::initializer_list<std::string_view> pieces);

/// value * factor, rounded to the nearest integer, within ±value_max.
[[nodiscard]] std::int64_t scale(std::int64_t value, Ratio factor);
/// The same for a cap, where value_max means that there is none.
[[nodiscard]] std::int64_t scale_cap(std::int64_t max, Ratio factor);

}  // namespace splitvote::sim
