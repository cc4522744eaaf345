#include "sim/fault/injector.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

/// One verb being applied: remembers how to undo it and counts what it changes.
class Injector::Firing {
 public:
  Firing(World& world, FaultId fault, Watcher& watcher) : world_(world), watcher_(watcher) {
    active.fault = fault;
  }

  void operator()(const CrashNodes& what) {
    for (const NodeId node : what.nodes) {
      if (!world_.crash(node, what.how, watcher_)) continue;
      active.crashed.push_back(node);
      changes += 1 + (what.how.power ? world_.last_power_loss().damaged() : 0);
    }
  }
  void operator()(const StartNodes& what) {
    for (const NodeId node : what.nodes) {
      if (world_.node(node).state != NodeState::down) continue;
      world_.schedule_start(node);
      ++changes;
    }
  }
  void operator()(const PauseNodes& what) {
    for (const NodeId node : what.nodes) {
      if (!world_.pause(node, watcher_)) continue;
      active.paused.push_back(node);
      ++changes;
    }
  }
  void operator()(const ResumeNodes& what) {
    for (const NodeId node : what.nodes) changes += world_.resume(node, watcher_) ? 1 : 0;
  }
  void operator()(const CutDirections& what) {
    for (const Direction direction : what.directions) world_.network().cut(active.fault, direction);
  }
  void operator()(const ChangeLinks& what) {
    for (const Direction direction : what.directions)
      world_.network().change(active.fault, direction, what.change);
  }
  void operator()(const HoldMessages& what) {
    for (const Direction direction : what.directions)
      world_.network().hold(active.fault, direction, what.kinds);
  }
  void operator()(const StepClocks& what) {
    for (const NodeId node : what.nodes) world_.step_wall_clock(node, what.by);
    if (what.by.ns != 0) changes += what.nodes.size();
  }
  void operator()(const DriftClocks& what) {
    for (const NodeId node : what.nodes) {
      const std::int64_t before = world_.node(node).monotonic.drift_ppb();
      active.drifts.emplace_back(node, before);
      world_.set_drift(node, what.drift_ppb);
      changes += before != what.drift_ppb ? 1 : 0;
    }
  }
  void operator()(const FreezeClocks& what) {
    for (const NodeId node : what.nodes) {
      if (world_.node(node).monotonic.frozen()) continue;
      world_.freeze_clocks(node);
      active.frozen.push_back(node);
      ++changes;
    }
  }
  void operator()(const ChangeDisks& what) {
    for (const NodeId node : what.nodes) {
      active.disks.emplace_back(node, world_.disk(node).condition());
      changes += world_.disk(node).change(what.change) ? 1 : 0;
    }
  }
  void operator()(const StallDisks& what) {
    for (const NodeId node : what.nodes) world_.disk(node).stall(world_.now() + what.span);
    changes += what.nodes.size();
  }

  Active active;
  std::uint64_t changes = 0;

 private:
  World& world_;
  Watcher& watcher_;
};

FaultId Injector::request(Instant at, std::string step) {
  entries_.push_back({.step = std::move(step),
                      .text = {},
                      .requested = at,
                      .fired = {},
                      .healed = {},
                      .changes = 0});
  return FaultId{static_cast<std::uint32_t>(entries_.size() - 1)};
}

void Injector::fire(World& world, FaultId fault, const Fault& what, std::string text,
                    Watcher& watcher) {
  LedgerEntry& entry = entries_[number(fault)];
  entry.fired = world.now();
  entry.text = std::move(text);
  world.remark(RecordKind::fault, no_node, number(fault), 0, entry.text, watcher);
  Firing firing(world, fault, watcher);
  std::visit(firing, what);
  entry.changes = firing.changes;
  active_.push_back(std::move(firing.active));
}

bool Injector::heal(World& world, FaultId fault, Watcher& watcher) {
  const auto found = std::find_if(active_.begin(), active_.end(),
                                  [&](const Active& active) { return active.fault == fault; });
  if (found == active_.end()) return false;
  const Active active = std::move(*found);
  active_.erase(found);
  entries_[number(fault)].healed = world.now();
  world.remark(RecordKind::fault, no_node, number(fault), 1, entries_[number(fault)].text, watcher);
  undo(world, active, watcher);
  return true;
}

void Injector::undo(World& world, const Active& active, Watcher& watcher) {
  world.heal(active.fault);
  for (const NodeId node : active.crashed) {
    if (world.node(node).state == NodeState::down) world.schedule_start(node);
  }
  for (const NodeId node : active.paused) (void)world.resume(node, watcher);
  for (const NodeId node : active.frozen) world.thaw_clocks(node);
  for (const auto& [node, drift_ppb] : active.drifts) world.set_drift(node, drift_ppb);
  for (const auto& [node, condition] : active.disks) world.disk(node).restore(condition);
}

void Injector::heal_all(World& world, Watcher& watcher) {
  while (!active_.empty()) heal(world, active_.front().fault, watcher);
}

bool Injector::is_active(FaultId fault) const {
  return std::any_of(active_.begin(), active_.end(),
                     [&](const Active& active) { return active.fault == fault; });
}

std::vector<LedgerEntry> Injector::ledger(const World& world) const {
  std::vector<LedgerEntry> entries = entries_;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].changes += world.network().effects(FaultId{static_cast<std::uint32_t>(i)});
  }
  return entries;
}

}  // namespace splitvote::sim
