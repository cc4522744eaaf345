// Which of many things must come before which others, directly or not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace splitvote::consistency {

struct Arc {
  std::uint32_t earlier = 0;
  std::uint32_t later = 0;
};

/// A bit for each pair, so only for some ten thousand things.
class Reachability {
 public:
  static constexpr std::uint32_t size_max = 1u << 16;  // 512 MiB

  explicit Reachability(std::uint32_t size);

  /// False if the arcs have a circle; then nothing is known, else the depths.
  [[nodiscard]] bool sort(std::span<const Arc> arcs);
  /// Of the arcs that were sorted, and of at most `size_max` things.
  void close();

  /// As it was when closed last; also if the two are the same.
  [[nodiscard]] bool reaches(std::uint32_t from, std::uint32_t to) const {
    return (rows_[std::size_t{from} * words_ + to / 64] >> (to % 64) & 1) != 0;
  }
  /// By thing: how many arcs the longest way to it has.
  [[nodiscard]] std::span<const std::uint32_t> depths() const { return depths_; }
  /// Words that were joined so far.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  void join(std::uint32_t into, std::uint32_t from);

  std::uint32_t size_;
  std::size_t words_;                // of a row
  std::vector<std::uint32_t> ends_;  // by thing: of those behind it
  std::vector<std::uint32_t> laters_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint64_t> rows_;
  std::vector<std::uint32_t> depths_;
  std::uint64_t steps_ = 0;
};

}  // namespace splitvote::consistency
