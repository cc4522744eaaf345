// The way of every event: popped, judged by the state of its node, handed to the process.
#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/world/node_host.hpp"
#include "sim/world/world.hpp"

namespace splitvote::sim {

Advance World::advance(Instant limit, Watcher& watcher, EventId event_limit) {
  CheckContext& context = check_context();
  context.seed = seed_;
  wanted_stop_ = false;
  EventKey key;
  Event event;
  while (number(engine_.current()) < number(event_limit)) {
    if (!engine_.next(limit, key, event)) {
      engine_.idle_until(limit);
      return {Stop::limit};
    }
    if (event.kind == EventKind::timer && !timer_is_due(key, event)) continue;
    begin(key, event);
    context.time_ns = key.time.ns;
    context.event = number(engine_.current());
    if (event.kind == EventKind::control) return {Stop::control, event.tag};
    dispatch(event, watcher);
    if (wanted_stop_) return {Stop::watcher};
  }
  return {Stop::budget};
}

void World::begin(EventKey key, const Event& event) {
  engine_.execute(key, event);
  moment_ = {engine_.current(), key.time, event.cause};
}

void World::dispatch(const Event& event, Watcher& watcher) {
  switch (event.kind) {
    case EventKind::deliver:
      return on_arrival(event, watcher);
    case EventKind::handle:
      return handle_message(event, watcher);
    case EventKind::timer:
      return handle_timer(event, watcher);
    case EventKind::disk:
      return on_disk_done(event, watcher);
    case EventKind::handle_disk:
      return handle_disk(event, watcher);
    case EventKind::start:
      return on_start(event.node, watcher);
    case EventKind::control:
      return;
  }
}

void World::on_start(NodeId id, Watcher& watcher) {
  Node& node = at(id);
  if (node.state != NodeState::down || !node.prototype) return;
  node.process = node.prototype->clone();
  node.state = NodeState::up;
  node.incarnation = Incarnation{number(node.incarnation) + 1};
  tell_life(id, RecordKind::start, 0, watcher);
  NodeHost host(*this, id, watcher);
  node.process->on_start(host);
}

void World::on_arrival(const Event& event, Watcher& watcher) {
  const MessageSlot slot{event.slot};
  engine_.fold(network_.message(slot).frame);
  if (network_.hold_back(slot)) return;
  Node& node = at(event.node);
  Fate fate = network_.judge(slot);
  if (fate == Fate::delivered && node.state == NodeState::down) fate = Fate::node_down;
  if (fate == Fate::delivered && network_.message(slot).target_incarnation != node.incarnation)
    fate = Fate::stale;
  if (fate != Fate::delivered) return drop_message(slot, fate, watcher);

  const Event handling{.kind = EventKind::handle,
                       .node = event.node,
                       .slot = event.slot,
                       .tag = event.tag,
                       .cause = engine_.current()};
  if (node.state == NodeState::paused) return node.waiting.push_back(handling);
  const Instant start = admit(node, handling);
  if (start > now()) return engine_.schedule(start, handling);
  handle_message(handling, watcher);
}

void World::handle_message(const Event& event, Watcher& watcher) {
  const MessageSlot slot{event.slot};
  const Message& message = network_.message(slot);
  Node& node = at(event.node);
  if (node.state == NodeState::down) return drop_message(slot, Fate::node_down, watcher);
  if (message.target_incarnation != node.incarnation)
    return drop_message(slot, Fate::stale, watcher);
  if (node.state == NodeState::paused) return node.waiting.push_back(event);
  const NodeId source = message.source;
  const ByteView frame = message.frame;  // stays where it is when the pool grows
  if (watcher.recording()) {
    record(RecordKind::deliver, event.node, source, static_cast<std::uint64_t>(message.id),
           number(message.kind), frame.size(), watcher);
  }
  NodeHost host(*this, event.node, watcher);
  node.process->on_message(host, source, frame);
  network_.finish(slot, Fate::delivered);
}

void World::on_disk_done(const Event& event, Watcher& watcher) {
  Node& node = at(event.node);
  if (event.slot >= node.operations.size() || node.operations[event.slot].id != event.tag) return;
  Node::Operation& operation = node.operations[event.slot];
  switch (operation.kind) {
    case Node::Operation::Kind::sync:
      operation.status = node.disk.complete_sync(operation.ticket);
      break;
    case Node::Operation::Kind::sync_directory:
      operation.status = node.disk.complete_directory_sync(operation.ticket);
      break;
    case Node::Operation::Kind::read:
      break;  // its status is known when the bytes are copied
  }
  const Event handling{.kind = EventKind::handle_disk,
                       .node = event.node,
                       .slot = event.slot,
                       .tag = event.tag,
                       .cause = engine_.current()};
  if (node.state == NodeState::paused) return node.waiting.push_back(handling);
  const Instant start = admit(node, handling);
  if (start > now()) return engine_.schedule(start, handling);
  handle_disk(handling, watcher);
}

void World::handle_disk(const Event& event, Watcher& watcher) {
  Node& node = at(event.node);
  if (event.slot >= node.operations.size() || node.operations[event.slot].id != event.tag) return;
  if (node.state == NodeState::paused) return node.waiting.push_back(event);
  Node::Operation operation = node.operations[event.slot];
  node.operations[event.slot].id = 0;
  node.free_operations.push_back(event.slot);
  read_buffer_.clear();
  if (operation.kind == Node::Operation::Kind::read) {
    operation.status =
        node.disk.read(operation.file, operation.offset, operation.size, read_buffer_);
  }
  engine_.fold(number(operation.status));
  if (watcher.recording()) {
    record(RecordKind::disk, event.node, no_node, static_cast<std::uint64_t>(operation.token),
           number(operation.status), 0, watcher);
  }
  NodeHost host(*this, event.node, watcher);
  node.process->on_disk(host, {operation.token, operation.status, read_buffer_});
}

bool World::timer_is_due(EventKey key, const Event& event) {
  Node& node = at(event.node);
  Node::Timer& timer = node.timers[event.slot];
  if (event.tag != timer.generation) return false;
  timer.queued = false;
  if (!timer.armed || node.state != NodeState::up)
    return false;  // a resumed node queues its timers anew
  if (node.cpu_free_at > key.time && timer.key == key) {
    timer.key = {node.cpu_free_at, engine_.take_sequence()};
  }
  if (timer.key == key) return true;
  queue_timer(node, event.node, event.slot);
  return false;
}

void World::handle_timer(const Event& event, Watcher& watcher) {
  Node& node = at(event.node);
  node.timers[event.slot].armed = false;
  if (watcher.recording())
    record(RecordKind::timer, event.node, no_node, event.slot, 0, 0, watcher);
  NodeHost host(*this, event.node, watcher);
  node.process->on_timer(host, TimerId{static_cast<std::uint8_t>(event.slot)});
}

Instant World::admit(Node& node, const Event& event) {
  const Instant start = std::max(now(), node.cpu_free_at);
  if (event.kind == EventKind::handle && node.costs.any()) {
    const auto bytes =
        static_cast<std::int64_t>(network_.message(MessageSlot{event.slot}).frame.size());
    node.cpu_free_at =
        start + node.costs.per_message_handled + node.costs.per_kilobyte * bytes / 1024;
  }
  return start;
}

}  // namespace splitvote::sim
