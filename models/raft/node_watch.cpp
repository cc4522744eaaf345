// One count of groups per node decides who is watched.
#include "models/raft/node_watch.hpp"

#include <algorithm>

namespace splitvote::raft {

bool NodeWatch::on_beat(NodeId source, std::uint64_t incarnation) {
  if (sim::number(source) >= members_max) return false;
  Peer& peer = peers_[sim::number(source)];
  const bool anew = peer.incarnation != 0 && peer.incarnation != incarnation;
  peer.incarnation = incarnation;
  return anew;
}

void NodeWatch::change(NodeSet before, NodeSet after, sim::LocalInstant now) {
  if (watched_ == 0) next_beat_ = now + interval_;
  for_each(after & ~before, [&](std::size_t number) {
    Peer& peer = peers_[number];
    // Whoever fell asleep with this node has just been heard, but not what was heard before that.
    if (peer.groups++ == 0) peer.heard = now;
    watched_ |= NodeSet{1} << number;
  });
  for_each(before & ~after, [&](std::size_t number) {
    if (--peers_[number].groups == 0) watched_ &= ~(NodeSet{1} << number);
  });
}

sim::LocalInstant NodeWatch::due() const {
  sim::LocalInstant due = next_beat_;
  for_each(watched_,
           [&](std::size_t number) { due = std::min(due, peers_[number].heard + timeout_); });
  return due;
}

NodeSet NodeWatch::take_beats(sim::LocalInstant now) {
  if (now < next_beat_) return 0;
  next_beat_ = now + interval_;
  return watched_;
}

NodeSet NodeWatch::silent(sim::LocalInstant now) const {
  NodeSet found = 0;
  for_each(watched_, [&](std::size_t number) {
    if (peers_[number].heard + timeout_ <= now) found |= NodeSet{1} << number;
  });
  return found;
}

}  // namespace splitvote::raft
