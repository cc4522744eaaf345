// The verbs: what can be done to a world, on nodes and directions that are already resolved.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/disk/disk.hpp"
#include "sim/network/network.hpp"
#include "sim/world/world.hpp"

namespace splitvote::sim {

/// Ends processes; healed by starting those again that it ended.
struct CrashNodes {
  std::vector<NodeId> nodes;
  Crash how;
};
/// Starts nodes that are down.
struct StartNodes {
  std::vector<NodeId> nodes;
};
/// Stops processes without ending them; healed by resuming those it paused.
struct PauseNodes {
  std::vector<NodeId> nodes;
};
struct ResumeNodes {
  std::vector<NodeId> nodes;
};
/// Nothing passes in these directions.
struct CutDirections {
  std::vector<Direction> directions;
};
struct ChangeLinks {
  std::vector<Direction> directions;
  LinkChange change;
};
/// Messages of these kinds wait until the fault is healed.
struct HoldMessages {
  std::vector<Direction> directions;
  KindMask kinds = 0;
};
/// Moves the wall clocks; healing does not move them back.
struct StepClocks {
  std::vector<NodeId> nodes;
  Duration by;
};
/// Healed by the drift they had before.
struct DriftClocks {
  std::vector<NodeId> nodes;
  std::int64_t drift_ppb = 0;
};
/// Both clocks stand still; healed by letting them go on.
struct FreezeClocks {
  std::vector<NodeId> nodes;
};
/// Healed by the profile and the faults the disks had before.
struct ChangeDisks {
  std::vector<NodeId> nodes;
  DiskChange change;
};

/// The devices begin nothing new for so long; not healed.
struct StallDisks {
  std::vector<NodeId> nodes;
  Duration span;
};

using Fault =
    std::variant<CrashNodes, StartNodes, PauseNodes, ResumeNodes, CutDirections, ChangeLinks,
                 HoldMessages, StepClocks, DriftClocks, FreezeClocks, ChangeDisks, StallDisks>;

}  // namespace splitvote::sim
