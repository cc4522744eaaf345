// Runs that belong together: those of one variant of one scenario, and what they say as one.
#pragma once

#include <span>
#include <vector>

#include "reports/summary.hpp"

namespace splitvote::reports {

using Group = std::span<const RunSummary>;

/// Neighbours of the same file, scenario and variant.
[[nodiscard]] std::vector<Group> groups_of(std::span<const RunSummary> runs);

/// The group as if it were one run: the worst verdict, all samples, and of the expectations those
/// that are judged over all runs, `sometimes` and `slo`, which stand with the last of them.
[[nodiscard]] RunSummary merged(Group group);

}  // namespace splitvote::reports
