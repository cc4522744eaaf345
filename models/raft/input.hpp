// What can happen to a Raft core: every input of its one entry point. Views and references in them
// need to live during the step only.
#pragma once

#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

#include "models/raft/configuration_change.hpp"
#include "models/raft/message.hpp"
#include "models/raft/node_set.hpp"
#include "models/raft/snapshot.hpp"
#include "models/wal/format.hpp"

namespace splitvote::raft {

/// The first input of an incarnation: what its files held. Everything here is durable. The snapshot
/// ends at `base` or behind it; if it ends behind the entries or disagrees with them, a leader's
/// snapshot had replaced the log, and they are dropped.
struct Start {
  Term term = 0;
  NodeId vote = sim::no_node;
  sim::ByteView entries;  // records of the log from behind `base` on, in order
  LogPosition base;
  const Snapshot& snapshot = no_snapshot;
  std::uint64_t incarnation = 0;  // a name that no earlier start of this server had
};

struct Received {
  NodeId source = sim::no_node;
  Message message;
  SupportEpoch support = 0;  // of this node's support for the source's; only with fortification
};

struct ElectionTimeout {};
struct HeartbeatTimeout {
  // They have fortified this leader, and their nodes still support its own.
  NodeSet supporters = 0;
};
/// Of a leader in place of ElectionTimeout, where its caller knows since when each member has been
/// silent: too long are these. Whoever is not among them counts as one that has answered.
struct QuorumTimeout {
  NodeSet silent = 0;
};
/// Of a transfer of leadership, where that has a timer of its own.
struct TransferTimeout {};

/// Everything the core asked to store up to this token is durable.
struct Persisted {
  Token token{};
};

/// A snapshot of everything this server has applied up to its end is durable here.
struct SnapshotSaved {
  const Snapshot& snapshot;
};

/// Up to here the state machine has applied everything, and the log is to hold no more of it than
/// is to stay for followers that lag. Only with snapshots_on_demand: what is saved ends earlier.
struct Compact {
  Index applied = 0;
};

/// The answer to snapshot_wanted, before any other input: of everything that this server has
/// applied. It is not on its disk.
struct SnapshotTaken {
  const Snapshot& snapshot;
};

/// One command for the log.
struct Propose {
  std::string_view key;
  std::string_view value;
};

/// Asks from when on the local state machine may answer a read. Linearizably, unless a leader may
/// answer at once: because its lease lasts, which its caller's clock tells, or because its caller
/// takes the risk that there is another leader.
struct Read {
  ReadId id{};
  bool at_once = false;
};

/// Asks the leader to hand over to a voter (dissertation, section 3.10); without a target, to the
/// one whose log is longest.
struct TransferLeadership {
  NodeId target = sim::no_node;
};

/// Tells a follower that its leader is gone, as an operator or a failure detector may know before
/// any timeout: it goes on to follow whoever leads, but does not stand in the way of an election.
struct ForgetLeader {};

/// An operator's order to a leader: all these changes, or none.
struct Reconfigure {
  std::span<const Change> changes;
  Pace pace = Pace::when_caught_up;
};

/// An operator's order to a leader whose configuration is joint and committed: C_new now.
struct LeaveJoint {};

/// Of a server that sleeps: a node that it slept for has not been heard for a whole shortest
/// election timeout, by any message of any group, or is not the incarnation that it was. Of no
/// meaning while awake.
struct PeerLost {};

/// The support is withdrawn for which this server has fortified its leader.
struct SupportLost {};

/// Messages to this peer were lost, and it may be gone (etcd: MsgUnreachable; of a snapshot that is
/// being sent, MsgSnapStatus with reject).
struct Unreachable {
  NodeId peer = sim::no_node;
};

using Input =
    std::variant<Start, Received, ElectionTimeout, HeartbeatTimeout, Persisted, SnapshotSaved,
                 Propose, Read, TransferLeadership, ForgetLeader, Reconfigure, LeaveJoint, PeerLost,
                 Unreachable, TransferTimeout, QuorumTimeout, Compact, SnapshotTaken, SupportLost>;

// Each event makes one: nothing may be left to do when it goes.
static_assert(std::is_trivially_destructible_v<Input>);

}  // namespace splitvote::raft
