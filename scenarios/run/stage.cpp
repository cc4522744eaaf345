// Lays the settings of topology and workload over each other, the later over the earlier, and
// builds nodes and links of them.
#include "scenarios/run/stage.hpp"

#include <algorithm>

#include "models/client/client_process.hpp"
#include "models/registry/protocol.hpp"
#include "scenarios/run/selection.hpp"
#include "sim/base/check.hpp"

namespace splitvote::run {

namespace {

using sim::NodeId;

bool contains(const load::NodeSet& set, NodeId node, const Cast& cast) {
  const std::vector<NodeId> nodes =
      resolve(set, {.cast = cast, .leader = {}, .with_clients = true});
  return std::binary_search(nodes.begin(), nodes.end(), node);
}

bool applies(const load::LinkRule& rule, sim::Direction direction, const Cast& cast) {
  if (contains(rule.source, direction.source, cast) &&
      contains(rule.target, direction.target, cast))
    return true;
  return rule.both_ways && contains(rule.source, direction.target, cast) &&
         contains(rule.target, direction.source, cast);
}

template <typename Value>
void take(std::optional<Value>& target, const std::optional<Value>& source) {
  if (source) target = source;
}

/// Later settings win, field by field.
void overlay(load::LinkSettings& target, const load::LinkSettings& source) {
  take(target.latency, source.latency);
  take(target.jitter, source.jitter);
  take(target.loss, source.loss);
  take(target.burst, source.burst);
  take(target.duplication, source.duplication);
  take(target.reordering, source.reordering);
  take(target.corruption, source.corruption);
  take(target.bandwidth, source.bandwidth);
  take(target.queue, source.queue);
}

void overlay(load::DiskSettings& target, const load::DiskSettings& source) {
  take(target.read, source.read);
  take(target.write, source.write);
  take(target.fsync, source.fsync);
  take(target.bandwidth, source.bandwidth);
  take(target.capacity, source.capacity);
}

void overlay(load::ClockSettings& target, const load::ClockSettings& source) {
  take(target.offset, source.offset);
  take(target.drift_ppb, source.drift_ppb);
}

void overlay(load::CostSettings& target, const load::CostSettings& source) {
  take(target.per_message_handled, source.per_message_handled);
  take(target.per_message_sent, source.per_message_sent);
  take(target.per_kilobyte, source.per_kilobyte);
  take(target.nic_bandwidth, source.nic_bandwidth);
}

template <typename Settings>
Settings settings_of(const load::PerNode<Settings>& all, NodeId node, const Cast& cast) {
  Settings settings = all.fallback;
  for (const auto& exception : all.exceptions) {
    if (contains(exception.nodes, node, cast)) overlay(settings, exception.settings);
  }
  return settings;
}

sim::LinkProfile to_profile(const load::LinkSettings& settings) {
  sim::LinkProfile profile;
  if (settings.latency) profile.latency = settings.latency->distribution;
  if (settings.jitter) {
    // A latency that is uniform by itself keeps its own spread: the loader refuses the combination.
    profile.latency = profile.latency.with_jitter(settings.jitter->ns).value_or(profile.latency);
  }
  profile.loss = settings.loss.value_or(sim::Ratio{});
  if (settings.burst)
    profile.burst = {settings.burst->enter, settings.burst->leave, settings.burst->loss};
  profile.duplication = settings.duplication.value_or(sim::Ratio{});
  profile.reordering = settings.reordering.value_or(sim::Ratio{});
  profile.corruption = settings.corruption.value_or(sim::Ratio{});
  profile.bytes_per_second = settings.bandwidth.value_or(0);
  profile.queue_max = settings.queue.value_or(sim::Duration{});
  return profile;
}

sim::NodeConfiguration to_configuration(const load::Topology& topology, const Cast& cast,
                                        NodeId node) {
  const load::DiskSettings disk = settings_of(topology.disks, node, cast);
  const load::ClockSettings clock = settings_of(topology.clocks, node, cast);
  const load::CostSettings costs = settings_of(topology.costs, node, cast);
  sim::NodeConfiguration configuration{.name = cast.name(node)};
  if (disk.read) configuration.disk.read = disk.read->distribution;
  if (disk.write) configuration.disk.write = disk.write->distribution;
  if (disk.fsync) configuration.disk.sync = disk.fsync->distribution;
  configuration.disk.bytes_per_second = disk.bandwidth.value_or(0);
  configuration.disk_capacity = disk.capacity.value_or(0);
  configuration.clock_offset = clock.offset.value_or(sim::Duration{});
  configuration.drift_ppb = clock.drift_ppb.value_or(0);
  configuration.costs = {.per_message_handled = costs.per_message_handled.value_or(sim::Duration{}),
                         .per_message_sent = costs.per_message_sent.value_or(sim::Duration{}),
                         .per_kilobyte = costs.per_kilobyte.value_or(sim::Duration{}),
                         .nic_bytes_per_second = costs.nic_bandwidth.value_or(0)};
  configuration.refuses = topology.network.refusals;
  return configuration;
}

/// The pause between operations: in an open loop the clients share the workload's rate, and
/// arrivals are Poisson.
sim::Distribution pause_of(const load::Workload& workload) {
  if (!workload.rate) return workload.think.distribution;
  const auto share = static_cast<unsigned __int128>(workload.clients) * 1'000'000'000'000U;
  const auto mean = static_cast<std::int64_t>(share / workload.rate->per_1000_s);
  return sim::Distribution::exponential(std::max<std::int64_t>(mean, 1)).value();
}

/// The loader has checked the bounds of both.
sim::Zipf keys_of(const load::Workload& workload) {
  const bool zipf = workload.keys.kind == load::Keys::Kind::zipf;
  const sim::Ratio exponent = zipf ? workload.keys.exponent : sim::Ratio{0, 1};
  return sim::Zipf::create(static_cast<std::uint32_t>(workload.keys.count), exponent).value();
}

client::ClientSettings to_client(const load::Workload& workload, const Cast& cast,
                                 std::uint32_t nth, client::Delivery delivery) {
  return {
      .servers = cast.servers,
      .groups = cast.groups,
      .loop = workload.rate ? client::Loop::open : client::Loop::closed,
      .pause = pause_of(workload),
      .lanes_max = workload.lanes,
      .mix = {.get = workload.mix.get,
              .put = workload.mix.put,
              .remove = workload.mix.remove,
              .compare_and_swap = workload.mix.cas},
      .keys = keys_of(workload),
      .value_size = workload.value_size,
      .operation_timeout = workload.timeout,
      .request_timeout = workload.request_timeout,
      .backoff = {workload.backoff.base, workload.backoff.max, workload.backoff.jitter},
      .start = workload.start,
      .stop = workload.stop,
      .target = workload.target == load::Target::any ? client::Target::any : client::Target::leader,
      .first_server = cast.servers[nth % cast.servers.size()],
      .delivery = delivery};
}

/// Whether anything in the scenario may bring a server the same message twice.
client::Delivery delivery_of(const load::Scenario& scenario) {
  const auto duplicates = [](const auto& settings) { return settings.duplication.has_value(); };
  bool found = duplicates(scenario.topology.network.fallback);
  for (const load::LinkRule& rule : scenario.topology.network.rules)
    found |= duplicates(rule.settings);
  for (const load::Step& step : scenario.timeline) {
    for (const load::Action& action : step.actions) {
      const auto* fault = std::get_if<load::LinkFault>(&action.verb);
      found |= fault != nullptr && duplicates(*fault);
    }
  }
  return found ? client::Delivery::maybe_twice : client::Delivery::at_most_once;
}

}  // namespace

sim::LinkProfile link_profile(const load::Topology& topology, const Cast& cast,
                              sim::Direction direction) {
  load::LinkSettings settings = topology.network.fallback;
  const std::string& source = cast.players[number(direction.source)].datacenter;
  const std::string& target = cast.players[number(direction.target)].datacenter;
  for (const load::DatacenterLatency& entry : topology.network.latencies) {
    if (entry.source == source && entry.target == target) settings.latency = entry.latency;
  }
  for (const load::LinkRule& rule : topology.network.rules) {
    if (applies(rule, direction, cast)) overlay(settings, rule.settings);
  }
  return to_profile(settings);
}

sim::World build_world(const load::Scenario& scenario, const Cast& cast, std::uint64_t seed) {
  const models::Protocol* protocol = models::find_protocol(scenario.protocol.kind);
  SPLITVOTE_CHECK(protocol != nullptr);
  std::vector<sim::NodeConfiguration> configurations;
  for (std::size_t i = 0; i < cast.players.size(); ++i) {
    configurations.push_back(to_configuration(scenario.topology, cast, NodeId(i)));
  }
  sim::World world(seed, std::move(configurations), to_profile(scenario.topology.network.fallback));
  for (std::size_t s = 0; s < cast.players.size(); ++s) {
    for (std::size_t t = 0; t < cast.players.size(); ++t) {
      const sim::Direction direction{NodeId(s), NodeId(t)};
      world.network().set_profile(direction, link_profile(scenario.topology, cast, direction));
    }
  }
  for (const NodeId server : cast.servers) {
    world.install(server, protocol->make_server(scenario.protocol.settings, cast.servers, server));
    world.schedule_start(server);
  }
  const client::Delivery delivery = delivery_of(scenario);
  for (std::uint32_t w = 0; w < scenario.workloads.size(); ++w) {
    std::uint32_t nth = 0;
    for (const NodeId node : cast.clients(w)) {
      const client::ClientSettings settings =
          to_client(scenario.workloads[w], cast, nth++, delivery);
      world.install(node, std::make_unique<client::ClientProcess>(settings));
      world.schedule_start(node);
    }
  }
  return world;
}

}  // namespace splitvote::run
