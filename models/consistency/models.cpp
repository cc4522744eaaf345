// The consistency models by name: what each one promises, and the function that judges a history.
#include "models/consistency/models.hpp"

#include <algorithm>
#include <array>

#include "models/consistency/causality.hpp"
#include "models/consistency/sequential.hpp"
#include "models/consistency/session_guarantees.hpp"
#include "models/consistency/session_views.hpp"

namespace splitvote::consistency {

namespace {

Judgement judge_linearizable(const History& history, const ModelSettings& settings) {
  return check_linearizability(history, {.configurations_per_key = settings.configurations,
                                         .memory = settings.memory,
                                         .explanation = settings.explanation});
}

Judgement judge_in_sequence(const History& history, const ModelSettings& settings) {
  Judgement judgement = judge_sequential(Observations::of(history), settings.configurations);
  if (judgement.verdict != Verdict::unknown) return judgement;
  if (judge_linearizable(history, settings).verdict == Verdict::ok) return {};
  return judgement;
}

template <Judgement (*judge)(const Observations&)>
Judgement observed(const History& history, const ModelSettings& settings) {
  Judgement judgement = judge(Observations::of(history));
  if (judgement.verdict != Verdict::unknown) return judgement;
  if (judge_linearizable(history, settings).verdict == Verdict::ok) return {};
  return judgement;
}

constexpr std::array model_table{
    Model{"linearizable",
          "Each key behaves like one object on one machine: one order of its operations explains "
          "all answers and keeps real time.",
          judge_linearizable},
    Model{"sequential",
          "One order of all operations explains all answers and keeps the order of each session.",
          judge_in_sequence},
    Model{"causal-memory",
          "Each session sees all writes and its own reads in one order that keeps causality.",
          observed<judge_causal_memory>},
    Model{"causal-convergence",
          "Whoever sees a write sees all that its writer knew, and all sessions order the writes "
          "alike.",
          observed<judge_causal_convergence>},
    Model{"causal", "Whoever sees a write sees all that its writer knew.", observed<judge_causal>},
    Model{"pram",
          "Each session sees all writes and its own reads in one order that keeps the order of "
          "each session.",
          observed<judge_pram>},
    Model{"writes-follow-reads",
          "What a session writes comes behind what it has read, for everybody.",
          observed<judge_writes_follow_reads>},
    Model{"monotonic-writes",
          "The writes of a session come in its order for everybody; single reads of registers "
          "cannot tell otherwise.",
          observed<judge_monotonic_writes>},
    Model{"monotonic-reads", "What a session has read once it does not lose again.",
          observed<judge_monotonic_reads>},
    Model{"read-your-writes", "A session reads nothing older than what it wrote before.",
          observed<judge_read_your_writes>},
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
