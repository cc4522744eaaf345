#include "reports/sweep.hpp"

#include <algorithm>

namespace splitvote::reports {

std::vector<Group> groups_of(std::span<const RunSummary> runs) {
  std::vector<Group> groups;
  for (std::size_t first = 0; first < runs.size();) {
    std::size_t end = first + 1;
    const auto alike = [&](const RunSummary& run) {
      return run.scenario == runs[first].scenario && run.variant == runs[first].variant &&
             run.file == runs[first].file;
    };
    while (end < runs.size() && alike(runs[end])) ++end;
    groups.push_back(runs.subspan(first, end - first));
    first = end;
  }
  return groups;
}

/// The group as if it were one run: the worst verdict, all samples; expectations are those judged
/// with the last run.
RunSummary merged(Group group) {
  RunSummary all = group.back();
  for (const RunSummary& run : group.first(group.size() - 1)) {
    all.verdict = worse(all.verdict, run.verdict);
    all.events += run.events;
    for (const Metric& metric : run.metrics) {
      const auto same =
          std::find_if(all.metrics.begin(), all.metrics.end(),
                       [&](const Metric& known) { return known.name == metric.name; });
      if (same == all.metrics.end()) {
        all.metrics.push_back(metric);
      } else {
        same->samples.merge(metric.samples);
      }
    }
  }
  // What every run was asked by itself is told by its own line if it failed.
  std::erase_if(all.expectations, [](const ExpectationResult& result) {
    return !result.expectation.starts_with("sometimes ") && !result.expectation.starts_with("slo ");
  });
  return all;
}

}  // namespace splitvote::reports
