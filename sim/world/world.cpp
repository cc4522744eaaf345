// What is done to nodes from outside: installed, started, crashed, paused, cut from power, their
// clocks changed.
#include "sim/world/world.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/world/node_host.hpp"

namespace splitvote::sim {

World::World(std::uint64_t seed, std::vector<NodeConfiguration> configurations,
             const LinkProfile& network)
    : seed_(seed), network_(seed, configurations.size(), network), nodes_(configurations.size()) {
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    NodeConfiguration& configuration = configurations[i];
    Node& node = nodes_[i];
    node.name = std::move(configuration.name);
    node.disk = Disk(configuration.disk, Stream(seed, {Purpose::disk_fault, i, 0}));
    if (configuration.disk_capacity > 0)
      node.disk.change({.capacity = configuration.disk_capacity});
    node.costs = configuration.costs;
    node.refuses = configuration.refuses;
    if (node.refuses) node.heard.resize(nodes_.size());
    node.monotonic = LocalClock(configuration.clock_offset, configuration.drift_ppb);
    node.wall = LocalClock(configuration.clock_offset, configuration.drift_ppb);
    node.disk_latency = Stream(seed, {Purpose::disk_latency, i, 0});
    node.disk_loss = Stream(seed, {Purpose::disk_power_loss, i, 0});
    for (std::uint32_t purpose = 0; purpose < node.streams.size(); ++purpose) {
      const auto of_model =
          static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::first_model_purpose) + purpose);
      node.streams[purpose] = Stream(seed, {of_model, i, 0});
    }
  }
}

void World::install(NodeId node, std::unique_ptr<Process> prototype) {
  at(node).prototype = std::move(prototype);
}

void World::schedule_control(Instant when, std::uint64_t mark) {
  engine_.schedule(when, {.kind = EventKind::control, .tag = mark, .cause = engine_.current()});
}

void World::schedule_start(NodeId node) {
  engine_.schedule(now(), {.kind = EventKind::start, .node = node, .cause = engine_.current()});
}

bool World::crash(NodeId id, Crash how, Watcher& watcher) {
  Node& node = at(id);
  if (how.power) node.powered = false;
  if (node.state == NodeState::down) return how.power && lose_power(id, how, watcher);
  node.process.reset();
  node.state = NodeState::down;
  for (Node::Timer& timer : node.timers) timer = Node::Timer{};
  node.operations.clear();  // their events find an id that no operation has
  node.free_operations.clear();
  for (const Event& work : node.waiting.items()) {
    if (work.kind == EventKind::deliver)
      drop_message(MessageSlot{work.slot}, Fate::node_down, watcher);
  }
  node.waiting.clear();
  node.turn_planned = false;
  node.cpu_free_at = node.nic_free_at = Instant{};
  tell_life(id, RecordKind::stop, how.power ? 2 : 1, watcher);
  if (how.power) {
    (void)lose_power(id, how, watcher);
  } else {
    node.disk.process_crash();
  }
  close_connections(id, watcher);
  return true;
}

/// Of a process that has ended: the machine does it, unless it has ended, too.
void World::close_connections(NodeId id, Watcher& watcher) {
  Node& node = at(id);
  for (std::size_t peer = 0; peer < node.heard.size(); ++peer) {
    if (std::exchange(node.heard[peer], 0) == 0 || !node.powered) continue;
    refuse(id, NodeId{static_cast<std::uint16_t>(peer)}, watcher);
  }
}

// Of a node whose process died before, too: its page cache was still there to be lost.
bool World::lose_power(NodeId id, Crash how, Watcher& watcher) {
  Node& node = at(id);
  // What is wiped has no fate to draw.
  const LossMode loss = how.wipe ? LossMode::lose : how.loss;
  last_power_loss_ = node.disk.power_loss(node.disk_loss, loss);
  const PowerLossSummary& lost = last_power_loss_;
  watcher.on_node(moment_, id, RecordKind::power_loss, lost.damaged());
  if (watcher.recording()) {
    record(RecordKind::power_loss, id, no_node, lost.sectors_lost, lost.sectors_torn,
           lost.truncations_lost + lost.entries_lost, watcher);
  }
  if (!how.wipe) return lost.damaged() > 0;
  const bool emptied = node.disk.used() > 0;
  node.disk.wipe();
  watcher.on_node(moment_, id, RecordKind::wipe, 0);
  if (watcher.recording()) record(RecordKind::wipe, id, no_node, 0, 0, 0, watcher);
  return emptied || lost.damaged() > 0;
}

bool World::pause(NodeId id, Watcher& watcher) {
  Node& node = at(id);
  if (node.state != NodeState::up) return false;
  node.state = NodeState::paused;
  tell_life(id, RecordKind::pause, 0, watcher);
  return true;
}

bool World::resume(NodeId id, Watcher& watcher) {
  Node& node = at(id);
  if (node.state != NodeState::paused) return false;
  node.state = NodeState::up;
  tell_life(id, RecordKind::resume, 0, watcher);
  plan_turn(node, id);
  queue_all_timers(id);
  return true;
}

bool World::order(NodeId id, MessageKind kind, ByteView frame) {
  const Node& node = at(id);
  if (node.state == NodeState::down) return false;
  network_.hand_over(engine_, {id, id, node.incarnation, kind}, frame);
  return true;
}

void World::step_wall_clock(NodeId id, Duration by) { at(id).wall.step(now(), by); }

void World::set_drift(NodeId id, std::int64_t drift_ppb) {
  at(id).monotonic.set_drift(now(), drift_ppb);
  at(id).wall.set_drift(now(), drift_ppb);
  queue_all_timers(id);
}

void World::freeze_clocks(NodeId id) {
  at(id).monotonic.freeze(now());
  at(id).wall.freeze(now());
  queue_all_timers(id);
}

void World::thaw_clocks(NodeId id) {
  at(id).monotonic.thaw(now());
  at(id).wall.thaw(now());
  queue_all_timers(id);
}

void World::queue_timer(Node& node, NodeId id, std::size_t index) {
  Node::Timer& timer = node.timers[index];
  timer.generation = node.next_timer_generation++;  // an older entry no longer counts
  timer.queued = timer.key.time < end_of_time;      // on a frozen clock it never comes
  timer.queued_at = timer.key.time;
  if (!timer.queued) return;
  engine_.schedule(timer.key, {.kind = EventKind::timer,
                               .node = id,
                               .slot = static_cast<std::uint32_t>(index),
                               .tag = timer.generation,
                               .cause = timer.cause});
}

void World::queue_all_timers(NodeId id) {
  Node& node = at(id);
  for (std::size_t index = 0; index < timers_max; ++index) {
    Node::Timer& timer = node.timers[index];
    if (!timer.armed) continue;
    timer.key = {node.monotonic.when(now(), timer.deadline), engine_.take_sequence()};
    queue_timer(node, id, index);
  }
}

void World::drop_message(MessageSlot slot, Fate fate, Watcher& watcher) {
  const Message& message = network_.message(slot);
  const NodeId source = message.source;
  const NodeId target = message.target;
  const bool answered = message.kind != refusal_kind && source != target;
  if (watcher.recording()) {
    record(RecordKind::drop, target, source, static_cast<std::uint64_t>(message.id),
           number(message.kind), number(fate), watcher);
  }
  network_.finish(slot, fate);
  const Node& node = at(target);
  const bool gone = fate == Fate::node_down || fate == Fate::stale;
  if (gone && answered && node.refuses && node.powered) refuse(target, source, watcher);
}

/// No processor and no card is asked: the machine does it.
void World::refuse(NodeId node, NodeId sender, Watcher& watcher) {
  const Envelope envelope{.source = node,
                          .target = sender,
                          .target_incarnation = at(sender).incarnation,
                          .kind = refusal_kind};
  Bytes empty;
  const Sent sent = network_.send(engine_, now(), envelope, empty);
  if (watcher.recording()) record_sent(envelope, {refusal_kind}, 0, sent, watcher);
}

void World::record_sent(const Envelope& envelope, MessageLabel label, std::size_t size,
                        const Sent& sent, Watcher& watcher) {
  const auto id = static_cast<std::uint64_t>(sent.id);
  const std::uint64_t kind = number(label.kind);
  record(RecordKind::send, envelope.source, envelope.target, id, send_word(kind, label.group), size,
         watcher);
  if (sent.overflowed) {
    record(RecordKind::drop, envelope.target, envelope.source, id, kind, number(Fate::overflow),
           watcher);
  }
  if (sent.duplicated) {
    record(RecordKind::duplicate, envelope.target, envelope.source, id,
           static_cast<std::uint64_t>(sent.copy), 0, watcher);
  }
}

void World::record(RecordKind kind, NodeId node, NodeId peer, std::uint64_t a, std::uint64_t b,
                   std::uint64_t c, Watcher& watcher) {
  watcher.on_record({.moment = moment_,
                     .kind = kind,
                     .node = node,
                     .peer = peer,
                     .a = a,
                     .b = b,
                     .c = c,
                     .detail = {}});
}

void World::take_note(NodeId node, const Note& note, Watcher& watcher) {
  const std::array<std::uint64_t, 4> words{note_word(note), note.a, note.b, note.c};
  engine_.fold(std::as_bytes(std::span(words)));
  if (!note.detail.empty()) engine_.fold(note.detail);
  wanted_stop_ |= watcher.on_note(moment_, node, note);
  if (!recording_) return;
  record_buffer_.clear();
  append_integer(record_buffer_, note.c);
  append(record_buffer_, note.detail);
  watcher.on_record({.moment = moment_,
                     .kind = RecordKind::note,
                     .node = node,
                     .a = note_word(note),
                     .b = note.a,
                     .c = note.b,
                     .detail = record_buffer_});
}

void World::tell_life(NodeId id, RecordKind what, std::uint64_t detail, Watcher& watcher) {
  const std::uint64_t incarnation = number(at(id).incarnation);
  watcher.on_node(moment_, id, what, detail);
  if (watcher.recording()) record(what, id, no_node, incarnation, detail, 0, watcher);
}

void World::remark(RecordKind kind, NodeId node, std::uint64_t a, std::uint64_t b,
                   std::string_view text, Watcher& watcher) {
  engine_.fold(as_bytes(text));
  if (!watcher.recording()) return;
  watcher.on_record(
      {.moment = moment_, .kind = kind, .node = node, .a = a, .b = b, .detail = as_bytes(text)});
}

}  // namespace splitvote::sim
