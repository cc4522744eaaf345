// Quantiles of whole samples, by nearest rank: every figure printed is one that was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/error.hpp"

namespace splitvote::reports {

/// A share in parts per million, so that 99.9 % is exact: {999'000}.
struct Quantile {
  std::uint32_t ppm = 0;  // 0 .. 1'000'000

  constexpr auto operator<=>(const Quantile&) const = default;
};
inline constexpr Quantile p50{500'000};
inline constexpr Quantile p90{900'000};
inline constexpr Quantile p99{990'000};
inline constexpr Quantile p999{999'000};

/// `p50`, `p99.9`; 0 and 100 % are `min` and `max`.
[[nodiscard]] std::string to_string(Quantile quantile);

/// Samples in ascending order. The q-quantile of n samples is the ceil(q n)-th smallest of them
/// (the first for q = 0): at least a share q of the samples is no larger.
class Samples {
 public:
  Samples() = default;
  explicit Samples(std::vector<std::int64_t> values);

  [[nodiscard]] std::size_t count() const { return sorted_.size(); }
  [[nodiscard]] bool empty() const { return sorted_.empty(); }
  /// Nothing if there is no sample.
  [[nodiscard]] std::optional<std::int64_t> at(Quantile quantile) const;
  /// Rounded to the nearest whole; nothing if there is no sample.
  [[nodiscard]] std::optional<std::int64_t> mean() const;
  [[nodiscard]] const std::vector<std::int64_t>& sorted() const { return sorted_; }

  /// All samples of both.
  void merge(const Samples& other);

  bool operator==(const Samples&) const = default;

 private:
  std::vector<std::int64_t> sorted_;
};

}  // namespace splitvote::reports
