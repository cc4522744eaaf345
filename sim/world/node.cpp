// Copying a node clones its process, so that a copy of the world shares nothing with it.
#include "sim/world/node.hpp"

namespace splitvote::sim {

Node::Node(const Node& other)
    : name(other.name),
      prototype(other.prototype),
      process(other.process ? other.process->clone() : nullptr),
      state(other.state),
      refuses(other.refuses),
      powered(other.powered),
      heard(other.heard),
      incarnation(other.incarnation),
      monotonic(other.monotonic),
      wall(other.wall),
      disk(other.disk),
      costs(other.costs),
      cpu_free_at(other.cpu_free_at),
      nic_free_at(other.nic_free_at),
      timers(other.timers),
      next_timer_generation(other.next_timer_generation),
      operations(other.operations),
      free_operations(other.free_operations),
      next_operation(other.next_operation),
      waiting(other.waiting),
      turn_planned(other.turn_planned),
      streams(other.streams),
      disk_latency(other.disk_latency),
      disk_loss(other.disk_loss) {}

Node& Node::operator=(const Node& other) {
  if (this != &other) *this = Node(other);
  return *this;
}

}  // namespace splitvote::sim
