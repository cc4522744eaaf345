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

/// Ends processes; healed by starting those again that no other crash still holds down.
struct CrashNodes {
  std::vector<NodeId> nodes;
  Crash how;
};
/// Starts nodes that are down, whatever held them down.
struct StartNodes {
  std::vector<NodeId> nodes;
};
/// Stops processes without ending them; healed by resuming those that no other pause still holds.
struct PauseNodes {
  std::vector<NodeId> nodes;
};
/// Resumes nodes that are paused, whatever paused them.
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
/// The newest that is active counts; healed by the drift they had before the oldest.
struct DriftClocks {
  std::vector<NodeId> nodes;
  std::int64_t drift_ppb = 0;
};
/// Both clocks stand still; healed by letting those go on that no other freeze still holds.
struct FreezeClocks {
  std::vector<NodeId> nodes;
};
/// The changes that are active apply one after the other, in the order in which they came, to the
/// profile and the faults the disks had before them.
struct ChangeDisks {
  std::vector<NodeId> nodes;
  DiskChange change;
};

/// The devices begin nothing new for so long; not healed.
struct StallDisks {
  std::vector<NodeId> nodes;
  Duration span;
};

/// Hands each of the nodes that are up the frame as a message from itself, as a command on that
/// machine would; not healed.
struct OrderNodes {
  std::vector<NodeId> nodes;
  MessageKind kind{};
  Bytes frame;
};

using Fault = std::variant<CrashNodes, StartNodes, PauseNodes, ResumeNodes, CutDirections,
                           ChangeLinks, HoldMessages, StepClocks, DriftClocks, FreezeClocks,
                           ChangeDisks, StallDisks, OrderNodes>;

}  // namespace splitvote::sim
