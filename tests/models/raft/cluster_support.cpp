// Which nodes support which. A leader knows at once what has become of it, and a server that starts
// anew has promised nothing, because its node's epochs have ended.
#include "tests/models/raft/cluster.hpp"

namespace splitvote::raft {

SupportEpoch Cluster::epoch_for(std::size_t node, NodeId peer) {
  const Support& support = nodes_[node].support[peer];
  return support.given ? support.epoch : 0;
}

NodeSet Cluster::supporters(std::size_t leader) {
  NodeSet found = 0;
  if (!options_.fortification || nodes_[leader].raft.role() != Role::leader) return found;
  for (const Member& member : nodes_[leader].raft.members()) {
    if (member.fortified == 0) continue;
    if (epoch_for(at(member.id), ids_[leader]) == member.fortified) found |= set_of(member.id);
  }
  return found;
}

void Cluster::heartbeat(std::size_t node) { step(node, HeartbeatTimeout{supporters(node)}); }

/// Whom a leader relies on has promised it what it believes, unless it was told to let go.
void Cluster::check_promises(std::size_t leader) {
  const Raft& raft = nodes_[leader].raft;
  const NodeSet relied = supporters(leader);
  if (!raft.is_quorum(relied) || nodes_[leader].told_to_stand == raft.term()) return;
  for_each(relied, [&](std::size_t number) {
    const Raft& follower = nodes_[number].raft;
    const bool kept =
        follower.fortified().leader == ids_[leader] && follower.fortified().term == raft.term();
    if (!kept) fail(number, "does not keep its promise to a leader that relies on it");
  });
}

/// For anybody.
void Cluster::change_support(std::size_t node) {
  const NodeId peer = ids_[draw(ids_.size())];
  Support& support = nodes_[node].support[peer];
  const bool lost = support.given;
  support = {.given = !lost || draw(2) == 0, .epoch = support.epoch + 1};
  if (lost && nodes_[node].raft.fortified().leader == peer) step(node, SupportLost{});
}

/// What it gives after a restart are other epochs, of which those who relied on the old hear.
void Cluster::end_support(std::size_t node) {
  for (auto& [peer, support] : nodes_[node].support) support = {.epoch = support.epoch + 1};
  for (std::size_t each = 0; each < nodes_.size(); ++each) {
    Support& support = nodes_[each].support[ids_[node]];
    support = {.epoch = support.epoch + 1};
    if (nodes_[each].raft.fortified().leader == ids_[node]) step(each, SupportLost{});
  }
}

}  // namespace splitvote::raft
