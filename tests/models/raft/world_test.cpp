// Raft servers and clients in the simulated world, with faults at random and every check watching.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "models/check/checks.hpp"
#include "models/client/client_process.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/world/world.hpp"
#include "tests/models/raft/executions.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

class CheckWatcher final : public sim::Watcher {
 public:
  explicit CheckWatcher(const sim::World& world) : world_(world) {}

  [[nodiscard]] bool on_note(const sim::Moment& moment, NodeId node,
                             const sim::Note& note) override {
    checks.on_note(moment, node, note);
    executions.on_note(world_, node, note);
    const auto type = static_cast<models::NoteType>(note.kind);
    if (type == models::NoteType::role && note.a == static_cast<std::uint64_t>(Role::leader)) {
      ++leaders;
    }
    if (type == models::NoteType::truncated) ++truncations;
    if (type == models::NoteType::halted) ++halted;
    if (type == models::NoteType::compacted) ++compactions;
    if (type == models::NoteType::restored) ++(note.c == 0 ? restarts : installs);
    if (type == models::NoteType::served) ++served;
    if (type == models::NoteType::frame_rejected) ++rejected;
    if (type == models::NoteType::forwarded) ++forwarded;
    return false;
  }
  void on_node(const sim::Moment& moment, NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    checks.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record&) override {}
  [[nodiscard]] bool recording() const override { return false; }

  check::Checks checks;
  Executions executions;
  int leaders = 0;
  int truncations = 0;
  int halted = 0;
  int compactions = 0;
  int restarts = 0;  // from a snapshot
  int installs = 0;
  int served = 0;
  int rejected = 0;
  int forwarded = 0;

 private:
  const sim::World& world_;
};

constexpr std::uint16_t servers = 3;
constexpr std::uint16_t clients = 2;

sim::World make_world(std::uint64_t seed, const ProcessOptions& options, sim::Ratio chance) {
  std::vector<sim::NodeConfiguration> nodes(servers + clients);
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].name = "n" + std::to_string(i);
  for (std::uint16_t i = 0; i < servers; ++i) {
    nodes[i].disk.sync = *sim::Distribution::exponential(5'000'000, 50'000'000);
    nodes[i].drift_ppb = i * 10'000;
  }
  sim::LinkProfile link;
  link.latency = *sim::Distribution::uniform(200'000, 3'000'000);
  link.loss = chance;
  link.duplication = chance;
  link.reordering = chance;
  link.corruption = chance;
  sim::World world(seed, nodes, link);

  std::vector<NodeId> members;
  for (std::uint16_t i = 0; i < servers; ++i) members.push_back(NodeId{i});
  for (const NodeId member : members) {
    world.install(member, std::make_unique<RaftProcess>(options, members, member));
    world.schedule_start(member);
  }
  client::ClientSettings load;
  load.servers = members;
  if (options.forward_proposals) load.target = client::Target::any;
  load.pause = *sim::Distribution::exponential(5'000'000, 100'000'000);
  load.lanes_max = 3;
  load.mix = {.get = 40, .put = 40, .remove = 5, .compare_and_swap = 15};
  load.keys = *sim::Zipf::create(8, {0, 1});
  for (std::uint16_t i = servers; i < servers + clients; ++i) {
    world.install(NodeId{i}, std::make_unique<client::ClientProcess>(load));
    world.schedule_start(NodeId{i});
  }
  return world;
}

ProcessOptions random_options(std::mt19937_64& random) {
  ProcessOptions options;
  options.core.pre_vote = random() % 2 == 0;
  options.core.check_quorum = random() % 2 == 0;
  options.core.inflight_messages_max = static_cast<std::uint32_t>(1 + random() % 8);
  options.snapshot_entries = random() % 2 == 0 ? 0 : 10 + random() % 100;
  options.snapshot_bytes = random() % 2 == 0 ? 0 : 1000 + random() % 10'000;
  options.core.trailing_entries = static_cast<std::uint32_t>(random() % 20);
  options.core.snapshot_chunk_bytes = static_cast<std::uint32_t>(50 + random() % 1000);
  constexpr std::array linearizable{Reads::log, Reads::read_index, Reads::lease, Reads::follower};
  options.reads = linearizable[random() % linearizable.size()];
  options.forward_proposals = random() % 2 == 0;
  if (options.reads == Reads::lease) {
    options.core.leases = options.core.check_quorum = options.core.leader_stickiness = true;
  }
  return options;
}

/// One fault, or the end of some, at random.
void trouble(sim::World& world, std::mt19937_64& random, std::uint32_t& next_fault,
             CheckWatcher& watcher) {
  const NodeId node{static_cast<std::uint16_t>(random() % servers)};
  const NodeId other{static_cast<std::uint16_t>(random() % servers)};
  switch (random() % 12) {
    case 0:
      world.crash(node, {.power = false}, watcher);
      break;
    case 1:
      world.crash(node, {.power = true, .loss = sim::LossMode::random}, watcher);
      break;
    case 2:
      world.pause(node, watcher);
      break;
    case 3:
      world.resume(node, watcher);
      break;
    case 4:
      world.network().cut(sim::FaultId{next_fault++}, {node, other});
      break;
    case 5:
      for (std::uint16_t peer = 0; peer < servers; ++peer) {
        if (peer != sim::number(node)) {
          world.network().cut(sim::FaultId{next_fault}, {node, NodeId{peer}});
          world.network().cut(sim::FaultId{next_fault}, {NodeId{peer}, node});
        }
      }
      ++next_fault;
      break;
    case 6:
      for (std::uint32_t fault = 0; fault < next_fault; ++fault) world.heal(sim::FaultId{fault});
      break;
    case 7:
      for (std::uint16_t i = 0; i < servers; ++i) {
        world.crash(NodeId{i}, {.power = true, .loss = sim::LossMode::random}, watcher);
        world.schedule_start(NodeId{i});
      }
      break;
    default:
      world.schedule_start(node);
  }
}

void end_trouble(sim::World& world, std::uint32_t next_fault, CheckWatcher& watcher) {
  for (std::uint32_t fault = 0; fault < next_fault; ++fault) world.heal(sim::FaultId{fault});
  for (std::uint16_t i = 0; i < servers; ++i) {
    world.resume(NodeId{i}, watcher);
    world.schedule_start(NodeId{i});
  }
}

}  // namespace

TEST_CASE("no check finds anything in random worlds, every command is executed once, all recover") {
  int leaders = 0;
  int truncations = 0;
  int served = 0;
  int rejected = 0;
  int forwarded = 0;
  int compactions = 0;
  int restarts = 0;
  int installs = 0;
  std::uint64_t repeated = 0;
  std::uint64_t recalled = 0;
  std::uint64_t answered_again = 0;

  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const ProcessOptions options = random_options(random);
    sim::World world = make_world(seed, options, {static_cast<std::uint32_t>(random() % 4), 100});
    CheckWatcher watcher(world);
    std::uint32_t next_fault = 0;

    for (int i = 1; i <= 120; ++i) {
      world.advance({sim::milliseconds(80 * i).ns}, watcher);
      trouble(world, random, next_fault, watcher);
    }
    end_trouble(world, next_fault, watcher);
    world.advance({sim::seconds(12).ns}, watcher);
    const int served_before = watcher.served;
    world.advance({sim::seconds(13).ns}, watcher);
    watcher.checks.finish(world.moment());

    for (const check::Violation& violation : watcher.checks.violations()) {
      FAIL_CHECK(check::name(violation.check), " at ", violation.moment.time.ns, ": ",
                 violation.explanation);
    }
    CHECK(watcher.executions.violation() == "");
    CHECK(watcher.halted == 0);
    CHECK(watcher.served > served_before + 20);
    leaders += watcher.leaders;
    truncations += watcher.truncations;
    served += watcher.served;
    rejected += watcher.rejected;
    forwarded += watcher.forwarded;
    compactions += watcher.compactions;
    restarts += watcher.restarts;
    installs += watcher.installs;
    repeated += watcher.executions.repeated();
    recalled += watcher.executions.recalled();
    answered_again += watcher.executions.answered_again();
  }

  MESSAGE("leaders ", leaders, ", truncations ", truncations, ", served ", served, ", rejected ",
          rejected, ", compactions ", compactions, ", restarts from a snapshot ", restarts,
          ", installs ", installs, ", forwarded ", forwarded, ", repeated ", repeated,
          ", of them recalled from a snapshot ", recalled, ", answered again ", answered_again);
  CHECK(leaders > 300);
  CHECK(truncations > 50);
  CHECK(served > 100'000);
  CHECK(rejected > 10'000);
  CHECK(compactions > 1000);
  CHECK(restarts > 500);
  CHECK(installs > 50);
  CHECK(forwarded > 10'000);
  CHECK(repeated > 2000);
  CHECK(recalled > 200);
  CHECK(answered_again > 1000);
}

TEST_CASE("a copy of a world in full swing continues to the same digest") {
  sim::World world = make_world(11, {}, {1, 100});
  CheckWatcher watcher(world);
  world.advance({sim::milliseconds(1234).ns}, watcher);

  sim::World copy = world;
  CheckWatcher copy_watcher(copy);
  world.advance({sim::seconds(3).ns}, watcher);
  copy.advance({sim::seconds(3).ns}, copy_watcher);

  CHECK(world.digest() == copy.digest());
  CHECK(watcher.served > copy_watcher.served);
}
