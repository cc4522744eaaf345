// Gathers the runs of a variant and adds them up.
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
  all.metrics.clear();
  std::vector<std::vector<std::int64_t>> values;  // sorted once at the end, not with each run
  for (const RunSummary& run : group) {
    all.verdict = worse(all.verdict, run.verdict);
    if (&run != &group.back()) all.events += run.events;
    for (const Metric& metric : run.metrics) {
      auto same = std::ranges::find(all.metrics, metric.name, &Metric::name);
      if (same == all.metrics.end()) {
        same = all.metrics.insert(same, {metric.name, metric.unit, {}});
        values.emplace_back();
      }
      std::vector<std::int64_t>& pool =
          values[static_cast<std::size_t>(same - all.metrics.begin())];
      const std::vector<std::int64_t>& more = metric.samples.sorted();
      pool.insert(pool.end(), more.begin(), more.end());
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    all.metrics[i].samples = Samples(std::move(values[i]));
  // What every run was asked by itself is told by its own line if it failed.
  std::erase_if(all.expectations, [](const ExpectationResult& result) {
    return !result.expectation.starts_with("sometimes ") && !result.expectation.starts_with("slo ");
  });
  return all;
}

}  // namespace splitvote::reports
