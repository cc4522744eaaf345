// The server of a node in a simulated world and its core, whichever process it runs in.
#pragma once

#include "models/raft/groups_process.hpp"
#include "sim/world/world.hpp"

namespace splitvote::raft {

/// Of the first group, if there are several; null while the node is down.
inline const RaftProcess* server_of(const sim::World& world, NodeId node) {
  const sim::Process* process = world.node(node).process.get();
  if (const auto* groups = dynamic_cast<const GroupsProcess*>(process)) return &groups->group(0);
  return dynamic_cast<const RaftProcess*>(process);
}

inline const Raft* core_of(const sim::World& world, NodeId node) {
  const RaftProcess* server = server_of(world, node);
  return server == nullptr ? nullptr : &server->core();
}

}  // namespace splitvote::raft
