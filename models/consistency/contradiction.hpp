// The explanation of a violation: as few operations of one key as contradict, in words.
#pragma once

#include <span>
#include <vector>

#include "models/consistency/belief.hpp"
#include "models/consistency/history.hpp"
#include "models/consistency/key_operations.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/shrinking.hpp"
#include "models/consistency/zones.hpp"

namespace splitvote::consistency {

/// Asks by zones, and where they cannot say by a bounded search.
class ContradictionSearch {
 public:
  ContradictionSearch(const History& history, std::span<const KeyOperation> operations,
                      Memory memory);

  [[nodiscard]] Contradiction explain(const Clash& clash);

 private:
  [[nodiscard]] std::vector<std::uint32_t> first_set(const Clash& clash);
  [[nodiscard]] std::vector<std::uint32_t> last_returns(Position position);
  [[nodiscard]] Answer ask(std::span<const std::uint32_t> believed);
  [[nodiscard]] Answer ask_of(std::span<const KeyOperation> operations);
  [[nodiscard]] std::string reason(const Clash& clash, std::size_t size) const;
  [[nodiscard]] std::string value(std::uint32_t operation) const;
  [[nodiscard]] std::string origins(std::span<const std::uint32_t> believed) const;

  const History& history_;
  const std::span<const KeyOperation> operations_;
  const Memory memory_;
  ZoneCheck zones_;
  std::uint64_t configurations_left_;
};

}  // namespace splitvote::consistency
