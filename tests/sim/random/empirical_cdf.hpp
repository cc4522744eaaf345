// The distance between samples and the distribution they should come from, and how far it may be.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace splitvote::tests {

/// The largest distance between the share of samples at most x and `cumulative(x)`, over all
/// integers x; `cumulative` is the distribution function of a whole-numbered value.
template <typename Cumulative>
[[nodiscard]] double cdf_distance(std::vector<std::int64_t> samples, Cumulative cumulative) {
  std::sort(samples.begin(), samples.end());
  const auto count = static_cast<double>(samples.size());
  double worst = 0;
  for (std::size_t first = 0; first < samples.size();) {
    std::size_t end = first;
    while (end < samples.size() && samples[end] == samples[first]) ++end;
    // Between two values that occur the share stands still while the truth rises: the extremes are
    // at the value and one before it.
    worst =
        std::max(worst, std::fabs(static_cast<double>(end) / count - cumulative(samples[first])));
    worst = std::max(
        worst, std::fabs(static_cast<double>(first) / count - cumulative(samples[first] - 1)));
    first = end;
  }
  return worst;
}

/// The Dvoretzky-Kiefer-Wolfowitz bound with Massart's constant: P(distance > bound) <= 1e-9.
[[nodiscard]] inline double dkw_bound(std::size_t samples) {
  return std::sqrt(std::log(2 / 1e-9) / (2 * static_cast<double>(samples)));
}

}  // namespace splitvote::tests
