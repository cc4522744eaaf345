// The stage of a scenario: nodes, datacenters, links, disks, clocks and costs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/selector.hpp"
#include "scenarios/load/values.hpp"
#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"
#include "sim/network/link.hpp"

namespace splitvote::load {

/// Loss in bursts; see sim::BurstLoss, which this becomes.
struct Burst {
  sim::Ratio enter;
  sim::Ratio leave;
  sim::Ratio loss;

  constexpr bool operator==(const Burst&) const = default;
};

/// What a direction between two nodes is like. Every field absent: as the default says.
struct LinkSettings {
  std::optional<Draw> latency;
  std::optional<sim::Duration> jitter;  // uniform in [0, jitter], added to the latency
  std::optional<sim::Ratio> loss;
  std::optional<Burst> burst;
  std::optional<sim::Ratio> duplication;
  std::optional<sim::Ratio> reordering;
  std::optional<sim::Ratio> corruption;
  std::optional<std::uint64_t> bandwidth;  // bytes per second; 0: unlimited
  std::optional<sim::Duration> queue;      // the longest wait for bandwidth; 0: unlimited

  bool operator==(const LinkSettings&) const = default;
};

/// Either `from` and `to` (one direction) or `between` (both); the sets are static.
struct LinkRule {
  NodeSet source;
  NodeSet target;
  bool both_ways = false;
  LinkSettings settings;
  SourcePosition position;

  bool operator==(const LinkRule&) const = default;
};

/// One entry of the latency matrix.
struct DatacenterLatency {
  std::string source;
  std::string target;
  Draw latency;
  SourcePosition position;

  bool operator==(const DatacenterLatency&) const = default;
};

/// How long a node's disk takes. Absent: as the default says.
struct DiskSettings {
  std::optional<Draw> read;
  std::optional<Draw> write;
  std::optional<Draw> fsync;
  std::optional<std::uint64_t> bandwidth;  // bytes per second; 0: unlimited
  std::optional<std::uint64_t> capacity;   // bytes; 0: unlimited

  bool operator==(const DiskSettings&) const = default;
};

struct ClockSettings {
  std::optional<sim::Duration> offset;
  std::optional<std::int64_t> drift_ppb;

  constexpr bool operator==(const ClockSettings&) const = default;
};

/// What handling and sending cost. Absent: as the default says, which is nothing.
struct CostSettings {
  std::optional<sim::Duration> per_message_handled;
  std::optional<sim::Duration> per_message_sent;
  std::optional<sim::Duration> per_kilobyte;
  std::optional<std::uint64_t> nic_bandwidth;  // bytes per second; 0: unlimited

  constexpr bool operator==(const CostSettings&) const = default;
};

/// A default and what single nodes have instead, in the order written.
template <typename Settings>
struct PerNode {
  struct Exception {
    NodeSet nodes;  // static
    Settings settings;
    SourcePosition position;
    bool operator==(const Exception&) const = default;
  };
  Settings fallback;
  std::vector<Exception> exceptions;

  bool operator==(const PerNode&) const = default;
};

struct NodeSettings {
  std::string name;
  std::string datacenter;  // empty: none
  SourcePosition position;

  bool operator==(const NodeSettings&) const = default;
};

struct Network {
  LinkSettings fallback;
  std::vector<DatacenterLatency> latencies;
  std::vector<LinkRule> rules;  // later ones win
  bool refusals = false;        // a machine answers for a process that is gone

  bool operator==(const Network&) const = default;
};

struct Topology {
  std::vector<NodeSettings> nodes;  // the servers; NodeId is the index
  Network network;
  PerNode<DiskSettings> disks;
  PerNode<ClockSettings> clocks;
  PerNode<CostSettings> costs;
  SourcePosition position;

  bool operator==(const Topology&) const = default;
};

}  // namespace splitvote::load
