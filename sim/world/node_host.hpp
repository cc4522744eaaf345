// The simulated world's side of Host: one node's view of it, alive for the length of one call.
#pragma once

#include "sim/world/world.hpp"

namespace splitvote::sim {

class NodeHost final : public Host {
 public:
  NodeHost(World& world, NodeId id, Watcher& watcher)
      : world_(world), node_(world.at(id)), id_(id), watcher_(watcher) {}

  [[nodiscard]] NodeId self() const override { return id_; }
  [[nodiscard]] Incarnation incarnation() const override { return node_.incarnation; }
  [[nodiscard]] LocalInstant now() const override { return node_.monotonic.read(world_.now()); }
  [[nodiscard]] LocalInstant wall_clock() const override { return node_.wall.read(world_.now()); }
  [[nodiscard]] Stream& random(Purpose purpose) override;

  void arm(TimerId timer, Duration after) override;
  void cancel(TimerId timer) override {
    node_.timers[static_cast<std::size_t>(timer)].armed = false;
  }

  void send(NodeId target, MessageLabel label, Bytes& frame) override;

  [[nodiscard]] FileId open(std::string_view name) override { return node_.disk.open(name); }
  void close(FileId file) override { node_.disk.close(file); }
  [[nodiscard]] bool exists(std::string_view name) const override {
    return node_.disk.exists(name);
  }
  [[nodiscard]] std::uint64_t size(FileId file) const override { return node_.disk.size(file); }
  DiskStatus write(FileId file, std::uint64_t offset, ByteView content) override;
  DiskStatus truncate(FileId file, std::uint64_t size) override;
  DiskStatus rename(std::string_view source, std::string_view target) override;
  DiskStatus remove(std::string_view name) override;

  void read(FileId file, std::uint64_t offset, std::uint64_t size, IoToken token) override;
  void sync(FileId file, IoToken token) override;
  void sync_directory(IoToken token) override;

  void note(const Note& note) override { world_.take_note(id_, note, watcher_); }

 private:
  [[nodiscard]] Instant departure(std::size_t size);
  /// Schedules the end; the caller fills in what its kind needs.
  Node::Operation& begin(Node::Operation::Kind kind, IoToken token, Instant done);

  World& world_;
  Node& node_;
  NodeId id_;
  Watcher& watcher_;
};

}  // namespace splitvote::sim
