// The explanation of a violation of k-atomicity: as few operations of one key as contradict.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/consistency/belief.hpp"
#include "models/consistency/history.hpp"
#include "models/consistency/shrinking.hpp"
#include "models/consistency/verdict.hpp"
#include "models/consistency/write_order.hpp"

namespace splitvote::consistency {

/// What contradicts, before anything is taken out of it: what the clash names if nobody wrote a
/// value, else those operations of the key that show when the spans close and are read last.
struct StaleClash {
  Clash clash{.kind = ClashKind::no_order};
  std::vector<std::uint32_t> operations;
  bool between = false;  // k writes came between the write of a value and a read of it
};

/// `k` is less than what the stalest span needs.
[[nodiscard]] StaleClash too_stale(std::span<const ValueSpan> spans, std::uint32_t stalest,
                                   std::uint32_t k);
/// A search found no order.
[[nodiscard]] StaleClash without_order(std::span<const ValueSpan> spans,
                                       const WriteOrderSearch& search);

class StaleContradiction {
 public:
  StaleContradiction(const History& history, std::span<const KeyOperation> operations,
                     std::uint32_t k);

  [[nodiscard]] Contradiction explain(const StaleClash& clash);

 private:
  [[nodiscard]] Answer ask(std::span<const std::uint32_t> believed);
  [[nodiscard]] std::string reason(const StaleClash& clash) const;
  [[nodiscard]] std::string origins(std::span<const std::uint32_t> believed) const;

  const History& history_;
  const std::span<const KeyOperation> operations_;
  const std::uint32_t k_;
  std::uint64_t configurations_left_;
};

}  // namespace splitvote::consistency
