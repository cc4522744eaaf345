// What the clients got: outcomes, latencies, availability, and the periods without service.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/check/flat_map.hpp"
#include "models/client/operation.hpp"
#include "models/measure/occurrence.hpp"
#include "models/measure/versions.hpp"
#include "sim/base/ratio.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::measure {

inline constexpr std::size_t operation_kinds = 4;
inline constexpr std::size_t outcomes = 4;

/// A period in which clients wanted to write and no write succeeded.
struct Unavailability {
  sim::Instant from;
  sim::Instant to;

  constexpr bool operator==(const Unavailability&) const = default;
};

/// The operations of one workload.
struct WorkloadService {
  std::array<std::vector<std::int64_t>, operation_kinds> latencies;  // ns, of executed operations
  std::vector<std::int64_t> read_staleness;           // ns, of every get that was executed
  std::vector<std::int64_t> read_staleness_versions;  // likewise
  std::array<std::uint64_t, outcomes> ended{};        // by Outcome
  std::uint64_t refused = 0;  // were due and never begun: all lanes of the client were taken
};

/// What a client's note completed.
struct Ended {
  std::uint64_t session = 0;
  client::OperationKind kind{};
  client::Outcome outcome{};
};

class Service {
 public:
  /// `workload_of`: by node number, which workload its clients belong to; nodes behind its end
  /// belong to workload 0. There is always a workload 0.
  Service(std::vector<std::uint32_t> workload_of, sim::Duration threshold);

  void on_invoke(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  std::optional<Ended> on_complete(const sim::Moment& moment, sim::NodeId node,
                                   const sim::Note& note, OccurrenceCounts& counts);
  /// A client had no lane left for an operation that was due.
  void on_refused(sim::NodeId node, OccurrenceCounts& counts);
  /// A client's process has ended, and with it its wish for whatever it had asked.
  void on_client_stopped(const sim::Moment& moment, sim::NodeId node, OccurrenceCounts& counts);
  void finish(sim::Instant end, OccurrenceCounts& counts);

  [[nodiscard]] std::span<const WorkloadService> workloads() const { return workloads_; }
  [[nodiscard]] std::span<const Unavailability> unavailable() const { return unavailable_; }

 private:
  struct Open {
    std::int64_t invoked_ns = 0;
    std::uint64_t session = 0;
    VersionedOperation operation;
  };
  void on_answer(const Open& open, std::uint64_t revision, sim::Instant now,
                 WorkloadService& service);
  [[nodiscard]] WorkloadService& workload(sim::NodeId node);
  void on_write_ended(sim::Instant now, bool succeeded, OccurrenceCounts& counts);
  void close_window(sim::Instant now, OccurrenceCounts& counts);

  std::vector<std::uint32_t> workload_of_;
  std::vector<WorkloadService> workloads_;
  std::vector<Unavailability> unavailable_;
  check::FlatMap<Open> open_;  // (client, operation number)
  Versions versions_;
  sim::Duration threshold_;
  std::vector<std::uint32_t> pending_of_;      // by node: its pending writes
  std::uint64_t pending_writes_ = 0;           // of all
  std::optional<sim::Instant> waiting_since_;  // the clients' wish to write has been unserved
};

/// part / whole as a Ratio; 1 if there is nothing. Above 2^32 both are halved alike.
[[nodiscard]] sim::Ratio share(std::uint64_t part, std::uint64_t whole);

}  // namespace splitvote::measure
