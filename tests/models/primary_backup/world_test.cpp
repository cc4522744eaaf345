// Primary, backups and clients in the simulated world: a healthy run, the loss, and a copy of it.
#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/client/client_process.hpp"
#include "models/notes.hpp"
#include "models/primary_backup/server.hpp"
#include "sim/world/world.hpp"

using namespace splitvote;
using models::NoteType;
using sim::NodeId;

namespace {

constexpr NodeId lonely_client{3};  // stays with the first primary
constexpr NodeId other_client{4};

/// What clients and servers said.
class Listener final : public sim::Watcher {
 public:
  bool on_note(const sim::Moment&, NodeId node, const sim::Note& note) override {
    const auto type = static_cast<NoteType>(note.kind);
    const auto ok = static_cast<std::uint64_t>(client::Outcome::ok);
    if (type == NoteType::complete && note.b == ok) {
      ++acknowledged[node];
      ++by_revision[note.c];
    }
    ++count[type];
    if (type == NoteType::truncated) ++truncations[node];
    return false;
  }
  void on_node(const sim::Moment&, NodeId, sim::RecordKind, std::uint64_t) override {}
  void on_record(const sim::Record&) override {}
  [[nodiscard]] bool recording() const override { return false; }

  [[nodiscard]] int reused_revisions() const {
    int reused = 0;
    for (const auto& [revision, writes] : by_revision) reused += writes > 1 ? 1 : 0;
    return reused;
  }

  std::map<NodeId, int> acknowledged;
  std::map<std::uint64_t, int> by_revision;  // every operation is a write
  std::map<NoteType, int> count;
  std::map<NodeId, int> truncations;
};

sim::World make_world() {
  sim::NodeConfiguration node;
  node.disk.sync = *sim::Distribution::constant(100'000);
  sim::LinkProfile link;
  link.latency = *sim::Distribution::constant(500'000);
  sim::World world(7, std::vector<sim::NodeConfiguration>(5, node), link);

  const std::vector<NodeId> members{NodeId{0}, NodeId{1}, NodeId{2}};
  for (const NodeId member : members) {
    world.install(member, std::make_unique<primary_backup::Server>(primary_backup::Options{},
                                                                   members, member));
    world.schedule_start(member);
  }
  client::ClientSettings load;
  load.servers = members;
  load.pause = *sim::Distribution::exponential(5'000'000);
  load.mix = {.get = 0, .put = 1};
  load.keys = *sim::Zipf::create(8, {0, 1});
  for (const NodeId client : {lonely_client, other_client}) {
    world.install(client, std::make_unique<client::ClientProcess>(load));
    world.schedule_start(client);
  }
  return world;
}

void run_to(sim::World& world, Listener& listener, std::int64_t ms) {
  static_cast<void>(world.advance(sim::Instant{} + sim::milliseconds(ms), listener));
}

/// The primary and one client on one side, everybody else on the other.
void cut(sim::World& world) {
  for (const NodeId inside : {NodeId{0}, lonely_client}) {
    for (const NodeId outside : {NodeId{1}, NodeId{2}, other_client}) {
      world.network().cut(sim::FaultId{0}, {inside, outside});
      world.network().cut(sim::FaultId{0}, {outside, inside});
    }
  }
}

}  // namespace

TEST_CASE("in a healthy world every write is acknowledged once under its own revision") {
  sim::World world = make_world();
  Listener listener;
  run_to(world, listener, 3000);

  CHECK(listener.acknowledged[lonely_client] > 200);
  CHECK(listener.acknowledged[other_client] > 200);
  CHECK(listener.reused_revisions() == 0);
  CHECK(listener.count[NoteType::truncated] == 0);
  CHECK(listener.count[NoteType::frame_rejected] == 0);
}

TEST_CASE("a partition makes two primaries acknowledge the same revisions, and one of them undo") {
  sim::World world = make_world();
  Listener listener;
  run_to(world, listener, 1000);
  cut(world);
  run_to(world, listener, 1200);
  const int alone = listener.acknowledged[lonely_client];
  const int others = listener.acknowledged[other_client];
  run_to(world, listener, 3000);
  CHECK(listener.acknowledged[lonely_client] > alone + 100);
  CHECK(listener.acknowledged[other_client] > others + 100);

  world.heal(sim::FaultId{0});
  run_to(world, listener, 4000);
  CHECK(listener.reused_revisions() > 100);
  CHECK(listener.truncations[NodeId{0}] == 1);
  CHECK(listener.truncations[NodeId{1}] == 0);
}

TEST_CASE("a copy of a world with a partition in it goes on to the same digest") {
  sim::World world = make_world();
  Listener listener;
  run_to(world, listener, 1000);
  cut(world);
  run_to(world, listener, 1500);
  sim::World copy = world;
  run_to(world, listener, 3000);
  CHECK_FALSE(copy.digest() == world.digest());

  run_to(copy, listener, 3000);
  CHECK(copy.digest() == world.digest());
}
