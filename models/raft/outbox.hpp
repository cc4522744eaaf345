// What a step wants done. The caller obeys in the order of the members; then it may step again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/raft/message.hpp"
#include "models/raft/snapshot.hpp"

namespace splitvote::raft {

/// A message and the write it depends on: with `after` set it may leave only once that token is
/// persisted. "Updated on stable storage before responding to RPCs" (Figure 2).
struct Outgoing {
  template <typename Body>
  Outgoing(NodeId to, Token token, std::in_place_type_t<Body> type)
      : target(to), after(token), message(type) {}

  NodeId target = sim::no_node;
  Token after = no_token;
  Message message;
};

/// What to append to the write-ahead log: the hard state if asked for, then the entries. Entries
/// replace whatever the log held from `entries.first` on. A snapshot replaces the whole log and the
/// snapshot there was.
struct Store {
  Token token = no_token;  // no_token: nothing to store
  bool hard_state = false;
  Term term = 0;
  NodeId vote = sim::no_node;
  IndexRange entries;
  bool snapshot = false;  // the core's snapshot is new; comes without entries
};

/// The election timeout comes in two parts so that no random draw and no clock is needed while a
/// leader is heard: its minimum, then a random rest between nothing and the width of the range. A
/// leader's timer is for its quorum, or, without a timer of its own, for a transfer, which is given
/// up after the minimum.
enum class ElectionTimer : std::uint8_t { keep, arm_minimum, arm_rest, arm_quorum, cancel };
enum class HeartbeatTimer : std::uint8_t { keep, arm, cancel };

/// What became of the step's proposal. `busy`: try again later; the leader is handing over, or has
/// as much under way as it may.
struct Verdict {
  enum class Kind : std::uint8_t { none, accepted, not_leader, busy };
  Kind kind = Kind::none;
  LogPosition position;  // of an accepted one
};

/// A read that may be answered once the state machine has applied `index`.
struct ReadyRead {
  ReadId id{};
  Index index = 0;

  constexpr bool operator==(const ReadyRead&) const = default;
};

/// A note without a detail.
struct Remark {
  models::NoteType type{};
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t c = 0;

  constexpr bool operator==(const Remark&) const = default;
};

/// Reused from step to step; views in it are valid until the core's next step.
struct Outbox {
  std::vector<Remark> notes;
  Store store;
  std::vector<Outgoing> messages;
  NodeId answered = sim::no_node;  // this leader's member has, whatever it said
  ElectionTimer election = ElectionTimer::keep;
  HeartbeatTimer heartbeat = HeartbeatTimer::keep;
  bool arm_transfer = false;  // for the shortest election timeout
  IndexRange committed;       // to be applied now
  Verdict proposal;
  std::vector<ReadyRead> ready_reads;
  std::uint64_t round_begun = 0;      // not 0: this round of heartbeats has left just now
  std::uint64_t round_confirmed = 0;  // not 0: a majority has answered this round
  std::vector<ReadId> refused_reads;  // this node is not, or no longer, the leader
  std::string refused_order;          // why the step's order was not begun, if it was not
  bool snapshot_wanted = false;       // a follower needs one: SnapshotTaken is to be the next input
  const char* halted = nullptr;       // why this node must not go on, if it must not

  void clear() {
    notes.clear();
    store = {};
    messages.clear();
    election = ElectionTimer::keep;
    heartbeat = HeartbeatTimer::keep;
    arm_transfer = false;
    committed = {};
    proposal = {};
    ready_reads.clear();
    refused_reads.clear();
    refused_order.clear();
    answered = sim::no_node;
    round_begun = 0;
    round_confirmed = 0;
    snapshot_wanted = false;
    halted = nullptr;
  }
};

}  // namespace splitvote::raft
