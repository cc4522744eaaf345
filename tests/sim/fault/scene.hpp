// Three nodes that talk to each other, and the injector that does them harm.
#pragma once

#include "sim/fault/injector.hpp"
#include "tests/sim/world/puppet.hpp"

namespace splitvote::sim {

/// Three nodes, each of which sends to the next once a millisecond.
struct Scene : Stage {
  Scene() : Stage(std::vector<NodeConfiguration>(3)) {
    for (int node = 0; node < 3; ++node) {
      const NodeId next{static_cast<std::uint16_t>((node + 1) % 3)};
      play(node, {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(1)); },
                  .timer =
                      [=](Host& host, TimerId timer) {
                        send(host, next, "x");
                        host.arm(timer, milliseconds(1));
                      }});
    }
    run_to(microseconds(100));
  }

  FaultId fire(const Fault& fault) {
    const FaultId id = injector.request(world.now(), "step");
    injector.fire(world, id, fault, "text", audience);
    return id;
  }
  bool heal(FaultId fault) { return injector.heal(world, fault, audience); }
  LedgerEntry entry(FaultId fault) const { return injector.ledger(world)[number(fault)]; }
  std::uint64_t changes(FaultId fault) const { return entry(fault).changes; }
  NodeState state(NodeId node) const { return world.node(node).state; }
  std::int64_t drift(NodeId node) const { return world.node(node).monotonic.drift_ppb(); }

  Injector injector;
};

}  // namespace splitvote::sim
