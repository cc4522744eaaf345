// The defaults that real systems publish, as far as they can be said in Raft's keys. A preset sets
// every key that is about a system, so that none of our own defaults is taken for one of theirs.
#pragma once

#include <array>

#include "models/raft/keys.hpp"
#include "models/registry/protocol.hpp"

namespace splitvote::raft {

inline constexpr std::uint64_t kibibyte = 1024;
inline constexpr std::uint64_t mebibyte = 1024 * kibibyte;

// Of a system that knows no such limit: as much as the key can say.
inline constexpr std::uint64_t any_messages = 4096;
inline constexpr std::uint64_t any_entries = std::uint64_t{1} << 20;
inline constexpr std::uint64_t any_batch = std::uint64_t{1} << 30;
inline constexpr std::uint64_t whole_snapshot = std::uint64_t{1} << 30;  // as one stream

/// Sizes in bytes; 0 of a limit or a reason to take a snapshot: there is none.
struct Published {
  sim::Duration tick;
  sim::Duration heartbeat_interval;
  models::DurationRange election_timeout;
  bool pre_vote = false;
  bool pre_vote_stickiness = true;
  bool check_quorum = false;
  sim::Duration quorum_timeout;  // 0: the shortest election timeout
  QuorumCheck quorum_check = QuorumCheck::window;
  bool leader_stickiness = false;
  Reads reads = Reads::read_index;
  bool fortification = false;
  sim::Duration support_duration;  // 0: the shortest election timeout
  bool quiesce = false;
  bool forward_proposals = false;
  bool parallel_disk = false;
  bool async_storage = false;
  ConflictHints conflict_hints = ConflictHints::none;
  bool sessions = false;
  JointConsensus joint_consensus = JointConsensus::when_needed;
  JointExit joint_exit = JointExit::automatic;
  std::uint64_t max_batch_bytes = 0;
  std::uint64_t max_batch_entries = 0;
  std::uint64_t max_inflight_messages = 0;
  std::uint64_t max_inflight_bytes = 0;
  std::uint64_t max_uncommitted_bytes = 0;
  std::uint64_t max_unapplied_entries = 0;
  std::uint64_t snapshot_entries = 0;
  std::uint64_t snapshot_bytes = 0;
  std::uint64_t trailing_entries = 0;
  std::uint64_t compaction_entries = 0;
  std::uint64_t snapshot_chunk = 0;
};

constexpr models::DurationRange milliseconds_range(std::int64_t first, std::int64_t last) {
  return {sim::milliseconds(first), sim::milliseconds(last)};
}

constexpr auto values_of(const Published& of) {
  return std::array{
      models::PresetValue{"tick", of.tick},
      models::PresetValue{"heartbeat_interval", of.heartbeat_interval},
      models::PresetValue{"election_timeout", of.election_timeout},
      models::PresetValue{"pre_vote", of.pre_vote},
      models::PresetValue{"pre_vote_stickiness", of.pre_vote_stickiness},
      models::PresetValue{"check_quorum", of.check_quorum},
      models::PresetValue{"quorum_timeout", of.quorum_timeout},
      models::PresetValue{"quorum_check",
                          models::Choice{static_cast<std::size_t>(of.quorum_check)}},
      models::PresetValue{"leader_stickiness", of.leader_stickiness},
      models::PresetValue{"reads", models::Choice{static_cast<std::size_t>(of.reads)}},
      models::PresetValue{"fortification", of.fortification},
      models::PresetValue{"support_duration", of.support_duration},
      models::PresetValue{"quiesce", of.quiesce},
      models::PresetValue{"forward_proposals", of.forward_proposals},
      models::PresetValue{"parallel_disk", of.parallel_disk},
      models::PresetValue{"async_storage", of.async_storage},
      models::PresetValue{"conflict_hints",
                          models::Choice{static_cast<std::size_t>(of.conflict_hints)}},
      models::PresetValue{"sessions", of.sessions},
      models::PresetValue{"joint_consensus",
                          models::Choice{static_cast<std::size_t>(of.joint_consensus)}},
      models::PresetValue{"joint_exit", models::Choice{static_cast<std::size_t>(of.joint_exit)}},
      models::PresetValue{"max_batch_bytes", of.max_batch_bytes},
      models::PresetValue{"max_batch_entries", of.max_batch_entries},
      models::PresetValue{"max_inflight_messages", of.max_inflight_messages},
      models::PresetValue{"max_inflight_bytes", of.max_inflight_bytes},
      models::PresetValue{"max_uncommitted_bytes", of.max_uncommitted_bytes},
      models::PresetValue{"max_unapplied_entries", of.max_unapplied_entries},
      models::PresetValue{"snapshot_entries", of.snapshot_entries},
      models::PresetValue{"snapshot_bytes", of.snapshot_bytes},
      models::PresetValue{"trailing_entries", of.trailing_entries},
      models::PresetValue{"compaction_entries", of.compaction_entries},
      models::PresetValue{"snapshot_chunk", of.snapshot_chunk},
  };
}

/// server/embed/config.go, server/etcdserver/raft.go; 10 heartbeat ticks, timeout in [10, 19].
/// Members forward proposals to the leader and ask it for a read index for reads of their own. The
/// loop of etcdserver/raft.go saves to the log, and waits for it, before it goes on; a leader sends
/// first. Hints by term: pull request 11964. v3_server.go refuses proposals while 5000 committed
/// entries wait to be applied. clientv3 sends no write again that may have been
/// executed. rafthttp streams a snapshot. Pull request 18825: a snapshot in memory every 100
/// entries.
inline constexpr auto etcd_values = values_of({.tick = sim::milliseconds(100),
                                               .heartbeat_interval = sim::milliseconds(100),
                                               .election_timeout = milliseconds_range(1000, 1900),
                                               .pre_vote = true,
                                               .check_quorum = true,
                                               .leader_stickiness = true,
                                               .reads = Reads::follower,
                                               .forward_proposals = true,
                                               .parallel_disk = true,
                                               .conflict_hints = ConflictHints::term,
                                               .max_batch_bytes = mebibyte,
                                               .max_batch_entries = any_entries,
                                               .max_inflight_messages = 512,
                                               .max_unapplied_entries = 5000,
                                               .snapshot_entries = 10'000,
                                               .trailing_entries = 5000,
                                               .compaction_entries = 100,
                                               .snapshot_chunk = whole_snapshot});

/// hashicorp/raft config.go, times raft_multiplier 5: timeout in [5 s, 10 s], a heartbeat every
/// tenth to fifth of it, a leader lease of 2.5 s: checkLeaderLease() steps down when the answers of
/// a majority are older than that. Reads in Consul's default mode are answered by whoever leads;
/// net_transport.go: two requests in flight; hints: replication.go. Consul's
/// servers forward requests to the leader (agent/consul/rpc.go). dispatchLogs stores before it
/// wakes the replication; heartbeats have threads of their own.
inline constexpr auto consul_values =
    values_of({.heartbeat_interval = sim::milliseconds(500),
               .election_timeout = milliseconds_range(5000, 10'000),
               .pre_vote = true,
               .check_quorum = true,
               .quorum_timeout = sim::milliseconds(2500),
               .quorum_check = QuorumCheck::answer_age,
               .leader_stickiness = true,
               .reads = Reads::leader,
               .forward_proposals = true,
               .async_storage = true,
               .conflict_hints = ConflictHints::index,
               .max_batch_bytes = any_batch,
               .max_batch_entries = 64,
               .max_inflight_messages = 2,
               .snapshot_entries = 16'384,
               .trailing_entries = 10'240,
               .snapshot_chunk = whole_snapshot});

/// raftstore's config.rs and peer.rs: ticks of 1 s, 2 for a heartbeat, a timeout in [10, 20); a
/// thread writes the log for others (store-io-pool-size 1, since 8.0); a leader sends first. Idle
/// regions hibernate. Hints by term: raft-rs, pull request 367. Sessions: as of its raw keys;
/// transactions bring their own. The log is cut when it has three quarters of a region of 256 MiB,
/// in entries of 1 KiB or in bytes, and half of it stays; that it is also cut at what all servers
/// have cannot be said. snap.rs: chunks. Joint configurations are left when the scheduler of PD
/// says so.
constexpr Published tikv{.tick = sim::seconds(1),
                         .heartbeat_interval = sim::seconds(2),
                         .election_timeout = milliseconds_range(10'000, 19'000),
                         .pre_vote = true,
                         .check_quorum = true,
                         .leader_stickiness = true,
                         .reads = Reads::lease,
                         .quiesce = true,
                         .parallel_disk = true,
                         .async_storage = true,
                         .conflict_hints = ConflictHints::term,
                         .joint_exit = JointExit::on_order,
                         .max_batch_bytes = mebibyte,
                         .max_batch_entries = any_entries,
                         .max_inflight_messages = 256,
                         .snapshot_entries = 196'608,
                         .snapshot_bytes = 192 * mebibyte,
                         .trailing_entries = 98'304,
                         .snapshot_chunk = mebibyte};
inline constexpr auto tikv_values = values_of(tikv);

/// The same files as of 5.0, idle regions as since 5.0.2: the threads of the regions write the log
/// themselves; regions have 96 MiB, and nothing of a log stays that is cut. Hints: a rejection
/// tells the follower's last index; raft-rs took pull request 367 later.
inline constexpr auto tikv_5_values = values_of([] {
  Published then = tikv;
  then.async_storage = false;
  then.conflict_hints = ConflictHints::index;
  then.snapshot_entries = 73'728;
  then.snapshot_bytes = 72 * mebibyte;
  then.trailing_entries = 0;
  return then;
}());

/// pkg/base/config.go and testdata/raft_config, of 25.1, before leader leases: ticks of 500 ms, 2
/// for a heartbeat, a timeout in [4, 7], CheckQuorum. newRaftConfig in kvserver/store.go:
/// asynchronous storage writes (since 23.1). Hints by term. Idle
/// ranges quiesce. Sessions stand for the lease index at which alone a command applies, and for
/// transactions that know their own writes. The log is cut at 16 MiB; that it is also cut at what
/// all servers have cannot be said. Joint configurations are left by whoever entered them
/// (ConfChangeTransitionJointExplicit).
constexpr Published cockroach_25_1{.tick = sim::milliseconds(500),
                                   .heartbeat_interval = sim::milliseconds(1000),
                                   .election_timeout = milliseconds_range(2000, 3500),
                                   .pre_vote = true,
                                   .check_quorum = true,
                                   .leader_stickiness = true,
                                   .quiesce = true,
                                   .parallel_disk = true,
                                   .async_storage = true,
                                   .conflict_hints = ConflictHints::term,
                                   .sessions = true,
                                   .joint_exit = JointExit::on_order,
                                   .max_batch_bytes = 32 * kibibyte,
                                   .max_batch_entries = any_entries,
                                   .max_inflight_messages = 128,
                                   .max_inflight_bytes = 32 * mebibyte,
                                   .max_uncommitted_bytes = 16 * mebibyte,
                                   .snapshot_bytes = 16 * mebibyte,
                                   .snapshot_chunk = 256 * kibibyte};
inline constexpr auto cockroach_25_1_values = values_of(cockroach_25_1);

/// Since 25.2 kv.raft.leader_fortification.fraction_enabled is 1: followers fortify leaders, which
/// hold leader leases and never quiesce. StoreLivenessDurations() of pkg/base/config.go: support
/// is requested every second and lasts three.
inline constexpr auto cockroach_values = values_of([] {
  Published now = cockroach_25_1;
  now.quorum_check = QuorumCheck::answer_age;
  now.reads = Reads::lease;
  now.fortification = true;
  now.support_duration = sim::milliseconds(3000);
  now.quiesce = false;
  return now;
}());

/// The same files as of 21.1: ticks of 200 ms, 5 for a heartbeat, a timeout in [15, 29]. Pre-votes
/// without CheckQuorum, by etcd's raft of March 2021 (go.mod): they ask for a log, not whether a
/// leader is heard.
inline constexpr auto cockroach_21_values = values_of([] {
  Published then = cockroach_25_1;
  then.tick = sim::milliseconds(200);
  then.election_timeout = milliseconds_range(3000, 5800);
  then.pre_vote_stickiness = false;
  then.check_quorum = false;
  then.leader_stickiness = false;
  then.async_storage = false;
  then.max_inflight_bytes = 0;
  return then;
}());

/// Server/RaftConsensus.cc: 500 ms, a heartbeat every half of it, a timeout in [T, 2 T]; one call
/// at a time to each peer, of 1 MiB; hints: appendEntries() there. A log of four times the last
/// snapshot, and of 64 MiB at least, is a reason for the next one; only the latter can be said.
/// setConfiguration() always goes through a transitional configuration. stepDownThreadMain() waits
/// for each next majority from when it has the last one.
inline constexpr auto logcabin_values =
    values_of({.heartbeat_interval = sim::milliseconds(250),
               .election_timeout = milliseconds_range(500, 1000),
               .check_quorum = true,
               .quorum_check = QuorumCheck::answer_age,
               .leader_stickiness = true,
               .parallel_disk = true,
               .async_storage = true,
               .conflict_hints = ConflictHints::index,
               .sessions = true,
               .joint_consensus = JointConsensus::always,
               .max_batch_bytes = mebibyte,
               .max_batch_entries = 5000,
               .max_inflight_messages = 1,
               .snapshot_bytes = 64 * mebibyte,
               .snapshot_chunk = mebibyte});

/// raft_params.hxx; get_leadership_expiry(): 20 heartbeats; hints: handle_append_entries.cxx;
/// parallel_log_appending_ is off. A real vote is refused to nobody for a leader's sake
/// (handle_vote.cxx), a pre-vote is. Reads are the state machine's own business, at the leader if
/// at all. The state machine decides what a piece of a snapshot is.
inline constexpr auto nuraft_values = values_of({.heartbeat_interval = sim::milliseconds(125),
                                                 .election_timeout = milliseconds_range(250, 500),
                                                 .pre_vote = true,
                                                 .check_quorum = true,
                                                 .quorum_timeout = sim::milliseconds(2500),
                                                 .quorum_check = QuorumCheck::answer_age,
                                                 .reads = Reads::leader,
                                                 .async_storage = true,
                                                 .conflict_hints = ConflictHints::index,
                                                 .max_batch_bytes = any_batch,
                                                 .max_batch_entries = 100,
                                                 .max_inflight_messages = 1,
                                                 .trailing_entries = 100'000,
                                                 .snapshot_chunk = whole_snapshot});

/// src/server.c: raft_set_election_timeout 3000 (a timeout in [T, 2 T]) and its neighbours.
/// leader.c: whoever leads, and has applied all of its log, answers a read. Hints:
/// progressMaybeDecrement() of its raft, which limits neither a message nor their number.
inline constexpr auto dqlite_values = values_of({.heartbeat_interval = sim::milliseconds(500),
                                                 .election_timeout = milliseconds_range(3000, 6000),
                                                 .pre_vote = true,
                                                 .check_quorum = true,
                                                 .leader_stickiness = true,
                                                 .reads = Reads::leader,
                                                 .parallel_disk = true,
                                                 .async_storage = true,
                                                 .conflict_hints = ConflictHints::index,
                                                 .max_batch_bytes = any_batch,
                                                 .max_batch_entries = any_entries,
                                                 .max_inflight_messages = any_messages,
                                                 .snapshot_entries = 1024,
                                                 .trailing_entries = 8192,
                                                 .snapshot_chunk = whole_snapshot});

/// It wants to be told most of it; this is what dragonboat-example tells it: ticks of 200 ms, a
/// heartbeat with each, a timeout in [10, 20) of them. The rest: internal/settings, and
/// internal/raft/remote.go for the hints and for a window that is not counted in messages.
inline constexpr auto dragonboat_values =
    values_of({.tick = sim::milliseconds(200),
               .heartbeat_interval = sim::milliseconds(200),
               .election_timeout = milliseconds_range(2000, 3800),
               .check_quorum = true,
               .leader_stickiness = true,
               .reads = Reads::follower,
               .forward_proposals = true,
               .parallel_disk = true,
               .async_storage = true,
               .conflict_hints = ConflictHints::index,
               .sessions = true,
               .max_batch_bytes = 64 * mebibyte,
               .max_batch_entries = any_entries,
               .max_inflight_messages = any_messages,
               .snapshot_entries = 10,
               .trailing_entries = 5,
               .snapshot_chunk = 2 * mebibyte});

inline constexpr std::array presets{
    models::Preset{"cockroach",
                   "CockroachDB since 25.2, one range, with leader leases: followers fortify "
                   "their leader, which answers reads at once.",
                   cockroach_values},
    models::Preset{"cockroach_25_1",
                   "CockroachDB up to 25.1, one range; its leases, by which it serves reads, "
                   "are not part of it: reads ask a majority here.",
                   cockroach_25_1_values},
    models::Preset{"cockroach_21", "CockroachDB 21, one range: pre_vote without check_quorum.",
                   cockroach_21_values},
    models::Preset{"consul", "Consul since 1.20 with raft_multiplier 5, reads in its default mode.",
                   consul_values},
    models::Preset{"dragonboat",
                   "Dragonboat 3 as its examples set it up, with registered client sessions.",
                   dragonboat_values},
    models::Preset{"dqlite",
                   "The defaults of dqlite 1, on the raft of Canonical: whoever leads answers "
                   "reads, and does not ask whether it still does.",
                   dqlite_values},
    models::Preset{
        "etcd", "The defaults of etcd 3.6. Up to 3.5 it shortened its log with its snapshots only.",
        etcd_values},
    models::Preset{"logcabin", "LogCabin 1: stickiness stands for its withheld votes.",
                   logcabin_values},
    models::Preset{"nuraft",
                   "NuRaft: reads are answered by whoever leads; it snapshots only when told to.",
                   nuraft_values},
    models::Preset{"tikv", "TiKV since 8.4, one region; idle ones hibernate.", tikv_values},
    models::Preset{"tikv_5", "TiKV 5.0.2, one region; idle ones hibernate.", tikv_5_values},
};

}  // namespace splitvote::raft
