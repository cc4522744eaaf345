// "For each server, index of the next log entry to send to that server" and "index of highest log
// entry known to be replicated on server" (Figure 2), with what pipelining adds to them.
#pragma once

#include <cstdint>

#include "models/raft/snapshot.hpp"
#include "models/raft/types.hpp"

namespace splitvote::raft {

/// How the leader sends to a follower.
enum class Replication : std::uint8_t {
  probe,      // looking for where the logs agree: one message, then wait for the answer
  replicate,  // they agree up to `next`: entries stream, `next` moves ahead of the answers
  snapshot,   // what it needs next is gone from the log: chunks, one at a time, then `replicate`
};

/// A snapshot on its way to a follower; kept to its end even if there is a newer one meanwhile.
struct OutgoingSnapshot {
  static constexpr std::uint32_t patience_min = 2;
  static constexpr std::uint32_t patience_max = 16;

  NodeId target = sim::no_node;
  Snapshot snapshot;
  std::uint32_t checksum = 0;
  std::uint64_t offset = 0;   // of the chunk that is under way
  bool heard = false;         // the follower has answered something since the last heartbeat
  std::uint32_t silence = 0;  // heartbeats since it was sent, those that it answered
  std::uint32_t patience = patience_min;  // heartbeats until it is sent again; doubles each time
  bool repeated = false;  // it was sent more than once: how long an answer takes is unknown
};

enum class BallotState : std::uint8_t { open, granted, refused };

/// One member as the others see it. Of the member itself only `match`, `ballot` and `read_round`
/// count.
struct Member {
  NodeId id = sim::no_node;
  Replication replication = Replication::probe;
  BallotState ballot = BallotState::open;
  bool probe_sent = false;  // a probe with entries is out; the heartbeats go on probing without
  bool recently_active = false;  // has answered since the quorum was looked at, or shortly before
  bool asleep = false;           // has answered that it sleeps
  bool paused = false;           // an entry had to wait, and there has been no room since
  bool votes = false;            // counts in elections and for commits
  bool votes_before = false;     // counts among the voters before, while joint
  bool caught_up = false;        // a learner that may become a voter
  std::uint32_t inflight_first = 0;  // in the ring of this member
  std::uint32_t inflight_count = 0;
  Index match = 0;
  Index next = 1;                      // above match
  SupportEpoch fortified = 0;          // the newest for which it has fortified this leader
  Index committed = 0;                 // what it has said it knows to be, at the least
  std::uint64_t read_round = 0;        // the newest round it has confirmed
  Index round_end = 0;                 // of a learner that catches up: where its round ends; or 0
  std::uint32_t round_heartbeats = 0;  // how many this leader has sent since the round began
};

}  // namespace splitvote::raft
