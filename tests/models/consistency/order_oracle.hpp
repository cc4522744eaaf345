// Linearizability and k-atomicity by brute force: every order, every choice of what unanswered
// operations did.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// Written from models/consistency/operation.hpp alone and without any idea: only for a few
/// operations on one key.
class OrderOracle {
 public:
  explicit OrderOracle(const consistency::History& history);

  [[nodiscard]] bool linearizable();
  /// Whether it is if only these are believed; see consistency::Contradiction.
  [[nodiscard]] bool linearizable(std::span<const consistency::OperationId> believed);

  /// Of a history of reads, writes and removes.
  [[nodiscard]] bool k_atomic(std::size_t k);
  [[nodiscard]] bool k_atomic(std::size_t k, std::span<const consistency::OperationId> believed);

 private:
  struct Item {
    consistency::Operation operation;
    bool must = false;  // take effect
  };
  using States = std::vector<std::string>;  // the newest last, all that there were
  [[nodiscard]] bool extend(const States& states, std::uint32_t done);
  [[nodiscard]] bool apply(const consistency::Operation& operation, States& states) const;
  [[nodiscard]] std::string spell(consistency::ValueId value) const;

  const consistency::History& history_;
  std::vector<Item> items_;
  std::size_t k_ = 1;
};

}  // namespace splitvote::testing
