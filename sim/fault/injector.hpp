// The injector applies faults to a world, heals them, and keeps the ledger.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/fault/fault.hpp"
#include "sim/fault/ledger.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::sim {

/// A value, like the world it works on; copy both together.
class Injector {
 public:
  /// Enters a fault into the ledger before it happens.
  FaultId request(Instant at, std::string step);

  /// Does it, within the world's current event. `text` is what the trace and the ledger say of it.
  void fire(World& world, FaultId fault, const Fault& what, std::string text, Watcher& watcher);

  /// Undoes what can be undone; returns false if it is not active.
  bool heal(World& world, FaultId fault, Watcher& watcher);

  /// Heals everything that is active, in the order in which it fired.
  void heal_all(World& world, Watcher& watcher);

  /// The ledger with the changes counted up to now.
  [[nodiscard]] std::vector<LedgerEntry> ledger(const World& world) const;

 private:
  /// What healing needs to know: the nodes a fault holds down, paused or frozen, and what it
  /// changes. A node goes on when the last fault that holds it is healed.
  struct Active {
    FaultId fault{};
    std::vector<NodeId> crashed;
    std::vector<NodeId> paused;
    std::vector<NodeId> frozen;
    std::vector<NodeId> drifting;
    std::int64_t drift_ppb = 0;
    std::vector<NodeId> disks;
    DiskChange disk_change;
  };
  /// What a node returns to when no active fault changes it.
  struct BaseDrift {
    NodeId node;
    std::int64_t drift_ppb;
  };
  struct BaseDisk {
    NodeId node;
    DiskCondition condition;
  };

  class Firing;

  [[nodiscard]] bool holds(std::vector<NodeId> Active::*nodes, NodeId node) const;
  void release(std::vector<NodeId> Active::*nodes, NodeId node, Instant now);
  void undo(World& world, const Active& healed, Watcher& watcher);
  void recompute_drift(World& world, NodeId node);
  void recompute_disk(World& world, NodeId node);

  std::vector<LedgerEntry> entries_;
  std::vector<Active> active_;  // in the order in which they fired
  std::vector<BaseDrift> base_drifts_;
  std::vector<BaseDisk> base_disks_;
};

}  // namespace splitvote::sim
