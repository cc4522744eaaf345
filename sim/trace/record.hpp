// A record: one line of the trace, and the seam through which the world tells what happens.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/trace/note.hpp"

namespace splitvote::sim {

enum class RecordKind : std::uint8_t {
  start,   // node began incarnation a
  stop,    // node ended incarnation a: b = 0 halted by itself, 1 process crash, 2 power loss
  pause,   // node was paused
  resume,  // node runs again
  send,    // node sent to peer: a = message id, b = kind + 2^16 * (group + 1) if it is of a group,
         // else the kind alone, c = bytes
  deliver,    // node received from peer: a = message id, b = kind, c = bytes
  drop,       // node did not receive from peer: a = message id, b = kind, c = Fate
  duplicate,  // the network copied a message to node from peer: a = its id, b = the copy's id
  timer,      // node's timer a fired
  disk,       // node's disk operation ended: a = token, b = DiskStatus
  note,  // node remarked: a = note kind + 2^16 * group, b and c = its first two arguments, detail =
         // third argument and bytes
  fault,       // a verb was applied: a = FaultId, b = 1 if it is the healing, detail = its text
  mark,        // the scenario's own remark, detail = its text
  power_loss,  // node's disk lost its power, also if its process had ended before: of what was not
               // synced a = sectors lost, b = sectors torn, c = truncations and changes of the
               // directory undone
  wipe,        // node's disk is empty: what was synced is gone with the rest
};

/// Kind and group of a message as the record of its sending holds them.
[[nodiscard]] constexpr std::uint64_t send_word(std::uint64_t kind,
                                                std::optional<std::uint16_t> group) {
  return kind | (group ? std::uint64_t{*group} + 1 : 0) << 16;
}
[[nodiscard]] constexpr std::uint64_t kind_of_send(std::uint64_t word) { return word & UINT16_MAX; }
[[nodiscard]] constexpr std::optional<std::uint64_t> group_of_send(std::uint64_t word) {
  const std::uint64_t group_plus_one = word >> 16;
  return group_plus_one == 0 ? std::nullopt : std::optional(group_plus_one - 1);
}

/// What became of a message. Everything but `delivered` means that the process never saw it.
enum class Fate : std::uint8_t {
  delivered,
  cut,        // the direction from source to target was cut when it would have arrived
  lost,       // by the link's chance
  node_down,  // the target was not running
  stale,      // addressed to an earlier incarnation of the target
  overflow,   // the link's queue was full
};
inline constexpr std::size_t fates = 6;

/// When something happened: the event being executed, its time and what caused it.
struct Moment {
  EventId event = no_event;
  Instant time;
  EventId cause = no_event;
};

struct Record {
  Moment moment;
  RecordKind kind{};
  NodeId node = no_node;
  NodeId peer = no_node;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t c = 0;
  ByteView detail;  // valid during the call
};

/// Sees everything that happens in a world and changes nothing in it.
class Watcher {
 public:
  virtual ~Watcher() = default;

  /// A process's note. Returning true asks the world to return from `advance` once this event is
  /// over.
  [[nodiscard]] virtual bool on_note(const Moment& moment, NodeId node, const Note& note) = 0;

  /// A node's change of life (start, stop, pause, resume), or what became of its disk behind that:
  /// power_loss with how much that was not synced is destroyed, wipe.
  virtual void on_node(const Moment& moment, NodeId node, RecordKind what,
                       std::uint64_t detail) = 0;

  /// Every record, notes and node changes included; called only while `recording()`, which changes
  /// between two calls of `World::advance` at most.
  virtual void on_record(const Record& record) = 0;
  [[nodiscard]] virtual bool recording() const = 0;
};

}  // namespace splitvote::sim
