// Whether a predicate holds: the words of a scenario against what was measured so far.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/measure/measurements.hpp"
#include "scenarios/load/predicate.hpp"
#include "scenarios/run/cast.hpp"
#include "scenarios/run/director.hpp"
#include "sim/world/world.hpp"

namespace splitvote::run {

/// The counts at a moment, for questions about a window that begins there.
struct Baseline {
  measure::CommitMarks commits;
  measure::OccurrenceCounts occurrences;
};
[[nodiscard]] Baseline baseline_of(const measure::Measurements& measurements);

/// What a predicate is asked against. Only for the length of a question.
struct Facts {
  const sim::World& world;
  const measure::Measurements& measurements;
  const Director& director;
  const Cast& cast;
};

/// The nodes that a measure is about; all servers if it names none.
[[nodiscard]] std::vector<sim::NodeId> nodes_of(const load::Measure& measure, const Facts& facts);

/// Absent if there is nothing to judge by yet: no sample of the metric, no operation of the
/// workload.
[[nodiscard]] std::optional<bool> holds(const load::Predicate& predicate, const Facts& facts,
                                        const Baseline& since);

/// The measured value in words, `1.234 s`; empty if there is none.
[[nodiscard]] std::string measured_text(const load::Measure& measure, const Facts& facts,
                                        const Baseline& since);

/// Notes after which the predicate's answer may have changed, as a bit for each models::NoteType.
[[nodiscard]] std::uint64_t notes_of_interest(const load::Predicate& predicate);

}  // namespace splitvote::run
