// The core of a server in a simulated world, whichever process it runs in.
#pragma once

#include "models/raft/groups_process.hpp"
#include "sim/world/world.hpp"

namespace splitvote::raft {

/// Of the first group, if there are several; null while the node is down.
inline const Raft* core_of(const sim::World& world, NodeId node) {
  const sim::Process* process = world.node(node).process.get();
  if (const auto* groups = dynamic_cast<const GroupsProcess*>(process))
    return &groups->group(0).core();
  const auto* alone = dynamic_cast<const RaftProcess*>(process);
  return alone == nullptr ? nullptr : &alone->core();
}

}  // namespace splitvote::raft
