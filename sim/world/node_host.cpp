// A call of a process becomes an event at its time: after the node's own clock, its processor,
// its disk or its card.
#include "sim/world/node_host.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

Stream& NodeHost::random(Purpose purpose) {
  const auto index =
      static_cast<std::size_t>(purpose) - static_cast<std::size_t>(Purpose::first_model_purpose);
  SPLITVOTE_CHECK(index < node_.streams.size());
  return node_.streams[index];
}

void NodeHost::arm(TimerId id, Duration after) {
  const auto index = static_cast<std::size_t>(id);
  SPLITVOTE_CHECK(index < timers_max);
  Node::Timer& timer = node_.timers[index];
  const Instant now = world_.now();
  timer.deadline = node_.monotonic.read(now) + after;
  timer.key = {node_.monotonic.when(now, timer.deadline), world_.engine_.take_sequence()};
  timer.cause = world_.engine_.current();
  timer.armed = true;
  if (timer.queued && timer.queued_at <= timer.key.time) return;  // its entry will find the new key
  world_.queue_timer(node_, id_, index);
}

// Here and where events are taken up, calls cost more than what they do.
[[gnu::flatten]] void NodeHost::send(NodeId target, MessageLabel label, Bytes& frame) {
  SPLITVOTE_CHECK(number(target) < world_.nodes());
  const std::size_t size = frame.size();
  const Envelope envelope{.source = id_,
                          .target = target,
                          .target_incarnation = world_.node(target).incarnation,
                          .kind = label.kind};
  const Sent sent = world_.network_.send(world_.engine_, departure(size), envelope, frame);
  if (world_.recording_) world_.record_sent(envelope, label, size, sent, watcher_);
}

Instant NodeHost::departure(std::size_t size) {
  const Instant now = world_.now();
  const NodeCosts& costs = node_.costs;
  if (!costs.any()) return now;
  const auto bytes = static_cast<std::int64_t>(size);
  node_.cpu_free_at =
      std::max(now, node_.cpu_free_at) + costs.per_message_sent + costs.per_kilobyte * bytes / 1024;
  if (costs.nic_bytes_per_second == 0) return node_.cpu_free_at;
  const auto nic = static_cast<std::int64_t>(static_cast<unsigned __int128>(size) * 1'000'000'000 /
                                             costs.nic_bytes_per_second);
  node_.nic_free_at = std::max(node_.cpu_free_at, node_.nic_free_at) + Duration{nic};
  return node_.nic_free_at;
}

DiskStatus NodeHost::write(FileId file, std::uint64_t offset, ByteView content) {
  node_.disk.charge(DiskWork::write, content.size(), world_.now(), node_.disk_latency);
  return node_.disk.write(file, offset, content);
}

DiskStatus NodeHost::truncate(FileId file, std::uint64_t size) {
  return node_.disk.truncate(file, size);
}

DiskStatus NodeHost::rename(std::string_view source, std::string_view target) {
  return node_.disk.rename(source, target);
}

DiskStatus NodeHost::remove(std::string_view name) { return node_.disk.remove(name); }

void NodeHost::read(FileId file, std::uint64_t offset, std::uint64_t size, IoToken token) {
  const Instant done = node_.disk.charge(DiskWork::read, size, world_.now(), node_.disk_latency);
  Node::Operation& operation = begin(Node::Operation::Kind::read, token, done);
  operation.file = file;
  operation.offset = offset;
  operation.size = size;
}

void NodeHost::sync(FileId file, IoToken token) {
  const Instant done = node_.disk.charge(DiskWork::sync, 0, world_.now(), node_.disk_latency);
  begin(Node::Operation::Kind::sync, token, done).ticket = node_.disk.begin_sync(file);
}

void NodeHost::sync_directory(IoToken token) {
  const Instant done = node_.disk.charge(DiskWork::sync, 0, world_.now(), node_.disk_latency);
  begin(Node::Operation::Kind::sync_directory, token, done).ticket =
      node_.disk.begin_directory_sync();
}

// What the kind does not use may be left from an earlier operation.
Node::Operation& NodeHost::begin(Node::Operation::Kind kind, IoToken token, Instant done) {
  std::uint32_t slot = 0;
  if (node_.free_operations.empty()) {
    slot = static_cast<std::uint32_t>(node_.operations.size());
    node_.operations.emplace_back();
  } else {
    slot = node_.free_operations.back();
    node_.free_operations.pop_back();
  }
  Node::Operation& operation = node_.operations[slot];
  operation.kind = kind;
  operation.id = node_.next_operation++;
  operation.token = token;
  operation.status = DiskStatus::ok;
  world_.engine_.schedule(done, {.kind = EventKind::disk,
                                 .node = id_,
                                 .slot = slot,
                                 .tag = operation.id,
                                 .cause = world_.engine_.current()});
  return operation;
}

}  // namespace splitvote::sim
