// Servers of several groups in the simulated world, with faults at random and every check watching;
// and that the checks see it when groups are mixed up.
#include <doctest/doctest.h>

#include <random>

#include "models/check/checks.hpp"
#include "models/client/client_process.hpp"
#include "models/raft/groups_process.hpp"
#include "models/wire/frame.hpp"
#include "sim/world/world.hpp"
#include "tests/models/raft/group_mix_up.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr std::uint16_t servers = 3;
constexpr std::uint16_t clients = 2;

class GroupsWatcher final : public sim::Watcher {
 public:
  explicit GroupsWatcher(std::uint16_t groups) : checks({}, groups), served(groups) {}

  [[nodiscard]] bool on_note(const sim::Moment& moment, NodeId node,
                             const sim::Note& note) override {
    checks.on_note(moment, node, note);
    const auto type = static_cast<models::NoteType>(note.kind);
    if (type == models::NoteType::served) ++served[note.group];
    if (type == models::NoteType::halted) ++halted;
    if (type == models::NoteType::quiescence && note.a == 1) ++slept;
    return false;
  }
  void on_node(const sim::Moment& moment, NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    checks.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record&) override {}
  [[nodiscard]] bool recording() const override { return false; }

  check::Checks checks;
  std::vector<int> served;  // by group
  int halted = 0;
  int slept = 0;
};

struct Plan {
  ProcessOptions options;
  std::uint16_t groups = 4;
  sim::Ratio chance{0, 100};  // of each fault of the links
  GroupMixUp mix_up = GroupMixUp::none;
  std::int64_t pause_ns = 5'000'000;  // of a client, on average
};

sim::World make_world(std::uint64_t seed, const Plan& plan) {
  std::vector<sim::NodeConfiguration> nodes(servers + clients);
  for (std::uint16_t i = 0; i < servers; ++i) {
    nodes[i].disk.sync = *sim::Distribution::exponential(1'000'000, 10'000'000);
    nodes[i].drift_ppb = i * 10'000;
  }
  sim::LinkProfile link;
  link.latency = *sim::Distribution::uniform(200'000, 3'000'000);
  link.loss = link.duplication = link.reordering = link.corruption = plan.chance;
  sim::World world(seed, nodes, link);

  std::vector<NodeId> members;
  for (std::uint16_t i = 0; i < servers; ++i) members.push_back(NodeId{i});
  for (const NodeId member : members) {
    auto server = std::make_unique<GroupsProcess>(plan.options, configuration_of(members), member,
                                                  plan.groups);
    if (plan.mix_up == GroupMixUp::none)
      world.install(member, std::move(server));
    else
      world.install(member, std::make_unique<MixedUpProcess>(*server, plan.mix_up));
    world.schedule_start(member);
  }
  client::ClientSettings load;
  load.servers = members;
  load.groups = plan.groups;
  load.pause = *sim::Distribution::exponential(plan.pause_ns, 20 * plan.pause_ns);
  load.lanes_max = 4;
  load.mix = {.get = 40, .put = 40, .remove = 5, .compare_and_swap = 15};
  load.keys = *sim::Zipf::create(16, {0, 1});
  for (std::uint16_t i = servers; i < servers + clients; ++i) {
    world.install(NodeId{i}, std::make_unique<client::ClientProcess>(load));
    world.schedule_start(NodeId{i});
  }
  return world;
}

/// One fault, or the end of some, at random.
void trouble(sim::World& world, std::mt19937_64& random, std::uint32_t& next_fault,
             GroupsWatcher& watcher) {
  const NodeId node{static_cast<std::uint16_t>(random() % servers)};
  const NodeId other{static_cast<std::uint16_t>(random() % servers)};
  switch (random() % 10) {
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
      if (node != other) world.network().cut(sim::FaultId{next_fault++}, {node, other});
      break;
    case 5:
      for (std::uint32_t fault = 0; fault < next_fault; ++fault) world.heal(sim::FaultId{fault});
      break;
    default:
      world.schedule_start(node);
  }
}

/// Ten seconds of trouble and a while of peace.
void play(sim::World& world, std::uint64_t seed, GroupsWatcher& watcher) {
  std::mt19937_64 random(seed);
  std::uint32_t next_fault = 0;
  for (int i = 1; i <= 100; ++i) {
    world.advance({sim::milliseconds(100 * i).ns}, watcher);
    trouble(world, random, next_fault, watcher);
  }
  for (std::uint32_t fault = 0; fault < next_fault; ++fault) world.heal(sim::FaultId{fault});
  for (std::uint16_t i = 0; i < servers; ++i) {
    world.resume(NodeId{i}, watcher);
    world.schedule_start(NodeId{i});
  }
  world.advance({sim::seconds(14).ns}, watcher);
}

ProcessOptions random_options(std::mt19937_64& random) {
  ProcessOptions options;
  options.core.pre_vote = random() % 2 == 0;
  options.core.check_quorum = random() % 2 == 0;
  options.snapshot_entries = random() % 2 == 0 ? 0 : 10 + random() % 100;
  options.core.trailing_entries = static_cast<std::uint32_t>(random() % 20);
  options.core.quiesce = random() % 2 == 0;
  constexpr std::array linearizable{Reads::log, Reads::read_index, Reads::lease, Reads::follower};
  options.reads = linearizable[random() % linearizable.size()];
  if (options.reads == Reads::lease)
    options.core.leases = options.core.check_quorum = options.core.leader_stickiness = true;
  return options;
}

/// How many of so many worlds without other faults than crashes break a promise.
int violated(GroupMixUp mix_up) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Plan plan{.mix_up = mix_up};
    // Candidates of both groups in the same terms, often.
    plan.options.core.pre_vote = false;
    plan.options.election_timeout = {sim::milliseconds(150), sim::milliseconds(155)};
    sim::World world = make_world(seed, plan);
    GroupsWatcher watcher(plan.groups);
    play(world, seed, watcher);
    watcher.checks.finish(world.moment());
    if (!watcher.checks.violations().empty()) ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("no check finds anything in random worlds of several groups, and each group recovers") {
  int served = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const Plan plan{.options = random_options(random),
                    .groups = static_cast<std::uint16_t>(1 + random() % 6),
                    .chance = {static_cast<std::uint32_t>(random() % 4), 100}};
    sim::World world = make_world(seed, plan);
    GroupsWatcher watcher(plan.groups);
    play(world, seed, watcher);
    const std::vector<int> before = watcher.served;
    world.advance({sim::seconds(16).ns}, watcher);
    watcher.checks.finish(world.moment());

    for (const check::Violation& violation : watcher.checks.violations()) {
      FAIL_CHECK(check::name(violation.check), " at ", violation.moment.time.ns, ": ",
                 violation.explanation);
    }
    CHECK(watcher.halted == 0);
    // 16 keys leave no group without one: the hash of k1 … k16 is fixed.
    for (std::uint16_t group = 0; group < plan.groups; ++group)
      CHECK(watcher.served[group] > before[group]);
    for (const int count : watcher.served) served += count;
  }
  CHECK(served > 20'000);
}

TEST_CASE(
    "no check finds anything where groups fall asleep between operations, and all are served") {
  int slept = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    Plan plan{.options = random_options(random),
              .groups = static_cast<std::uint16_t>(1 + random() % 6),
              .chance = {static_cast<std::uint32_t>(random() % 4), 100},
              .pause_ns = 400'000'000};
    plan.options.core.quiesce = true;
    plan.options.core.catch_up_heartbeats = 1;
    sim::World world = make_world(seed, plan);
    GroupsWatcher watcher(plan.groups);
    play(world, seed, watcher);
    const std::vector<int> before = watcher.served;
    world.advance({sim::seconds(34).ns}, watcher);
    watcher.checks.finish(world.moment());

    for (const check::Violation& violation : watcher.checks.violations()) {
      FAIL_CHECK(check::name(violation.check), " at ", violation.moment.time.ns, ": ",
                 violation.explanation);
    }
    for (std::uint16_t group = 0; group < plan.groups; ++group)
      CHECK(watcher.served[group] > before[group]);
    slept += watcher.slept;
  }
  CHECK(slept > 5000);
}

TEST_CASE("a copy of a world of several groups continues to the same digest") {
  sim::World world = make_world(11, {.chance = {1, 100}});
  GroupsWatcher watcher(4);
  world.advance({sim::milliseconds(1234).ns}, watcher);

  sim::World copy = world;
  GroupsWatcher copy_watcher(4);
  world.advance({sim::seconds(3).ns}, watcher);
  copy.advance({sim::seconds(3).ns}, copy_watcher);

  CHECK(world.digest() == copy.digest());
}

TEST_CASE("votes that are counted in another group than they were given in are found out") {
  CHECK(violated(GroupMixUp::none) == 0);
  CHECK(violated(GroupMixUp::votes) > 0);
}

TEST_CASE("a group that finds another one's files after a restart is found out") {
  CHECK(violated(GroupMixUp::files) > 10);
}
