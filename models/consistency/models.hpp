// The consistency models by name: what each one promises, and the function that judges a history.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/consistency/eventual.hpp"
#include "models/consistency/history.hpp"
#include "models/consistency/linearizability.hpp"
#include "models/consistency/transaction_history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

struct ModelSettings {
  /// What a search may go through: of linearizability for each key, of all others in all.
  std::uint64_t configurations = 10'000'000;
  Memory memory = Memory::hashed;  // of linearizability
  Explanation explanation = Explanation::minimal;
  EventualSettings eventual;
};

/// A model of single operations. It answers `violated` only if no execution that it allows explains
/// the answers, `ok` only if one does, and else `unknown`.
struct Model {
  std::string_view name;  // as jepsen.io/consistency has it, where it has it
  std::string_view help;  // one sentence: what clients may rely on
  Judgement (*check)(const History& history, const ModelSettings& settings) = nullptr;
  bool says_less = false;  // than linearizability: what is linearizable keeps it, and no remark
};

/// A model of transactions.
struct TransactionModel {
  std::string_view name;
  std::string_view help;
  Judgement (*check)(const TransactionHistory& history, const ModelSettings& settings) = nullptr;
};

/// The strongest first.
[[nodiscard]] std::span<const Model> models();
[[nodiscard]] std::span<const TransactionModel> transaction_models();

/// nullptr if there is none of that name.
[[nodiscard]] const Model* find_model(std::string_view name);
[[nodiscard]] const TransactionModel* find_transaction_model(std::string_view name);

}  // namespace splitvote::consistency
