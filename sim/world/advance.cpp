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
  recording_ = watcher.recording();
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
    case EventKind::timer:
      return handle_timer(event, watcher);
    case EventKind::disk:
      return on_disk_done(event, watcher);
    case EventKind::turn:
      return on_turn(event, watcher);
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
  node.powered = true;
  node.incarnation = Incarnation{number(node.incarnation) + 1};
  tell_life(id, RecordKind::start, 0, watcher);
  NodeHost host(*this, id, watcher);
  node.process->on_start(host);
}

void World::on_arrival(const Event& event, Watcher& watcher) {
  const MessageSlot slot{event.slot};
  const Message& message = network_.message(slot);
  engine_.fold(message.frame);
  Fate fate = Fate::delivered;
  // What a node tells itself passes no link.
  if (!network_.is_clear(message) && message.source != message.target) {
    if (network_.hold_back(engine_, slot)) return;
    fate = network_.judge(slot);
  }
  const Node& node = at(event.node);
  if (fate == Fate::delivered && node.state == NodeState::down) fate = Fate::node_down;
  if (fate == Fate::delivered && message.target_incarnation != node.incarnation) fate = Fate::stale;
  if (fate != Fate::delivered) return drop_message(slot, fate, watcher);
  take_up(event, watcher);
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
  take_up(event, watcher);
}

bool World::timer_is_due(EventKey key, const Event& event) {
  Node& node = at(event.node);
  Node::Timer& timer = node.timers[event.slot];
  if (event.tag != timer.generation) return false;
  timer.queued = false;
  if (!timer.armed || node.state != NodeState::up)
    return false;  // a resumed node queues its timers anew
  if (timer.key != key) {
    queue_timer(node, event.node, event.slot);
    return false;
  }
  if (node.idle(key.time)) return true;
  node.waiting.push(event);
  plan_turn(node, event.node);
  return false;
}

// Flat, as in node_host.cpp: every event comes this way.
[[gnu::flatten]] void World::take_up(const Event& work, Watcher& watcher) {
  Node& node = at(work.node);
  if (node.idle(now())) return handle(work, watcher);
  node.waiting.push(work);
  plan_turn(node, work.node);
}

void World::plan_turn(Node& node, NodeId id) {
  if (node.turn_planned || node.waiting.empty() || node.state != NodeState::up) return;
  node.turn_planned = true;
  engine_.schedule(std::max(now(), node.cpu_free_at), {.kind = EventKind::turn,
                                                       .node = id,
                                                       .tag = number(node.incarnation),
                                                       .cause = engine_.current()});
}

void World::on_turn(const Event& event, Watcher& watcher) {
  Node& node = at(event.node);
  if (event.tag != number(node.incarnation) || node.state == NodeState::down) return;
  node.turn_planned = false;
  if (node.state == NodeState::paused) return;
  while (!node.waiting.empty()) {
    const Event work = node.waiting.pop();
    if (work.kind == EventKind::timer) {
      const Node::Timer& timer = node.timers[work.slot];
      if (!timer.armed || timer.generation != work.tag) continue;  // cancelled or armed anew
    }
    moment_.cause = work.cause;  // what was sent, asked for or armed, not what it waited for
    handle(work, watcher);
    break;
  }
  plan_turn(node, event.node);
}

void World::handle(const Event& work, Watcher& watcher) {
  if (work.kind == EventKind::deliver) return handle_message(work, watcher);
  if (work.kind == EventKind::disk) return handle_disk(work, watcher);
  handle_timer(work, watcher);
}

void World::handle_message(const Event& work, Watcher& watcher) {
  const MessageSlot slot{work.slot};
  const Message& message = network_.message(slot);
  Node& node = at(work.node);
  const NodeId source = message.source;
  const ByteView frame = message.frame;  // stays where it is when the pool grows
  if (recording_) {
    record(RecordKind::deliver, work.node, source, static_cast<std::uint64_t>(message.id),
           number(message.kind), frame.size(), watcher);
  }
  if (node.costs.any()) {
    const auto bytes = static_cast<std::int64_t>(frame.size());
    node.cpu_free_at =
        now() + node.costs.per_message_handled + node.costs.per_kilobyte * bytes / 1024;
  }
  NodeHost host(*this, work.node, watcher);
  if (node.refuses && source != work.node && message.kind != refusal_kind)
    node.heard[number(source)] = 1;
  if (message.kind == refusal_kind) [[unlikely]] {
    node.process->on_refused(host, source);
  } else {
    node.process->on_message(host, source, frame);
  }
  network_.finish(slot, Fate::delivered);
}

void World::handle_disk(const Event& work, Watcher& watcher) {
  Node& node = at(work.node);
  Node::Operation& operation = node.operations[work.slot];
  read_buffer_.clear();
  if (operation.kind == Node::Operation::Kind::read) {
    operation.status =
        node.disk.read(operation.file, operation.offset, operation.size, read_buffer_);
  }
  const DiskCompletion completion{operation.token, operation.status, read_buffer_};
  node.free_operations.push_back(work.slot);
  engine_.fold(number(completion.status));
  if (recording_) {
    record(RecordKind::disk, work.node, no_node, static_cast<std::uint64_t>(completion.token),
           number(completion.status), 0, watcher);
  }
  NodeHost host(*this, work.node, watcher);
  node.process->on_disk(host, completion);
}

void World::handle_timer(const Event& work, Watcher& watcher) {
  Node& node = at(work.node);
  node.timers[work.slot].armed = false;
  if (recording_) record(RecordKind::timer, work.node, no_node, work.slot, 0, 0, watcher);
  NodeHost host(*this, work.node, watcher);
  node.process->on_timer(host, TimerId{static_cast<std::uint8_t>(work.slot)});
}

}  // namespace splitvote::sim
