// The world as a value: the engine, the network and the nodes, and the way of every event through
// them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/network/network.hpp"
#include "sim/trace/record.hpp"
#include "sim/world/node.hpp"

namespace splitvote::sim {

/// Why `advance` came back.
enum class Stop : std::uint8_t {
  limit,    // nothing more is due at or before the limit, and the time is the limit
  control,  // a control event was executed
  watcher,  // a watcher asked for it; the event it saw is complete
  budget,   // as many events as allowed were executed
};

struct Advance {
  Stop stop{};
  std::uint64_t control = 0;  // the mark the control event was scheduled with
};

/// How a node ends: its process dies and the page cache lives, or the power goes and what was not
/// synced is at risk.
struct Crash {
  bool power = false;
  LossMode loss = LossMode::random;  // of what was not synced when the power went
  bool wipe = false;                 // with the power goes everything that was ever on the disk
};

/// A copy is a snapshot: it continues to the same digest as the original would.
class World {
 public:
  World(std::uint64_t seed, std::vector<NodeConfiguration> nodes, const LinkProfile& network);

  /// The process a node runs from its next start on. The prototype itself never runs.
  void install(NodeId node, std::unique_ptr<Process> prototype);

  [[nodiscard]] Instant now() const { return engine_.now(); }
  [[nodiscard]] Digest digest() const { return engine_.digest(); }
  [[nodiscard]] EventId last_event() const { return engine_.current(); }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] Moment moment() const { return moment_; }

  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  [[nodiscard]] const Node& node(NodeId id) const { return nodes_[number(id)]; }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] const Network& network() const { return network_; }

  /// Executes events until one of the reasons to stop; `event_limit` is the highest event id that
  /// may be executed.
  Advance advance(Instant limit, Watcher& watcher, EventId event_limit = EventId{UINT64_MAX});

  /// Has `advance` stop with this mark at `at` (not before now).
  void schedule_control(Instant at, std::uint64_t mark);

  /// Starts the node at the present time, as an event of its own; nothing if it is running.
  void schedule_start(NodeId node);

  // The verbs on nodes. Each returns whether it changed anything. They happen within the current
  // event.
  bool crash(NodeId node, Crash how, Watcher& watcher);
  bool pause(NodeId node, Watcher& watcher);
  bool resume(NodeId node, Watcher& watcher);
  /// Has the process receive the frame as a message from itself, at the present time as an event of
  /// its own. No link is involved: nothing delays it or loses it while the node is up.
  bool order(NodeId node, MessageKind kind, ByteView frame);
  void step_wall_clock(NodeId node, Duration by);
  void set_drift(NodeId node, std::int64_t drift_ppb);
  void freeze_clocks(NodeId node);
  void thaw_clocks(NodeId node);
  [[nodiscard]] Disk& disk(NodeId node) { return nodes_[number(node)].disk; }

  /// Ends a fault of the network.
  void heal(FaultId fault) { network_.heal(engine_, fault); }

  /// What the last power loss of the node did to its disk.
  [[nodiscard]] const PowerLossSummary& last_power_loss() const { return last_power_loss_; }

  /// Adds a record that is not an event's own (a fault, a mark) to the trace and the digest.
  void remark(RecordKind kind, NodeId node, std::uint64_t a, std::uint64_t b, std::string_view text,
              Watcher& watcher);

 private:
  friend class NodeHost;

  [[nodiscard]] Node& at(NodeId id) { return nodes_[number(id)]; }

  /// Whether the disk lost anything.
  bool lose_power(NodeId id, Crash how, Watcher& watcher);

  void begin(EventKey key, const Event& event);
  void dispatch(const Event& event, Watcher& watcher);
  void on_start(NodeId id, Watcher& watcher);
  void on_arrival(const Event& event, Watcher& watcher);
  void on_disk_done(const Event& event, Watcher& watcher);
  void on_turn(const Event& event, Watcher& watcher);
  [[nodiscard]] bool timer_is_due(EventKey key, const Event& event);

  /// Has the node handle a message, a disk completion or a timer: now, or when its turn comes.
  void take_up(const Event& work, Watcher& watcher);
  void handle(const Event& work, Watcher& watcher);
  void handle_message(const Event& work, Watcher& watcher);
  void handle_disk(const Event& work, Watcher& watcher);
  void handle_timer(const Event& work, Watcher& watcher);
  void plan_turn(Node& node, NodeId id);
  void queue_timer(Node& node, NodeId id, std::size_t timer);
  void queue_all_timers(NodeId id);
  void drop_message(MessageSlot slot, Fate fate, Watcher& watcher);
  void refuse(NodeId node, NodeId sender, Watcher& watcher);
  void close_connections(NodeId node, Watcher& watcher);
  void record_sent(const Envelope& envelope, MessageLabel label, std::size_t size, const Sent& sent,
                   Watcher& watcher);
  void record(RecordKind kind, NodeId node, NodeId peer, std::uint64_t a, std::uint64_t b,
              std::uint64_t c, Watcher& watcher);
  void take_note(NodeId node, const Note& note, Watcher& watcher);
  void tell_life(NodeId node, RecordKind what, std::uint64_t detail, Watcher& watcher);

  std::uint64_t seed_;
  Engine engine_;
  Network network_;
  std::vector<Node> nodes_;
  Moment moment_;
  Bytes read_buffer_;
  PowerLossSummary last_power_loss_;
  Bytes record_buffer_;
  bool wanted_stop_ = false;  // the watcher asked to stop during the current event
  bool recording_ = false;    // it wants records, as it said when `advance` began
};

}  // namespace splitvote::sim
