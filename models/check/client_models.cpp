// What the clients of a run saw, judged by the consistency models of `models/consistency`.
#include "models/check/client_models.hpp"

#include <algorithm>

#include "models/check/client_history.hpp"
#include "sim/base/check.hpp"

namespace splitvote::check {

namespace {

// Of operations that have no answer there is always one beside them that has: the model would else
// have let them never happen.
ModelFinding::Contradiction placed(const consistency::Contradiction& found,
                                   const History& history) {
  ModelFinding::Contradiction contradiction{.found = found};
  SPLITVOTE_CHECK(!found.operations.empty());
  const HistoryEntry* last = nullptr;
  contradiction.since = sim::end_of_time;
  for (const consistency::OperationId id : found.operations) {
    const HistoryEntry& entry = history.entries()[static_cast<std::size_t>(id)];
    contradiction.since = std::min(contradiction.since, entry.invoke.time);
    if (!entry.has_returned()) continue;
    if (last == nullptr || last->returned < entry.returned) last = &entry;
  }
  SPLITVOTE_CHECK(last != nullptr);
  contradiction.moment = last->complete;
  contradiction.node = last->process;
  return contradiction;
}

/// False also if that takes long to say.
bool is_linearizable(const consistency::History& seen, const consistency::ModelSettings& settings) {
  const std::uint64_t quick = std::min<std::uint64_t>(settings.configurations, 100'000);
  const consistency::LinearizabilitySettings only{.configurations_per_key = quick,
                                                  .explanation = consistency::Explanation::none};
  return consistency::check_linearizability(seen, only).verdict == consistency::Verdict::ok;
}

}  // namespace

std::vector<ModelFinding> judge_models(const History& history, const NodeNames& names,
                                       std::span<const consistency::Model* const> models,
                                       const consistency::ModelSettings& settings) {
  std::vector<ModelFinding> findings;
  if (models.empty()) return findings;
  const consistency::History seen = client_history(history, names);
  // Most runs are linearizable, and what is keeps most models at once.
  const bool asked = std::ranges::any_of(models, &consistency::Model::says_less);
  const bool linearizable = asked && is_linearizable(seen, settings);
  for (const consistency::Model* const model : models) {
    consistency::Judgement judgement;
    if (!linearizable || !model->says_less) judgement = model->check(seen, settings);
    ModelFinding& finding = findings.emplace_back();
    finding.model = model->name;
    finding.verdict = judgement.verdict;
    finding.undecided = std::move(judgement.undecided);
    finding.remark = std::move(judgement.remark);
    if (judgement.contradiction) finding.contradiction = placed(*judgement.contradiction, history);
  }
  return findings;
}

}  // namespace splitvote::check
