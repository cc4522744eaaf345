// All figures of a run behind one door.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/measure/cluster_state.hpp"
#include "models/measure/elections.hpp"
#include "models/measure/failovers.hpp"
#include "models/measure/metric_table.hpp"
#include "models/measure/occurrence.hpp"
#include "models/measure/service.hpp"

namespace splitvote::measure {

struct MeasureSettings {
  std::size_t servers = 0;                 // the nodes 0 to servers-1
  std::vector<std::uint32_t> workload_of;  // by node number; see Service
  sim::Duration unavailability_threshold = sim::milliseconds(500);
};

/// Every workload together.
inline constexpr std::size_t all_workloads = SIZE_MAX;

/// A value: copy it with the world to fork a run. Feed it every note and every change of a node's
/// life in the order they happen, and the faults that separate nodes; ask at any time; finish once.
class Measurements {
 public:
  explicit Measurements(MeasureSettings settings);

  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               std::uint64_t detail);

  /// These nodes can no longer reach a majority, or are reached by none. Crashes and pauses are
  /// seen without it. `on_heal`: they can again.
  void on_fault(const sim::Moment& moment, std::span<const sim::NodeId> cut_off);
  void on_heal(std::span<const sim::NodeId> nodes);

  void finish(const sim::Moment& moment);

  [[nodiscard]] const ClusterState& cluster() const { return cluster_; }
  [[nodiscard]] const OccurrenceCounts& occurrences() const { return counts_; }
  [[nodiscard]] const Failovers& failovers() const { return failovers_; }
  [[nodiscard]] const Service& service() const { return service_; }

  // A metric by its kind (see metric_table.hpp): asking for another kind gives nothing. The
  // workload matters only for metrics that are kept per workload.
  /// Samples in ns, in the order they were taken.
  [[nodiscard]] std::vector<std::int64_t> durations(Metric metric,
                                                    std::size_t workload = all_workloads) const;
  /// Likewise, of numbers without a unit.
  [[nodiscard]] std::vector<std::int64_t> numbers(Metric metric,
                                                  std::size_t workload = all_workloads) const;
  [[nodiscard]] std::optional<sim::Ratio> share_of(Metric metric,
                                                   std::size_t workload = all_workloads) const;
  [[nodiscard]] std::optional<std::uint64_t> count_of(Metric metric,
                                                      std::size_t workload = all_workloads) const;

 private:
  void on_membership(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_role(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_start(sim::NodeId node);
  void on_transfer(const sim::Note& note);
  [[nodiscard]] std::span<const WorkloadService> chosen(std::size_t workload) const;
  [[nodiscard]] std::vector<std::int64_t> gathered(
      std::size_t workload, std::vector<std::int64_t> WorkloadService::*samples) const;
  [[nodiscard]] std::uint64_t ended(client::Outcome outcome, std::size_t workload) const;

  ClusterState cluster_;
  OccurrenceCounts counts_;
  Elections elections_;
  Failovers failovers_;
  Service service_;
  std::pair<sim::NodeId, std::uint64_t> told_{sim::no_node, 0};  // to stand in this term
  std::vector<std::uint8_t> started_;                            // by node: it has run before
};

}  // namespace splitvote::measure
