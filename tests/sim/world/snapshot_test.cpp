// A copy of a world is a snapshot: it continues to the same digest, whatever happens in it.
#include <doctest/doctest.h>

#include "tests/sim/world/chatter.hpp"

using namespace splitvote::sim;

namespace {

constexpr std::uint16_t servers = 5;

World make_world(std::uint64_t seed) {
  std::vector<NodeConfiguration> nodes(servers);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].drift_ppb = static_cast<std::int64_t>(i) * 30'000 - 50'000;
    nodes[i].disk.sync = Distribution::uniform(100'000, 900'000).value();
    nodes[i].refuses = i % 2 == 1;
    if (i < 2) nodes[i].costs.per_message_handled = microseconds(700);  // overloaded at times
  }
  const LinkProfile link{.latency = Distribution::jittered(300'000, 400'000).value(),
                         .loss = {1, 50},
                         .duplication = {1, 40},
                         .reordering = {1, 10},
                         .corruption = {1, 60}};
  World world(seed, nodes, link);
  for (std::uint16_t i = 0; i < servers; ++i) {
    world.install(NodeId{i}, std::make_unique<Chatter>(servers));
    world.schedule_start(NodeId{i});
  }
  return world;
}

/// One random verb, drawn from a stream of the test's own.
void disturb(World& world, Stream& stream, Watcher& watcher) {
  const NodeId node{static_cast<std::uint16_t>(uniform(stream, 0, servers - 1))};
  const NodeId other{static_cast<std::uint16_t>(uniform(stream, 0, servers - 1))};
  const FaultId fault{static_cast<std::uint32_t>(uniform(stream, 0, 3))};
  switch (uniform(stream, 0, 8)) {
    case 0:
      world.crash(node, {.power = false}, watcher);
      break;
    case 1:
      world.crash(node, {.power = true}, watcher);
      break;
    case 2:
      world.schedule_start(node);
      break;
    case 3:
      world.pause(node, watcher);
      break;
    case 4:
      world.resume(node, watcher);
      break;
    case 5:
      world.network().cut(fault, {node, other});
      break;
    case 6:
      world.heal(fault);
      break;
    case 7:
      world.set_drift(node, uniform(stream, -200'000, 200'000));
      break;
    case 8:
      world.network().change(fault, {node, other}, {.latency_extra = milliseconds(3)});
      break;
  }
}

Digest continue_run(World& world, Stream stream, int disturbances, Notebook& notebook) {
  for (int i = 0; i < disturbances; ++i) {
    world.schedule_control(world.now() + microseconds(uniform(stream, 1, 4000)), 0);
    (void)world.advance(end_of_time, notebook);
    disturb(world, stream, notebook);
  }
  (void)world.advance(world.now() + milliseconds(20), notebook);
  return world.digest();
}

}  // namespace

TEST_CASE(
    "a copy taken at a random moment of a random run continues to the same digest and notes") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Notebook before;
    World original = make_world(seed);
    const Stream stream(seed, {Purpose::fault_target, 1, 0});
    const int moment = static_cast<int>(seed * 7 % 50);
    continue_run(original, stream, moment, before);
    World copy = original;

    Notebook of_original;
    Notebook of_copy;
    const Stream rest(seed, {Purpose::fault_target, 2, 0});
    const Digest first = continue_run(original, rest, 50, of_original);
    const Digest second = continue_run(copy, rest, 50, of_copy);

    CHECK(first == second);
    CHECK(of_original.notes == of_copy.notes);
    CHECK(of_original.lives == of_copy.lives);
    CHECK(of_original.notes.size() > 20);  // it was no empty run
  }
}

TEST_CASE("the same seed gives the same digest, another seed another") {
  Notebook notebook;
  World first = make_world(11);
  World second = make_world(11);
  World other = make_world(12);
  const Stream stream(1, {Purpose::fault_target, 0, 0});

  const Digest digest = continue_run(first, stream, 30, notebook);

  CHECK(continue_run(second, stream, 30, notebook) == digest);
  CHECK(continue_run(other, stream, 30, notebook) != digest);
}

TEST_CASE("recording changes nothing of the run") {
  Notebook silent;
  Notebook loud;
  loud.record_all = true;
  World first = make_world(5);
  World second = make_world(5);
  const Stream stream(2, {Purpose::fault_target, 0, 0});

  CHECK(continue_run(first, stream, 40, silent) == continue_run(second, stream, 40, loud));
  CHECK(silent.records.empty());
  CHECK(loud.records.size() > 200);
}
