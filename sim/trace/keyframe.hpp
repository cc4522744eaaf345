// A keyframe: what a viewer must know at one moment without having seen anything before it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/bytes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::sim {

enum class Life : std::uint8_t { down, up, paused };

/// The latest note of one kind on one node; gone when the node's process is gone.
struct StateNote {
  bool known = false;
  Instant since;
  std::uint64_t a = 0;
  std::uint64_t b = 0;

  constexpr bool operator==(const StateNote&) const = default;
};

/// The world does not know what a role or a term is: the caller names the kinds of note whose
/// latest value is a node's state, and the keyframe remembers those.
inline constexpr std::size_t state_notes_max = 8;

struct TracedNode {
  Life life = Life::down;
  Incarnation incarnation{};
  Instant since;                                 // of its life
  std::array<StateNote, state_notes_max> notes;  // in the order the kinds were named

  constexpr bool operator==(const TracedNode&) const = default;
};

struct ActiveFault {
  FaultId id = no_fault;
  EventId event = no_event;
  Instant since;
  std::string text;

  bool operator==(const ActiveFault&) const = default;
};

/// Follows the records of a run; a value.
class Keyframe {
 public:
  Keyframe() = default;
  /// At most `state_notes_max` kinds.
  Keyframe(std::size_t nodes, std::vector<NoteKind> state_notes);

  bool operator==(const Keyframe&) const = default;

  void follow(const Record& record) {
    switch (record.kind) {
      case RecordKind::start:
      case RecordKind::stop:
      case RecordKind::pause:
      case RecordKind::resume:
        return follow_life(record);
      case RecordKind::note:
        return follow_note(record);
      case RecordKind::fault:
        return follow_fault(record);
      default:
        return;
    }
  }

  [[nodiscard]] const std::vector<TracedNode>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<ActiveFault>& faults() const { return faults_; }
  [[nodiscard]] const std::vector<NoteKind>& state_notes() const { return state_notes_; }

  /// The node's latest note of that kind, or null if it made none in this incarnation.
  [[nodiscard]] const StateNote* find(NodeId node, NoteKind kind) const;

  /// [life][incarnation][since] and the known notes of every node, then the faults; varints.
  void encode(Bytes& target) const;
  /// Replaces the state, keeping nodes and kinds; false if the bytes are not a keyframe of them.
  [[nodiscard]] bool decode(ByteView bytes);

 private:
  static constexpr std::size_t quick_kinds = 64;
  static constexpr std::uint8_t not_kept = 0xff;

  void follow_life(const Record& record);
  void follow_fault(const Record& record);
  void follow_note(const Record& record) {
    const std::size_t slot = slot_of(record.a);
    if (slot == not_kept || number(record.node) >= nodes_.size()) return;
    nodes_[number(record.node)].notes[slot] = {true, record.moment.time, record.b, record.c};
  }
  [[nodiscard]] std::size_t slot_of(std::uint64_t kind) const {
    return kind < quick_kinds ? slots_[kind] : search_slot(kind);
  }
  [[nodiscard]] std::size_t search_slot(std::uint64_t kind) const;

  std::vector<TracedNode> nodes_;
  std::vector<ActiveFault> faults_;  // in the order they began
  std::vector<NoteKind> state_notes_;
  std::array<std::uint8_t, quick_kinds> slots_{};  // by kind
};

}  // namespace splitvote::sim
