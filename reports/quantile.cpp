// How quantiles are called, and which rank of the samples each stands for.
#include "reports/quantile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace splitvote::reports {

namespace {

constexpr std::uint32_t whole_ppm = 1'000'000;
constexpr std::uint32_t percent_ppm = 10'000;

}  // namespace

std::string to_string(Quantile quantile) {
  if (quantile.ppm == 0) return "min";
  if (quantile.ppm >= whole_ppm) return "max";
  std::string text = fmt::format("p{}", quantile.ppm / percent_ppm);
  const std::uint32_t rest = quantile.ppm % percent_ppm;
  if (rest == 0) return text;
  std::string decimals = fmt::format("{:04}", rest);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return text + "." + decimals;
}

Samples::Samples(std::vector<std::int64_t> values) : sorted_(std::move(values)) {
  std::ranges::sort(sorted_);
}

std::optional<std::int64_t> Samples::at(Quantile quantile) const {
  if (sorted_.empty()) return std::nullopt;
  const auto count = static_cast<unsigned __int128>(sorted_.size());
  const auto rank = (count * quantile.ppm + whole_ppm - 1) / whole_ppm;  // from 1
  const auto index = static_cast<std::size_t>(rank == 0 ? 0 : rank - 1);
  return sorted_[std::min(index, sorted_.size() - 1)];
}

std::optional<std::int64_t> Samples::mean() const {
  if (sorted_.empty()) return std::nullopt;
  __int128 sum = 0;
  for (const std::int64_t value : sorted_) sum += value;
  const auto count = static_cast<__int128>(sorted_.size());
  const __int128 half = sum < 0 ? -count / 2 : count / 2;
  return static_cast<std::int64_t>((sum + half) / count);
}

void Samples::merge(const Samples& other) {
  std::vector<std::int64_t> both;
  both.reserve(sorted_.size() + other.sorted_.size());
  std::ranges::merge(sorted_, other.sorted_, std::back_inserter(both));
  sorted_ = std::move(both);
}

}  // namespace splitvote::reports
