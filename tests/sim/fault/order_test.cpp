// Orders: a frame that a node's process gets as a message from itself.
#include <doctest/doctest.h>

#include "tests/sim/fault/scene.hpp"

using namespace splitvote::sim;

namespace {

constexpr MessageKind order_kind{40};

Bytes frame() {
  const ByteView text = as_bytes("order");
  return {text.begin(), text.end()};
}

/// What the nodes were told by themselves.
std::vector<NodeId> told(const Scene& scene) {
  std::vector<NodeId> nodes;
  for (const Record& record : scene.audience.records) {
    const bool own = record.kind == RecordKind::deliver && record.node == record.peer;
    if (own && record.b == number(order_kind)) nodes.push_back(record.node);
  }
  return nodes;
}

}  // namespace

TEST_CASE("an order reaches each of its nodes that is up, at once and from itself") {
  Scene scene;
  scene.fire(CrashNodes{{second}, {}});

  const FaultId order = scene.fire(OrderNodes{{first, second}, order_kind, frame()});
  scene.run_to(microseconds(100));

  CHECK(told(scene) == std::vector{first});
  CHECK(scene.changes(order) == 1);
}

TEST_CASE("no link can keep an order from its node") {
  Scene scene;
  scene.fire(CutDirections{{{first, first}}});
  scene.fire(ChangeLinks{{{first, first}}, {.loss = Ratio{1, 1}}});

  scene.fire(OrderNodes{{first}, order_kind, frame()});
  scene.run_to(microseconds(100));

  CHECK(told(scene) == std::vector{first});
}

TEST_CASE("a paused node hears an order when it goes on") {
  Scene scene;
  const FaultId pause = scene.fire(PauseNodes{{first}});

  const FaultId order = scene.fire(OrderNodes{{first}, order_kind, frame()});
  scene.run_to(milliseconds(1));
  CHECK(told(scene).empty());
  CHECK(scene.changes(order) == 1);

  scene.heal(pause);
  scene.run_to(milliseconds(2));
  CHECK(told(scene) == std::vector{first});
}

TEST_CASE("an order is part of the digest") {
  Scene with;
  Scene without;

  with.fire(OrderNodes{{first}, order_kind, frame()});
  without.fire(OrderNodes{{}, order_kind, frame()});
  with.run_to(milliseconds(2));
  without.run_to(milliseconds(2));

  CHECK(with.world.digest() != without.world.digest());
}
