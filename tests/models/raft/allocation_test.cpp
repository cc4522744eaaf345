// No allocation in the steady state: idle servers never, busy ones only where their logs grow.
#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "models/client/client_process.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/world/world.hpp"

namespace {

std::uint64_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

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
    world.install(member, std::make_unique<RaftProcess>(ProcessOptions{}, members, member));
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
  const std::uint64_t before = allocations;

  world.advance({sim::seconds(60).ns}, watcher);

  CHECK(allocations == before);
}

TEST_CASE("busy servers allocate only when a log, a file or a batch outgrows its doubled room") {
  sim::World world = make_world(16);
  NoteCounter watcher;
  world.advance({sim::seconds(2).ns}, watcher);
  const std::uint64_t before = allocations;
  const std::uint64_t served = watcher.served;

  world.advance({sim::seconds(4).ns}, watcher);

  // Doubling: each of a handful of growing buffers per node grows once or twice.
  CHECK(watcher.served - served > 10'000);
  CHECK(allocations - before < 100);
}
