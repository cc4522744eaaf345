// No allocation in the steady state: idle servers never, busy ones only where their logs grow.
#include <doctest/doctest.h>

#include "models/client/client_process.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/world/world.hpp"
#include "tests/support/allocation_count.hpp"
#include "tests/support/check_watcher.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

class NoteCounter final : public sim::Watcher {
 public:
  [[nodiscard]] bool on_note(const sim::Moment&, NodeId, const sim::Note& note) override {
    served += static_cast<models::NoteType>(note.kind) == models::NoteType::served;
    return false;
  }
  void on_node(const sim::Moment&, NodeId, sim::RecordKind, std::uint64_t) override {}
  void on_record(const sim::Record&) override {}
  [[nodiscard]] bool recording() const override { return false; }

  std::uint64_t served = 0;
};

constexpr std::uint16_t servers = 5;

sim::World make_world(std::uint32_t lanes) {
  std::vector<sim::NodeConfiguration> nodes(servers + 1);
  for (sim::NodeConfiguration& node : nodes) {
    node.disk.sync = *sim::Distribution::constant(100'000);
  }
  sim::LinkProfile link;
  link.latency = *sim::Distribution::constant(500'000);
  sim::World world(1, nodes, link);
  std::vector<NodeId> members;
  for (std::uint16_t i = 0; i < servers; ++i) members.push_back(NodeId{i});
  for (const NodeId member : members) {
    // A snapshot is a new block of memory; between two of them nothing may be allocated.
    const ProcessOptions options{.snapshot_entries = 0, .snapshot_bytes = 0};
    world.install(member, std::make_unique<RaftProcess>(options, members, member));
    world.schedule_start(member);
  }
  if (lanes == 0) return world;
  client::ClientSettings load;
  load.servers = members;
  load.pause = *sim::Distribution::constant(0);
  load.lanes_max = lanes;
  load.keys = *sim::Zipf::create(32, {0, 1});
  world.install(NodeId{servers}, std::make_unique<client::ClientProcess>(load));
  world.schedule_start(NodeId{servers});
  return world;
}

}  // namespace

TEST_CASE("idle servers allocate nothing") {
  sim::World world = make_world(0);
  NoteCounter watcher;
  world.advance({sim::seconds(2).ns}, watcher);
  const std::uint64_t before = allocation_count;

  world.advance({sim::seconds(60).ns}, watcher);

  CHECK(allocation_count == before);
}

TEST_CASE("busy servers allocate only when a log, a file or a batch outgrows its doubled room") {
  sim::World world = make_world(16);
  NoteCounter watcher;
  world.advance({sim::seconds(2).ns}, watcher);
  const std::uint64_t before = allocation_count;
  const std::uint64_t served = watcher.served;

  world.advance({sim::seconds(4).ns}, watcher);

  // Doubling: each of a handful of growing buffers per node grows once or twice.
  CHECK(watcher.served - served > 10'000);
  CHECK(allocation_count - before < 100);
}

TEST_CASE("the checks of idle servers allocate nothing either") {
  sim::World world = make_world(0);
  CheckWatcher watcher;
  world.advance({sim::seconds(2).ns}, watcher);
  const std::uint64_t before = allocation_count;

  world.advance({sim::seconds(12).ns}, watcher);

  CHECK(allocation_count == before);
}

TEST_CASE("64 operations at a time with every check allocate only where logs and history grow") {
  sim::World world = make_world(64);
  CheckWatcher watcher;
  world.advance({sim::seconds(4).ns}, watcher);
  const std::size_t operations = watcher.checks.history().entries().size();
  const std::uint64_t before = allocation_count;

  world.advance({sim::seconds(12).ns}, watcher);

  const std::uint64_t made = allocation_count - before;
  const std::size_t more = watcher.checks.history().entries().size() - operations;
  CHECK(more > 150'000);
  // Three times as long: what grows doubles its room once or twice (per server the log, its index
  // and the file; for the run the history, its texts and what is promised), and now and then a
  // message's buffer holds a larger batch than any before. Nothing is allocated per operation.
  CHECK(made * 1'000 < more);
}
