// Judging a scenario as a whole: names that refer to something, and values that must fit together.
#pragma once

#include "models/registry/protocol.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/scenario.hpp"

namespace splitvote::load {

enum class Reading : std::uint8_t { complete, partial };

/// Resolves names to indices, gives unnamed steps their names, fills in fallbacks that depend on
/// other parts, and complains about what does not fit. Of a scenario that was read only in part, it
/// judges only what cannot be a consequence of what is missing: a node, a step or a check that does
/// not exist is told of even where the step that names it could not be read.
void validate(Reader& reader, Scenario& scenario, Reading reading);

}  // namespace splitvote::load
