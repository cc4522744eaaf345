// The models of transactions by brute force: every order of the transactions, every interleaving
// of their snapshots and commits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "models/consistency/transaction_history.hpp"

namespace splitvote::testing {

/// Written from the definitions alone: only for a few transactions. What read-committed,
/// read-atomic and causal say of lists is not here.
class TransactionOracle {
 public:
  explicit TransactionOracle(const consistency::TransactionHistory& history);

  [[nodiscard]] bool allows(std::string_view model);

 private:
  using Order = std::vector<std::size_t>;                        // of nodes
  using State = std::vector<std::vector<consistency::ValueId>>;  // by key, a register's is one
  struct Read {
    consistency::KeyId key{};
    std::optional<std::size_t> writer;  // nobody: as it was at the beginning
  };

  [[nodiscard]] bool holds(std::string_view model);
  [[nodiscard]] bool some_order(const std::function<bool(const Order&)>& good);
  [[nodiscard]] bool extend(Order& order, const std::function<bool(const Order&)>& good);
  [[nodiscard]] bool keeps(const Order& order, std::string_view model) const;
  [[nodiscard]] bool execute(std::size_t node, State& state) const;
  [[nodiscard]] bool serial(const Order& order) const;
  [[nodiscard]] bool some_snapshots(std::string_view model);

  [[nodiscard]] bool collect_reads();
  [[nodiscard]] bool axioms(const Order& order, std::string_view model) const;
  [[nodiscard]] bool writes(std::size_t node, consistency::KeyId key) const;
  [[nodiscard]] bool in_session(std::size_t earlier, std::size_t later) const;

  const consistency::TransactionHistory& history_;
  std::vector<consistency::Transaction> nodes_;
  std::vector<std::vector<Read>> reads_;  // of others' writes, in order
};

}  // namespace splitvote::testing
