// Zipf's law over ranks: how often clients ask for which key.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/base/ratio.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// Rank r of 0 … count-1 in proportion to (r + 1)^-exponent; exponent 0 makes all ranks alike. A
/// value; copies share the table.
class Zipf {
 public:
  static constexpr std::uint32_t count_max = 1'000'000;

  /// Always rank 0.
  Zipf() = default;

  /// 1 <= count <= count_max, 0 <= exponent <= 4. A million ranks take 8 MB and some 50 ms.
  [[nodiscard]] static Result<Zipf> create(std::uint32_t count, Ratio exponent);

  /// One draw. Each P(rank <= r) is within 2^-40 of the law (what is tested; the arithmetic is
  /// better).
  [[nodiscard]] std::uint32_t sample(Stream& stream) const {
    const std::uint64_t draw = stream.draw();
    return table_ ? find(draw) : static_cast<std::uint32_t>(below(draw, count_));
  }

  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] Ratio exponent() const { return exponent_; }

  /// The same law.
  bool operator==(const Zipf& other) const {
    return count_ == other.count_ && exponent_ == other.exponent_;
  }

 private:
  struct Table {
    std::vector<std::uint64_t> ends;  // the running sums of the weights
    std::vector<std::uint32_t>
        guides;  // the rank of the first draw with each value of its top bits
    int guide_shift = 0;
  };

  [[nodiscard]] std::uint32_t find(std::uint64_t draw) const;

  std::uint32_t count_ = 1;
  Ratio exponent_{0, 1};
  std::shared_ptr<const Table> table_;  // none for exponent 0
};

}  // namespace splitvote::sim
