// All figures of a run behind one door.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/check/served_groups.hpp"
#include "models/measure/cluster_state.hpp"
#include "models/measure/elections.hpp"
#include "models/measure/failovers.hpp"
#include "models/measure/flow.hpp"
#include "models/measure/metric_table.hpp"
#include "models/measure/occurrence.hpp"
#include "models/measure/service.hpp"

namespace splitvote::measure {

struct MeasureSettings {
  std::size_t servers = 0;                 // the nodes 0 to servers-1
  std::size_t groups = 1;                  // of them, each with a leader and a log of its own
  std::vector<std::uint32_t> workload_of;  // by node number; see Service
  sim::Duration unavailability_threshold = sim::milliseconds(500);
};

/// Which entries existed in each group at one moment.
struct CommitMarks {
  std::vector<CommitMark> groups;
  std::uint64_t created = 0;  // entries in all of them: of two, the later one has more
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

  /// Of one group: whoever asks for the leader without naming one means that of group 0.
  [[nodiscard]] const ClusterState& cluster(std::size_t group = 0) const {
    return groups_[group].cluster;
  }
  [[nodiscard]] const Failovers& failovers(std::size_t group = 0) const {
    return groups_[group].failovers;
  }
  [[nodiscard]] std::size_t groups() const { return groups_.size(); }
  [[nodiscard]] const OccurrenceCounts& occurrences() const { return counts_; }
  [[nodiscard]] const Service& service() const { return service_; }

  /// Whether it is so in each group.
  template <typename Condition>
  [[nodiscard]] bool every(Condition&& condition) const {
    return std::ranges::all_of(
        groups_, [&](const Group& group) { return std::invoke(condition, group.cluster); });
  }
  /// The sum over the groups.
  template <typename Count>
  [[nodiscard]] std::uint64_t total(Count&& count) const {
    std::uint64_t sum = 0;
    for (const Group& group : groups_) sum += count(group.cluster);
    return sum;
  }

  [[nodiscard]] CommitMarks commit_marks() const;
  /// As of each group's state, summed up.
  [[nodiscard]] std::uint64_t commits_since(const CommitMarks& marks,
                                            std::span<const sim::NodeId> set) const;

  // A metric by its kind (see metric_table.hpp): asking for another kind gives nothing. The
  // workload matters only for metrics that are kept per workload.
  /// Samples in ns, in the order they were taken.
  [[nodiscard]] std::vector<std::int64_t> durations(Metric metric,
                                                    std::size_t workload = all_workloads) const;
  /// Likewise, of bytes, and of numbers without a unit.
  [[nodiscard]] std::vector<std::int64_t> numbers(Metric metric,
                                                  std::size_t workload = all_workloads) const;
  [[nodiscard]] std::optional<sim::Ratio> share_of(Metric metric,
                                                   std::size_t workload = all_workloads) const;
  /// One number: of a duration, ns.
  [[nodiscard]] std::optional<std::uint64_t> count_of(Metric metric,
                                                      std::size_t workload = all_workloads) const;

 private:
  struct Group {
    explicit Group(std::size_t servers) : cluster(servers), flow(servers) {}

    ClusterState cluster;
    Flow flow;
    Elections elections;
    Failovers failovers;
    std::pair<sim::NodeId, std::uint64_t> told{sim::no_node, 0};  // to stand in this term
  };

  void take(Group& group, const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_client_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_membership(Group& group, const sim::Moment& moment, sim::NodeId node,
                     const sim::Note& note);
  void on_role(Group& group, const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  void on_served(Group& group, sim::NodeId node, const sim::Note& note);
  void on_start(sim::NodeId node);
  void on_transfer(Group& group, const sim::Note& note);
  [[nodiscard]] std::span<const WorkloadService> chosen(std::size_t workload) const;
  [[nodiscard]] std::vector<std::int64_t> gathered(std::span<const std::int64_t> (Flow::*samples)()
                                                       const) const;
  [[nodiscard]] std::vector<std::int64_t> gathered(
      std::size_t workload, std::vector<std::int64_t> WorkloadService::*samples) const;
  [[nodiscard]] std::uint64_t ended(client::Outcome outcome, std::size_t workload) const;

  std::vector<Group> groups_;
  check::ServedGroups served_;  // of several groups
  OccurrenceCounts counts_;
  Service service_;
  std::vector<std::uint8_t> started_;  // by node: it has run before
};

}  // namespace splitvote::measure
