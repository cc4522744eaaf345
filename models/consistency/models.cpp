// The consistency models by name: what each one promises, and the function that judges a history.
#include "models/consistency/models.hpp"

#include <algorithm>
#include <array>

namespace splitvote::consistency {

namespace {

Judgement judge_linearizable(const History& history, const ModelSettings& settings) {
  return check_linearizability(history, {.configurations_per_key = settings.configurations,
                                         .memory = settings.memory,
                                         .explanation = settings.explanation});
}

constexpr std::array model_table{
    Model{"linearizable",
          "Each key behaves like one object on one machine: one order of its operations explains "
          "all answers and keeps real time.",
          judge_linearizable},
};

}  // namespace

std::span<const Model> models() { return model_table; }

std::span<const TransactionModel> transaction_models() { return {}; }

const Model* find_model(std::string_view name) {
  const auto found = std::ranges::find(model_table, name, &Model::name);
  return found == model_table.end() ? nullptr : &*found;
}

const TransactionModel* find_transaction_model(std::string_view name) {
  const auto table = transaction_models();
  const auto found = std::ranges::find(table, name, &TransactionModel::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace splitvote::consistency
