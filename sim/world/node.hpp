// One node of the world: its process, clocks, disk, timers and the work waiting for its processor.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/clock/local_clock.hpp"
#include "sim/disk/disk.hpp"
#include "sim/engine/event.hpp"
#include "sim/network/network.hpp"
#include "sim/world/host.hpp"
#include "sim/world/work_queue.hpp"

namespace splitvote::sim {

/// What handling and sending cost a node's processor and its network card. Zero: nothing.
struct NodeCosts {
  Duration per_message_handled;
  Duration per_message_sent;
  Duration per_kilobyte;                   // handled or sent, on the processor
  std::uint64_t nic_bytes_per_second = 0;  // 0: unlimited

  constexpr bool operator==(const NodeCosts&) const = default;
  [[nodiscard]] constexpr bool any() const { return *this != NodeCosts{}; }
};

/// What a node is made of when the world is built.
struct NodeConfiguration {
  std::string name;
  DiskProfile disk;
  std::uint64_t disk_capacity = 0;  // in bytes; 0: unlimited
  Duration clock_offset;            // of both clocks against true time
  std::int64_t drift_ppb = 0;       // of both clocks
  NodeCosts costs;
  // While it has power, it refuses messages for a process that is gone, and tells whoever the
  // process had heard that it is.
  bool refuses = false;
};

enum class NodeState : std::uint8_t { down, up, paused };

/// The simulated part behind a Host. Only the world changes it. Copying a node copies its process.
struct Node {
  /// A one-shot timer. At most one entry of it is in the queue that counts, the one with its
  /// generation; an entry that comes too early (the timer was re-armed for later) is scheduled anew
  /// under the key the timer has by then, so the order of events is the same as if re-arming had
  /// removed the old entry.
  struct Timer {
    LocalInstant deadline;
    EventKey key;              // when it is due
    EventId cause = no_event;  // the event that armed it
    Instant queued_at;         // of the entry in the queue
    std::uint64_t generation = 0;
    bool armed = false;
    bool queued = false;
  };

  /// A disk operation between its request and its completion.
  struct Operation {
    enum class Kind : std::uint8_t { read, sync, sync_directory };
    Kind kind{};
    std::uint64_t id = 0;  // tells a slot's present operation from an earlier one
    IoToken token{};
    DiskStatus status = DiskStatus::ok;
    SyncTicket ticket;  // of a sync
    FileId file{};      // of a read
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  /// Whether the processor can take up what comes now, and nothing came before it.
  [[nodiscard]] bool idle(Instant now) const {
    return state == NodeState::up && waiting.empty() && cpu_free_at <= now;
  }

  Node() = default;
  Node(const Node& other);
  Node& operator=(const Node& other);
  Node(Node&&) = default;
  Node& operator=(Node&&) = default;
  ~Node() = default;

  std::string name;
  std::shared_ptr<const Process> prototype;  // copied at every start; never runs itself
  std::unique_ptr<Process> process;          // null while the node is down
  NodeState state = NodeState::down;
  bool refuses = false;             // as configured
  bool powered = false;             // it has run since the power went last
  std::vector<std::uint8_t> heard;  // of a node that refuses: from whom its process has, by node
  Incarnation incarnation{};
  LocalClock monotonic;
  LocalClock wall;
  Disk disk;
  NodeCosts costs;
  Instant cpu_free_at;  // with nothing handled or sent until then
  Instant nic_free_at;
  std::array<Timer, timers_max> timers;
  std::uint64_t next_timer_generation = 1;
  std::vector<Operation> operations;  // slots, reused
  std::vector<std::uint32_t> free_operations;
  std::uint64_t next_operation = 1;
  WorkQueue waiting;          // messages, disk completions and due timers, in the order they came
  bool turn_planned = false;  // an event is in the queue that takes up what waits
  std::array<Stream, 8> streams;  // by purpose - first_model_purpose
  Stream disk_latency;
  Stream disk_loss;
};

}  // namespace splitvote::sim
