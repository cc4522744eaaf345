// Which nodes support which: what a leader with fortification relies on.
#include "tests/transcripts/arguments.hpp"
#include "tests/transcripts/printer.hpp"
#include "tests/transcripts/transcript.hpp"
#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {

void World::withdraw(NodeId id, NodeId peer) {
  Node& node = running(id);
  Support& support = support_of(node, peer);
  if (!support.given) throw Mistake("node " + to_text(id) + " does not support it");
  support = {.given = false, .epoch = support.epoch + 1};
  print(to_text(id) + ": its node supports " + to_text(peer) + " no more");
  if (node.raft.fortified().leader == peer) step(node, raft::SupportLost{});
}

void World::support(NodeId id, NodeId peer) {
  Support& support = support_of(running(id), peer);
  if (support.given) throw Mistake("node " + to_text(id) + " supports it");
  support.given = true;
  print(to_text(id) + ": its node supports " + to_text(peer) + " again, epoch " +
        std::to_string(support.epoch));
}

Support& World::support_of(Node& node, NodeId peer) {
  return node.support.try_emplace(peer, Support{.given = true, .epoch = node.starts}).first->second;
}

raft::SupportEpoch World::epoch_for(Node& node, NodeId peer) {
  const Support& support = support_of(node, peer);
  return support.given ? support.epoch : 0;
}

raft::NodeSet World::supporters(const Node& leader) {
  raft::NodeSet found = 0;
  for (const raft::Member& member : leader.raft.members()) {
    if (member.id == leader.id || member.fortified == 0 || !node(member.id).up) continue;
    if (epoch_for(running(member.id), leader.id) == member.fortified)
      found |= raft::set_of(member.id);
  }
  return found;
}

}  // namespace splitvote::transcripts
