// The words of the protocol: terms, places in the log, and the choices that are open to a cluster.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "models/notes.hpp"
#include "sim/base/ids.hpp"

namespace splitvote::raft {

using models::Role;
using sim::NodeId;

/// "Terms are numbered with consecutive integers" (section 5.1). 0 is before the first election.
using Term = std::uint64_t;

/// A place in the log; the first entry has index 1, and 0 is the place before it.
using Index = std::uint64_t;

/// An entry's identity: "if two entries in different logs have the same index and term, then they
/// store the same command" (section 5.3).
struct LogPosition {
  Index index = 0;
  Term term = 0;

  constexpr bool operator==(const LogPosition&) const = default;
};

/// Indexes first to last, both included; empty when last < first.
struct IndexRange {
  Index first = 1;
  Index last = 0;

  constexpr bool operator==(const IndexRange&) const = default;
  [[nodiscard]] constexpr bool empty() const { return last < first; }
};

/// Numbers the writes a core asks of its storage, from 1; they become durable in this order.
enum class Token : std::uint64_t {};
inline constexpr Token no_token{0};

/// The caller's own name for a read request.
enum class ReadId : std::uint64_t {};

inline constexpr std::uint64_t no_limit = UINT64_MAX;

/// More members than anyone runs; it bounds what is kept on the stack.
inline constexpr std::size_t members_max = 64;

/// Of each server, by its number. The higher one is preferred; with 0 it never stands for election.
using Priorities = std::array<std::uint8_t, members_max>;
[[nodiscard]] constexpr Priorities equal_priorities() {
  Priorities priorities{};
  priorities.fill(1);
  return priorities;
}

/// An uninterrupted time in which one node supports another; 0: there is none. See
/// node_support.hpp.
using SupportEpoch = std::uint64_t;

/// What a follower says of its log when it refuses entries; the leader goes on where it may agree.
enum class ConflictHints : std::uint8_t {
  none,   // nothing: next goes back by one with each refusal (Figure 2)
  index,  // where its log ends, if it is too short; through entries that differ still one by one
  term,   // also the term in conflict and where it begins: a whole term at once (section 5.3)
};

/// Which changes of voters go through a joint configuration (dissertation, section 4.3).
enum class JointConsensus : std::uint8_t {
  when_needed,  // those of more than one voter
  always,
};

/// Who ends a joint configuration that is committed.
enum class JointExit : std::uint8_t {
  automatic,  // the leader, at once
  on_order,   // an operator, who says LeaveJoint
};

struct Options {
  bool pre_vote = true;             // dissertation, section 9.6
  bool pre_vote_stickiness = true;  // the same section: who hears a leader grants no pre-vote
  bool check_quorum = true;  // dissertation, section 6.2: a leader without a quorum steps down
  bool own_transfer_timer = false;  // a leader's election timer is its quorum's alone, because it
                                    // goes off at other times than after an election timeout
  bool leader_stickiness = true;    // dissertation, section 4.2.3; only together with check_quorum
  bool parallel_disk = true;  // dissertation, section 10.2.1: a leader replicates while it writes
  ConflictHints conflict_hints = ConflictHints::term;
  std::uint32_t batch_bytes_max = 64 * 1024;  // of one AppendEntries; one entry always fits
  std::uint32_t batch_entries_max = 1024;
  std::uint32_t inflight_messages_max = 8;      // AppendEntries with entries, sent and not answered
  std::uint64_t inflight_bytes_max = no_limit;  // of entries, sent and not answered
  std::uint64_t uncommitted_bytes_max = no_limit;  // of entries a leader may hold uncommitted
  bool leases = false;  // dissertation, section 6.4.1: each heartbeat is a round to be confirmed
  bool fortification = false;  // followers promise not to depose; see fortification.cpp
  bool quiesce = false;        // a group with nothing to do sends no heartbeats; see quiescence.cpp
  Priorities priorities = equal_priorities();
  std::uint32_t trailing_entries = 5000;  // kept behind what may go for followers that lag
  bool snapshots_on_demand = false;  // followers are sent one that is taken then, not the saved one
  std::uint32_t snapshot_chunk_bytes = 256 * 1024;  // of one InstallSnapshot
  std::uint32_t catch_up_heartbeats = 3;            // that fit into the shortest election timeout
  JointConsensus joint_consensus = JointConsensus::when_needed;
  JointExit joint_exit = JointExit::automatic;

  constexpr bool operator==(const Options&) const = default;
};

}  // namespace splitvote::raft
