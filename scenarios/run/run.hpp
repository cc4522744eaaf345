// One run: a scenario and a seed in, a verdict and its reasons out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"
#include "reports/history_fault.hpp"
#include "reports/summary.hpp"
#include "scenarios/load/loader.hpp"

namespace splitvote::run {

struct RunRequest {
  const load::Scenario* scenario = nullptr;  // outlives the run
  std::string file;                          // as the user gave it
  std::string variant;                       // `protocol.pre_vote=false`; empty: none
  std::uint64_t seed = 0;
  std::string trace;  // path of the trace to write; empty: none
  bool keep_history = false;
  std::string replay;  // the command line that shows this run again
};

struct RunOutcome {
  reports::RunSummary summary;
  std::vector<bool> seen;  // by the index in `sometimes:`, whether it occurred
  /// By the index in `slo:`, whether a threshold holds of this run alone, and what was measured in
  /// it.
  struct Objective {
    std::optional<bool> holds;
    std::string measured;
  };
  std::vector<Objective> objectives;
  /// If it was to be kept: what its clients asked and were told, the faults that changed something,
  /// and what no execution explains that one of the named consistency models allows.
  struct Kept {
    struct Contradicted {
      std::string_view model;
      consistency::Contradiction contradiction;
    };
    consistency::History history;
    std::vector<reports::HistoryFault> faults;
    std::vector<Contradicted> contradicted;
  };
  std::optional<Kept> kept;
};

/// Deterministic: equal scenario and seed give an equal outcome but for `wall_ns`. What speaks of
/// all runs of a scenario, `sometimes:` and `slo:`, is not judged here; see `judge_together`.
[[nodiscard]] RunOutcome run(const RunRequest& request);

/// Judges `sometimes:` and `slo:` over all runs of one variant of a scenario, in the order in which
/// they are given: samples of all runs count together, and counts must hold in each. What is found
/// is added to the last run's summary.
void judge_together(const load::Scenario& scenario, const std::vector<RunOutcome*>& runs);

}  // namespace splitvote::run
