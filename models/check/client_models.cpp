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

}  // namespace

std::vector<ModelFinding> judge_models(const History& history, const NodeNames& names,
                                       std::span<const consistency::Model* const> models,
                                       const consistency::ModelSettings& settings) {
  std::vector<ModelFinding> findings;
  if (models.empty()) return findings;
  const consistency::History seen = client_history(history, names);
  for (const consistency::Model* const model : models) {
    consistency::Judgement judgement = model->check(seen, settings);
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
