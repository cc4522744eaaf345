// The inverse of the standard normal distribution, for lognormal draws.
#pragma once

#include <cstdint>

namespace splitvote::sim {

inline constexpr int normal_bits = 58;

/// The z of u = 0.99, 2.32634787…, in units of 2^-58.
inline constexpr std::int64_t normal_z_99 = 0x94e2e23187f8763;

/// The z for which a standard normal value lies below z with chance u = (draw + 1/2) / 2^64, in
/// units of 2^-58; within 2^-25 of the true quantile, and exactly odd about u = 1/2.
[[nodiscard]] std::int64_t normal_quantile(std::uint64_t draw);

}  // namespace splitvote::sim
