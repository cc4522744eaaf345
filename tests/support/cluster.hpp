// Worlds built in code: a Raft cluster with its clients, for benchmarks and for tests without YAML.
#pragma once

#include <memory>
#include <vector>

#include "models/client/client_process.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/world/world.hpp"

namespace splitvote {

struct ClusterOptions {
  std::uint16_t servers = 5;
  std::uint16_t clients = 0;
  std::uint32_t lanes = 1;  // operations outstanding per client
  std::uint64_t seed = 1;
  sim::Duration latency = sim::microseconds(500);
  sim::Duration jitter = sim::microseconds(200);
  sim::Duration sync = sim::microseconds(100);
  raft::ProcessOptions raft;
  client::Mix mix{.get = 0, .put = 1};
  sim::Zipf keys = {};
};

inline sim::World make_cluster(const ClusterOptions& options) {
  const std::uint16_t nodes = options.servers + options.clients;
  std::vector<sim::NodeConfiguration> configurations(nodes);
  for (sim::NodeConfiguration& configuration : configurations) {
    configuration.disk.sync = sim::Distribution::constant(options.sync.ns).value();
  }
  const sim::LinkProfile link{
      .latency = sim::Distribution::jittered(options.latency.ns, options.jitter.ns).value()};
  sim::World world(options.seed, std::move(configurations), link);
  std::vector<sim::NodeId> members;
  for (std::uint16_t i = 0; i < options.servers; ++i) members.push_back(sim::NodeId{i});
  for (const sim::NodeId node : members) {
    world.install(node, std::make_unique<raft::RaftProcess>(options.raft, members, node));
    world.schedule_start(node);
  }
  for (std::uint16_t i = options.servers; i < nodes; ++i) {
    client::ClientSettings settings{
        .servers = members, .lanes_max = options.lanes, .mix = options.mix, .keys = options.keys};
    world.install(sim::NodeId{i}, std::make_unique<client::ClientProcess>(settings));
    world.schedule_start(sim::NodeId{i});
  }
  return world;
}

}  // namespace splitvote
