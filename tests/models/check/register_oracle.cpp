// Linearizability by brute force: every order, every choice of what unanswered writes did.
#include "tests/models/check/register_oracle.hpp"

#include <algorithm>

namespace splitvote::testing {

using check::HistoryEntry;
using client::OperationKind;
using client::Outcome;

RegisterOracle::RegisterOracle(std::span<const HistoryEntry> entries) {
  for (const HistoryEntry& entry : entries) {
    if (entry.outcome == Outcome::failed) continue;
    operations_.push_back(entry);
    if (entry.outcome == Outcome::unknown) operations_.back().returned = check::never_returned;
    revision_max_ = std::max({revision_max_, entry.revision, entry.expected_revision});
  }
  // Room for every unanswered write to have a revision that nobody mentions.
  revision_max_ += operations_.size();
}

bool RegisterOracle::linearizable() { return extend({}, 0); }

bool RegisterOracle::extend(const State& state, std::uint32_t done) {
  bool complete = true;
  for (std::size_t at = 0; at < operations_.size(); ++at)
    complete = complete && ((done >> at & 1) != 0 || operations_[at].outcome == Outcome::unknown);
  if (complete) return true;
  for (std::size_t at = 0; at < operations_.size(); ++at) {
    if ((done >> at & 1) != 0) continue;
    bool may_come = true;
    for (std::size_t other = 0; other < operations_.size(); ++other)
      if ((done >> other & 1) == 0 && operations_[other].returned < operations_[at].invoked)
        may_come = false;
    if (may_come && take(state, done | 1u << at, operations_[at])) return true;
  }
  return false;
}

bool RegisterOracle::take(const State& state, std::uint32_t done, const HistoryEntry& operation) {
  return operation.outcome == Outcome::unknown ? take_unknown(state, done, operation)
                                               : take_answered(state, done, operation);
}

bool RegisterOracle::take_answered(const State& state, std::uint32_t done,
                                   const HistoryEntry& operation) {
  const std::uint64_t present = state.present ? state.revision : 0;
  const std::uint64_t answer = operation.revision;
  const bool ok = operation.outcome == Outcome::ok;
  const bool fresh = answer > state.given;
  const State written{true, operation.value, answer, answer};
  switch (operation.kind) {
    case OperationKind::get: {
      const check::TextId value = state.present ? state.value : check::empty_text;
      return ok && answer == present && operation.result == value && extend(state, done);
    }
    case OperationKind::put:
      return ok && fresh && extend(written, done);
    case OperationKind::remove:
      if (!ok) return false;
      if (answer == 0) return !state.present && extend(state, done);
      return fresh && extend({false, check::empty_text, 0, answer}, done);
    case OperationKind::compare_and_swap:
      if (!ok)
        return answer == present && operation.expected_revision != present && extend(state, done);
      return operation.expected_revision == present && fresh && extend(written, done);
  }
  return false;
}

bool RegisterOracle::take_unknown(const State& state, std::uint32_t done,
                                  const HistoryEntry& operation) {
  const std::uint64_t present = state.present ? state.revision : 0;
  if (operation.kind == OperationKind::get) return false;
  const bool swaps = operation.kind == OperationKind::compare_and_swap;
  if (swaps && operation.expected_revision != present) return false;
  for (std::uint64_t revision = state.given + 1; revision <= revision_max_; ++revision) {
    const bool removes = operation.kind == OperationKind::remove;
    const State written = removes ? State{false, check::empty_text, 0, revision}
                                  : State{true, operation.value, revision, revision};
    if (extend(written, done)) return true;
  }
  return false;
}

}  // namespace splitvote::testing
