// The names of steps that were given none, for reports, references and streams of random numbers.
#pragma once

#include <vector>

#include "scenarios/load/timeline.hpp"

namespace splitvote::load {

/// Names what has no name by its verb and whom it hits, as the file says it: `crash-leader`,
/// `cut-n1-n2`, `partition-minority-rest`; a second one of the same name becomes `crash-leader-2`.
///
/// A step's draws come from streams that carry its name, so the name may depend only on what makes
/// it this step. Its place in the timeline does not, nor do its time, its duration and its
/// strength: these are what is moved, swept and shrunk while the rest should stay as it was. Only
/// steps that do the same to the same nodes are told apart by their order. `explain` writes the
/// names down; from then on nothing changes them.
void name_steps(std::vector<Step>& timeline);

}  // namespace splitvote::load
