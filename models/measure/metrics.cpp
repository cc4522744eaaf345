// The metrics of the table, read off the measurements.
#include <algorithm>
#include <numeric>

#include "models/measure/measurements.hpp"

namespace splitvote::measure {

namespace {

using client::OperationKind;
using client::Outcome;

void add_spans(std::span<const Failover> failovers, std::optional<sim::Moment> Failover::*end,
               std::vector<std::int64_t>& samples) {
  for (const Failover& failover : failovers)
    if ((failover.*end).has_value())
      samples.push_back(((failover.*end)->time - failover.lost.time).ns);
}

std::uint64_t sum(const std::vector<std::int64_t>& durations) {
  return static_cast<std::uint64_t>(
      std::accumulate(durations.begin(), durations.end(), std::int64_t{0}));
}

std::optional<OperationKind> kind_of(Metric metric) {
  switch (metric) {
    case Metric::get_latency:
      return OperationKind::get;
    case Metric::put_latency:
      return OperationKind::put;
    case Metric::remove_latency:
      return OperationKind::remove;
    case Metric::compare_and_swap_latency:
      return OperationKind::compare_and_swap;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::span<const WorkloadService> Measurements::chosen(std::size_t workload) const {
  const auto all = service_.workloads();
  if (workload == all_workloads) return all;
  return workload < all.size() ? all.subspan(workload, 1) : all.first(0);
}

std::vector<std::int64_t> Measurements::gathered(
    std::size_t workload, std::vector<std::int64_t> WorkloadService::*samples) const {
  std::vector<std::int64_t> all;
  for (const WorkloadService& service : chosen(workload))
    all.insert(all.end(), (service.*samples).begin(), (service.*samples).end());
  return all;
}

std::vector<std::int64_t> Measurements::gathered(std::span<const std::int64_t> (Flow::*samples)()
                                                     const) const {
  std::vector<std::int64_t> all;
  for (const Group& group : groups_) {
    const auto each = (group.flow.*samples)();
    all.insert(all.end(), each.begin(), each.end());
  }
  return all;
}

std::vector<std::int64_t> Measurements::numbers(Metric metric, std::size_t workload) const {
  if (metric == Metric::uncommitted_entries) return gathered(&Flow::uncommitted_entries);
  if (metric == Metric::uncommitted_bytes) return gathered(&Flow::uncommitted_bytes);
  if (metric != Metric::read_staleness_versions) return {};
  return gathered(workload, &WorkloadService::read_staleness_versions);
}

std::vector<std::int64_t> Measurements::durations(Metric metric, std::size_t workload) const {
  std::vector<std::int64_t> samples;
  for (const Group& group : groups_) {
    const Failovers& failovers = group.failovers;
    const auto elections = failovers.election_times();
    if (metric == Metric::detection_time)
      add_spans(failovers.all(), &Failover::detected, samples);
    else if (metric == Metric::failover_time)
      add_spans(failovers.all(), &Failover::served, samples);
    else if (metric == Metric::election_time)
      samples.insert(samples.end(), elections.begin(), elections.end());
  }
  if (metric == Metric::replication_pauses) return gathered(&Flow::pauses);
  if (metric == Metric::unavailability) {
    for (const Unavailability& period : service_.unavailable())
      samples.push_back((period.to - period.from).ns);
    return samples;
  }
  if (metric == Metric::read_staleness) return gathered(workload, &WorkloadService::read_staleness);
  const std::optional<OperationKind> kind = kind_of(metric);
  if (!kind.has_value() && metric != Metric::latency) return samples;
  for (const WorkloadService& service : chosen(workload)) {
    for (std::size_t at = 0; at < operation_kinds; ++at) {
      if (kind.has_value() && static_cast<std::size_t>(*kind) != at) continue;
      samples.insert(samples.end(), service.latencies[at].begin(), service.latencies[at].end());
    }
  }
  return samples;
}

std::uint64_t Measurements::ended(Outcome outcome, std::size_t workload) const {
  std::uint64_t sum = 0;
  for (const WorkloadService& service : chosen(workload))
    sum += service.ended[static_cast<std::size_t>(outcome)];
  return sum;
}

std::optional<sim::Ratio> Measurements::share_of(Metric metric, std::size_t workload) const {
  if (metric != Metric::availability) return std::nullopt;
  return share(
      *count_of(Metric::operations_ok, workload),
      *count_of(Metric::operations, workload) + *count_of(Metric::operations_refused, workload));
}

std::optional<std::uint64_t> Measurements::count_of(Metric metric, std::size_t workload) const {
  const auto executed = [&] {
    return ended(Outcome::ok, workload) + ended(Outcome::mismatch, workload);
  };
  switch (metric) {
    case Metric::operations:
      return executed() + ended(Outcome::failed, workload) + ended(Outcome::unknown, workload);
    case Metric::operations_ok:
      return executed();
    case Metric::operations_unknown:
      return ended(Outcome::unknown, workload);
    case Metric::operations_failed:
      return ended(Outcome::failed, workload);
    case Metric::operations_refused: {
      std::uint64_t sum = 0;
      for (const WorkloadService& service : chosen(workload)) sum += service.refused;
      return sum;
    }
    case Metric::split_votes:
      return counts_[Occurrence::split_vote];
    case Metric::terms: {
      std::uint64_t sum = 0;
      for (const Group& group : groups_) sum += group.elections.terms().size();
      return sum;
    }
    case Metric::elections:
      return counts_[Occurrence::leader_elected];
    case Metric::leaders_stepped_down:
      return counts_[Occurrence::leader_stepped_down];
    case Metric::log_truncations:
      return counts_[Occurrence::log_truncated];
    case Metric::proposals_throttled:
      return counts_[Occurrence::proposal_throttled];
    case Metric::throttled_time:
      return sum(gathered(&Flow::throttled));
    case Metric::replication_paused_time:
      return sum(gathered(&Flow::pauses));
    case Metric::transfers:
      return counts_[Occurrence::leadership_transferred];
    case Metric::commits:
      return total([](const ClusterState& cluster) { return cluster.commits(); });
    default:
      return std::nullopt;
  }
}

}  // namespace splitvote::measure
