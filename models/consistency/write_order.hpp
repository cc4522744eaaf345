// An order of a key's writes in which every read is told one of the last k values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/value_spans.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// What is known of the smallest k without a search; README.md says why.
struct VersionBounds {
  std::uint32_t at_least = 1;
  std::uint32_t at_most = 1;
  std::uint32_t stalest = 0;  // the span whose last read needs `at_least`
};

/// O(n log n).
[[nodiscard]] VersionBounds bound_versions(std::span<const ValueSpan> spans);

/// Goes from the front through all orders at once, a write further each time. For k = 1 and 2
/// O(c^2 n) at most, where c writes are open at one time; above, the answers may take more than
/// the budget.
class WriteOrderSearch {
 public:
  /// `spans` lie in the order of `opens`.
  WriteOrderSearch(std::span<const ValueSpan> spans, std::uint32_t k) : spans_(spans), k_(k) {}

  /// Tries so many configurations at most.
  [[nodiscard]] Verdict run(std::uint64_t configurations_max);
  [[nodiscard]] std::uint64_t configurations() const { return configurations_; }

  /// If violated: the spans that have no order by themselves, and up to which position their
  /// operations can have mattered.
  [[nodiscard]] const std::vector<std::uint32_t>& without_order() const { return without_order_; }
  [[nodiscard]] Position furthest() const { return furthest_; }

 private:
  /// A write that was placed and is read later than some write closes that is left: all those must
  /// come before k - 1 others have come behind it.
  struct Duty {
    Position last_read = 0;
    std::uint32_t place = 0;

    constexpr auto operator<=>(const Duty&) const = default;
  };
  /// Writes were placed, as many as in every configuration of the round.
  struct Configuration {
    std::vector<std::uint32_t> open;  // may come next, by number
    std::vector<Duty> duties;         // by place, and so by last_read
    std::uint32_t next = 0;           // from here on nothing may come next

    constexpr auto operator<=>(const Configuration&) const = default;
  };

  [[nodiscard]] bool may_come(const Configuration& from, std::uint32_t span) const;
  [[nodiscard]] bool place(const Configuration& from, std::uint32_t span, Configuration& to);
  void open(Configuration& configuration) const;
  [[nodiscard]] Position first_close(const Configuration& configuration) const;
  [[nodiscard]] bool can_be_done(const Configuration& configuration, const Duty& duty) const;
  void tell_without_order(const Configuration& settled);

  std::span<const ValueSpan> spans_;
  std::uint32_t k_;
  std::uint32_t placed_ = 0;
  std::uint64_t configurations_ = 0;
  std::vector<std::uint32_t> without_order_;
  Position furthest_ = 0;
};

}  // namespace splitvote::consistency
