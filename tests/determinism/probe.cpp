// Runs worlds of every protocol through every kind of fault and prints one digest per world.
//
// Usage: probe [--copies]. The lines must be the same from every compiler, at every optimisation,
// with every standard library, and with `--copies`, where each world is left for a copy of itself
// again and again. Needs nothing but sim/ and models/, and no exceptions.
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "models/client/client_process.hpp"
#include "models/registry/protocol.hpp"
#include "sim/fault/injector.hpp"
#include "tests/support/check_watcher.hpp"

namespace splitvote {
namespace {

using sim::NodeId;

constexpr std::uint16_t servers = 3;
constexpr std::uint16_t clients = 2;
constexpr std::uint16_t nodes = servers + clients;
constexpr int troubles = 50;
constexpr std::uint64_t seeds = 4;

/// All there is of a run: a copy of it is a fork.
struct Run {
  sim::World world;
  sim::Injector injector;
  sim::Stream stream;
  std::vector<sim::FaultId> faults;
  CheckWatcher observer;
};

sim::LinkProfile link(std::uint64_t seed) {
  const sim::Ratio chance{static_cast<std::uint32_t>(seed % 4), 100};
  return {.latency = *sim::Distribution::lognormal(800'000, 3'000'000),
          .burst = sim::BurstLoss{.enter = {1, 2'000}, .leave = {1, 10}, .bad_loss = {1, 2}},
          .duplication = chance,
          .reordering = chance,
          .corruption = chance,
          .bytes_per_second = 20'000'000};
}

std::vector<sim::NodeConfiguration> configurations(std::uint64_t seed) {
  std::vector<sim::NodeConfiguration> all(nodes);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].disk = *sim::find_disk_profile(i % 2 == 0 ? "ssd" : "nvme");
    all[i].drift_ppb = static_cast<std::int64_t>(i) * 20'000 - 30'000;
    all[i].clock_offset = sim::milliseconds(static_cast<std::int64_t>(i));
  }
  if (seed % 2 == 0) {
    all[0].costs = {.per_message_handled = sim::microseconds(20),
                    .per_message_sent = sim::microseconds(5),
                    .per_kilobyte = sim::microseconds(3),
                    .nic_bytes_per_second = 100'000'000};
  }
  return all;
}

std::unique_ptr<sim::Process> make_client(const std::vector<NodeId>& members, bool open) {
  client::ClientSettings settings;
  settings.servers = members;
  settings.loop = open ? client::Loop::open : client::Loop::closed;
  settings.pause = *sim::Distribution::exponential(2'000'000, 50'000'000);
  settings.lanes_max = 6;
  settings.mix = {.get = 40, .put = 40, .remove = 5, .compare_and_swap = 15};
  settings.keys = *sim::Zipf::create(20, {9, 10});
  return std::make_unique<client::ClientProcess>(settings);
}

Run make_run(const models::Protocol& protocol, std::uint64_t seed) {
  Run run{.world = sim::World(seed, configurations(seed), link(seed)),
          .injector = {},
          .stream = sim::Stream(seed, {sim::Purpose::fault_target, 0, 0}),
          .faults = {},
          .observer = {}};
  models::Settings settings;
  for (const models::Key& key : protocol.keys) settings.set(key.name, key.fallback);
  std::vector<NodeId> members;
  for (std::uint16_t i = 0; i < servers; ++i) members.push_back(NodeId{i});
  for (std::uint16_t i = 0; i < nodes; ++i) {
    const NodeId node{i};
    run.world.install(node, i < servers ? protocol.make_server(settings, members, node)
                                        : make_client(members, i % 2 == 0));
    run.world.schedule_start(node);
  }
  return run;
}

sim::Fault draw_fault(sim::Stream& stream) {
  const NodeId node{static_cast<std::uint16_t>(sim::uniform(stream, 0, nodes - 1))};
  const NodeId server{static_cast<std::uint16_t>(sim::uniform(stream, 0, servers - 1))};
  const std::int64_t size = sim::uniform(stream, 1, 400);
  const std::vector<sim::Direction> between{{node, server}};
  switch (sim::uniform(stream, 0, 11)) {
    case 0:
      return sim::CrashNodes{{node}, {}};
    case 1:
      return sim::CrashNodes{{server}, {.power = true}};
    case 2:
      return sim::PauseNodes{{node}};
    case 3:
      return sim::CutDirections{between};
    case 4:
      return sim::CutDirections{{{server, node}, {node, server}}};
    case 5:
      return sim::ChangeLinks{
          between, {.latency_extra = sim::microseconds(size * 10), .loss = sim::Ratio{1, 20}}};
    case 6:
      return sim::HoldMessages{between, 0x5555555555555555};
    case 7:
      return sim::StepClocks{{node}, sim::milliseconds(size)};
    case 8:
      return sim::DriftClocks{{node}, size * 1'000'000};
    case 9:
      return sim::FreezeClocks{{server}};
    case 10:
      return sim::ChangeDisks{{server}, {.slower = sim::Ratio{3, 1}}};
    default:
      return sim::StallDisks{{server}, sim::milliseconds(size)};
  }
}

/// Goes on for a while, then something breaks or something is repaired.
void disturb(Run& run) {
  const sim::Duration pause = sim::microseconds(sim::uniform(run.stream, 1, 200'000));
  run.world.schedule_control(run.world.now() + pause, 0);
  (void)run.world.advance(sim::end_of_time, run.observer);
  const bool repair = run.faults.size() > 3 || sim::uniform(run.stream, 0, 2) == 0;
  if (repair && !run.faults.empty()) {
    const auto last = static_cast<std::int64_t>(run.faults.size()) - 1;
    const auto at = run.faults.begin() + sim::uniform(run.stream, 0, last);
    run.injector.heal(run.world, *at, run.observer);
    run.faults.erase(at);
    return;
  }
  const sim::FaultId fault = run.injector.request(run.world.now(), "probe");
  run.injector.fire(run.world, fault, draw_fault(run.stream), "probe", run.observer);
  run.faults.push_back(fault);
}

void print_result(const models::Protocol& protocol, std::uint64_t seed, bool copies) {
  auto run = std::make_unique<Run>(make_run(protocol, seed));
  for (int i = 0; i < troubles; ++i) {
    disturb(*run);
    if (copies) run = std::make_unique<Run>(*run);
  }
  run->injector.heal_all(run->world, run->observer);
  (void)run->world.advance(run->world.now() + sim::seconds(2), run->observer);
  run->observer.checks.finish(run->world.moment());

  std::size_t returned = 0;
  for (const check::HistoryEntry& entry : run->observer.checks.history().entries())
    returned += entry.has_returned();
  std::printf("%.*s seed %" PRIu64 " digest %s events %" PRIu64 " returned %zu violations %zu\n",
              static_cast<int>(protocol.name.size()), protocol.name.data(), seed,
              sim::to_hex(run->world.digest()).c_str(), sim::number(run->world.last_event()),
              returned, run->observer.checks.violations().size());
}

}  // namespace
}  // namespace splitvote

int main(int argc, char** argv) {
  const bool copies = argc > 1 && std::strcmp(argv[1], "--copies") == 0;
  for (const splitvote::models::Protocol& protocol : splitvote::models::protocols()) {
    for (std::uint64_t seed = 1; seed <= splitvote::seeds; ++seed)
      splitvote::print_result(protocol, seed, copies);
  }
}
