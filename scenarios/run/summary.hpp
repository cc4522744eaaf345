// Turns a finished run into its summary: verdict, failures, expectations, figures, messages and
// faults.
#pragma once

#include <span>
#include <string_view>

#include "models/check/checks.hpp"
#include "models/check/client_models.hpp"
#include "models/measure/measurements.hpp"
#include "reports/summary.hpp"
#include "scenarios/run/cast.hpp"
#include "scenarios/run/director.hpp"
#include "scenarios/run/monitor.hpp"
#include "scenarios/run/run.hpp"
#include "sim/world/world.hpp"

namespace splitvote::run {

/// Everything there is to say of a run that is over.
struct RunResult {
  const load::Scenario& scenario;
  const Cast& cast;
  const sim::World& world;
  const check::Checks& checks;
  const measure::Measurements& measurements;
  const Director& director;
  const Monitor& monitor;
  std::span<const check::ModelFinding> models;  // those that the scenario names
  const check::ModelFinding* shown_by_values;   // why it is not linearizable, if values show it
  bool budget_ended = false;
};

[[nodiscard]] reports::RunSummary summarise(const RunRequest& request, const RunResult& result);

/// Version, compiler and standard library: which build this is.
[[nodiscard]] std::string_view build_name();

}  // namespace splitvote::run
