// The injector applies faults to a world, heals them, and keeps the ledger.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
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

  /// Heals everything that is active, in the order in which it was requested.
  void heal_all(World& world, Watcher& watcher);

  [[nodiscard]] bool is_active(FaultId fault) const;

  /// The ledger with the changes counted up to now.
  [[nodiscard]] std::vector<LedgerEntry> ledger(const World& world) const;

 private:
  /// What healing needs to know.
  struct Active {
    FaultId fault{};
    std::vector<NodeId> crashed;
    std::vector<NodeId> paused;
    std::vector<NodeId> frozen;
    std::vector<std::pair<NodeId, std::int64_t>> drifts;
    std::vector<std::pair<NodeId, DiskCondition>> disks;
  };

  class Firing;

  void undo(World& world, const Active& active, Watcher& watcher);

  std::vector<LedgerEntry> entries_;
  std::vector<Active> active_;
};

}  // namespace splitvote::sim
