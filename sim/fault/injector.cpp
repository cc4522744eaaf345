// What each verb does to the world and how it is undone, with overlapping faults composed anew
// at each change.
#include "sim/fault/injector.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

namespace {

bool contains(const std::vector<NodeId>& nodes, NodeId node) {
  return std::ranges::find(nodes, node) != nodes.end();
}

}  // namespace

/// One verb being applied: remembers what healing it takes and counts what it changes.
class Injector::Firing {
 public:
  Firing(Injector& injector, World& world, FaultId fault, Watcher& watcher)
      : injector_(injector), world_(world), watcher_(watcher) {
    active.fault = fault;
  }

  void operator()(const CrashNodes& what) {
    for (const NodeId node : what.nodes) {
      const bool ends = world_.node(node).state != NodeState::down;
      // A node that is down already can still lose what its disk had not synced.
      const bool changed = world_.crash(node, what.how, watcher_);
      if (ends) ++changes;
      if (changed && what.how.power) changes += world_.last_power_loss().damaged();
      if (changed && what.how.wipe && !ends) ++changes;  // the disk that is empty now
      if (ends || injector_.holds(&Active::crashed, node)) active.crashed.push_back(node);
    }
  }
  void operator()(const StartNodes& what) {
    for (const NodeId node : what.nodes) {
      injector_.release(&Active::crashed, node, world_.now());
      if (world_.node(node).state != NodeState::down) continue;
      world_.schedule_start(node);
      ++changes;
    }
  }
  void operator()(const PauseNodes& what) {
    for (const NodeId node : what.nodes) {
      const bool paused = world_.pause(node, watcher_);
      if (paused) ++changes;
      if (paused || injector_.holds(&Active::paused, node)) active.paused.push_back(node);
    }
  }
  void operator()(const ResumeNodes& what) {
    for (const NodeId node : what.nodes) {
      injector_.release(&Active::paused, node, world_.now());
      changes += world_.resume(node, watcher_) ? 1 : 0;
    }
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
      if (std::ranges::find(injector_.base_drifts_, node, &BaseDrift::node) ==
          injector_.base_drifts_.end())
        injector_.base_drifts_.push_back({node, before});
      active.drifting.push_back(node);
      if (before == what.drift_ppb) continue;
      world_.set_drift(node, what.drift_ppb);
      ++changes;
    }
    active.drift_ppb = what.drift_ppb;
  }
  void operator()(const FreezeClocks& what) {
    for (const NodeId node : what.nodes) {
      const bool freezes = !world_.node(node).monotonic.frozen();
      if (freezes) {
        world_.freeze_clocks(node);
        ++changes;
      }
      if (freezes || injector_.holds(&Active::frozen, node)) active.frozen.push_back(node);
    }
  }
  void operator()(const ChangeDisks& what) {
    for (const NodeId node : what.nodes) {
      Disk& disk = world_.disk(node);
      if (std::ranges::find(injector_.base_disks_, node, &BaseDisk::node) ==
          injector_.base_disks_.end())
        injector_.base_disks_.push_back({node, disk.condition()});
      active.disks.push_back(node);
      changes += disk.change(what.change) ? 1 : 0;
    }
    active.disk_change = what.change;
  }
  void operator()(const StallDisks& what) {
    const Instant end = world_.now() + what.span;
    for (const NodeId node : what.nodes) {
      if (std::max(world_.now(), world_.disk(node).busy_until()) < end) ++changes;
      world_.disk(node).stall(end);
    }
  }
  void operator()(const OrderNodes& what) {
    for (const NodeId node : what.nodes) {
      changes += world_.order(node, what.kind, what.frame) ? 1 : 0;
    }
  }

  Active active;
  std::uint64_t changes = 0;

 private:
  Injector& injector_;
  World& world_;
  Watcher& watcher_;
};

namespace {

bool is_trouble(const Fault& what) {
  return !std::holds_alternative<StartNodes>(what) && !std::holds_alternative<ResumeNodes>(what) &&
         !std::holds_alternative<OrderNodes>(what);
}

/// Of what nobody need heal.
std::optional<Instant> end_of(const Fault& what, Instant now) {
  if (const auto* stall = std::get_if<StallDisks>(&what)) return now + stall->span;
  const bool at_once = !is_trouble(what) || std::holds_alternative<StepClocks>(what);
  return at_once ? std::optional(now) : std::nullopt;
}

}  // namespace

FaultId Injector::request(Instant at, std::string step) {
  entries_.push_back({.step = std::move(step),
                      .text = {},
                      .requested = at,
                      .fired = {},
                      .healed = {},
                      .ends = {},
                      .is_fault = true,
                      .changes = 0});
  return FaultId{static_cast<std::uint32_t>(entries_.size() - 1)};
}

void Injector::fire(World& world, FaultId fault, const Fault& what, std::string text,
                    Watcher& watcher) {
  LedgerEntry& entry = entries_[number(fault)];
  entry.fired = world.now();
  entry.text = std::move(text);
  entry.ends = end_of(what, world.now());
  entry.is_fault = is_trouble(what);
  world.remark(RecordKind::fault, no_node, number(fault), 0, entry.text, watcher);
  Firing firing(*this, world, fault, watcher);
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

// `healed` is not among the active ones any more: what they hold stays as it is.
void Injector::undo(World& world, const Active& healed, Watcher& watcher) {
  world.heal(healed.fault);
  for (const NodeId node : healed.crashed) {
    const bool down = world.node(node).state == NodeState::down;
    if (down && !holds(&Active::crashed, node)) world.schedule_start(node);
  }
  for (const NodeId node : healed.paused) {
    if (!holds(&Active::paused, node)) (void)world.resume(node, watcher);
  }
  for (const NodeId node : healed.frozen) {
    if (!holds(&Active::frozen, node)) world.thaw_clocks(node);
  }
  for (const NodeId node : healed.drifting) recompute_drift(world, node);
  for (const NodeId node : healed.disks) recompute_disk(world, node);
}

void Injector::recompute_drift(World& world, NodeId node) {
  const auto base = std::ranges::find(base_drifts_, node, &BaseDrift::node);
  if (base == base_drifts_.end()) return;  // named twice by the same fault
  std::int64_t drift_ppb = base->drift_ppb;
  for (const Active& active : active_) {
    if (contains(active.drifting, node)) drift_ppb = active.drift_ppb;
  }
  if (!holds(&Active::drifting, node)) base_drifts_.erase(base);
  if (world.node(node).monotonic.drift_ppb() != drift_ppb) world.set_drift(node, drift_ppb);
}

void Injector::recompute_disk(World& world, NodeId node) {
  const auto base = std::ranges::find(base_disks_, node, &BaseDisk::node);
  if (base == base_disks_.end()) return;  // named twice by the same fault
  DiskCondition condition = base->condition;
  for (const Active& active : active_) {
    if (contains(active.disks, node)) condition = changed(condition, active.disk_change);
  }
  if (!holds(&Active::disks, node)) base_disks_.erase(base);
  (void)world.disk(node).restore(condition);
}

void Injector::release(std::vector<NodeId> Active::*nodes, NodeId node, Instant now) {
  for (Active& active : active_) {
    const bool held = std::erase(active.*nodes, node) > 0;
    if (held && (active.*nodes).empty()) entries_[number(active.fault)].ends = now;
  }
}

bool Injector::holds(std::vector<NodeId> Active::*nodes, NodeId node) const {
  return std::ranges::any_of(active_,
                             [&](const Active& active) { return contains(active.*nodes, node); });
}

void Injector::heal_all(World& world, Watcher& watcher) {
  while (!active_.empty()) heal(world, active_.front().fault, watcher);
}

std::vector<LedgerEntry> Injector::ledger(const World& world) const {
  std::vector<LedgerEntry> entries = entries_;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].changes += world.network().effects(FaultId{static_cast<std::uint32_t>(i)});
  }
  return entries;
}

}  // namespace splitvote::sim
