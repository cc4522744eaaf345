// What many runs have to say together: a line per variant, the figures of all its runs, failures.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/summary.hpp"
#include "scenarios/run/sweep.hpp"

namespace splitvote::cli {

/// The sweeps and what came of them, index by index. Ends with the failure that matters most.
[[nodiscard]] std::string sweeps_text(const std::vector<run::Sweep>& sweeps,
                                      const std::vector<run::PlayedSweep>& played,
                                      const reports::SummaryStyle& style);

/// The quantiles that the scenario's `report:` asks for, and the largest.
[[nodiscard]] std::vector<reports::Quantile> quantiles_of(const load::Scenario& scenario);

/// The metrics of all runs together, in the order in which they first occur.
[[nodiscard]] std::vector<reports::Metric> merged_metrics(
    std::span<const reports::RunSummary* const> runs);

}  // namespace splitvote::cli
