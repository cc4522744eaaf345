// The defaults that real systems publish, as far as they can be said in Raft's keys.
#pragma once

#include <array>

#include "models/raft/keys.hpp"
#include "models/registry/protocol.hpp"

namespace splitvote::raft {

inline constexpr std::uint64_t kibibyte = 1024;
inline constexpr std::uint64_t mebibyte = 1024 * kibibyte;

constexpr models::DurationRange milliseconds_range(std::int64_t first, std::int64_t last) {
  return {sim::milliseconds(first), sim::milliseconds(last)};
}
constexpr models::PresetValue reads_by(Reads reads) {
  return {"reads", models::Choice{static_cast<std::size_t>(reads)}};
}
/// Of a system whose follower answers with its last index: `next` is the smaller of one less and
/// one behind that.
constexpr models::PresetValue hints_by_index() {
  return {"conflict_hints", models::Choice{static_cast<std::size_t>(ConflictHints::index)}};
}
/// Of a system that does not know a command that it has executed before. Its clients had better not
/// send a write twice: `request_timeout` as long as `timeout`.
constexpr models::PresetValue no_sessions() { return {"sessions", false}; }

/// server/embed/config.go, server/etcdserver/raft.go; 10 heartbeat ticks, timeout in [10, 19].
/// Members forward proposals to the leader and ask it for a read index for reads of their own. The
/// loop of etcdserver/raft.go saves to the log, and waits for it, before it goes on. Hints by term:
/// pull request 11964. clientv3 sends no write again that may have been executed.
inline constexpr std::array etcd_values{
    models::PresetValue{"tick", sim::milliseconds(100)},
    models::PresetValue{"heartbeat_interval", sim::milliseconds(100)},
    models::PresetValue{"election_timeout", milliseconds_range(1000, 1900)},
    models::PresetValue{"pre_vote", true},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    reads_by(Reads::follower),
    models::PresetValue{"forward_proposals", true},
    no_sessions(),
    models::PresetValue{"max_batch_bytes", mebibyte},
    models::PresetValue{"max_inflight_messages", std::uint64_t{512}},
    models::PresetValue{"snapshot_entries", std::uint64_t{10'000}},
    models::PresetValue{"trailing_entries", std::uint64_t{5000}},
    models::PresetValue{"async_storage", false},
};

/// hashicorp/raft config.go, times raft_multiplier 5: timeout in [5 s, 10 s], a heartbeat every
/// tenth to fifth of it; hints: replication.go. Consul's servers forward requests to the leader
/// (agent/consul/rpc.go). dispatchLogs stores before it wakes the replication; heartbeats have
/// threads of their own.
inline constexpr std::array consul_values{
    models::PresetValue{"heartbeat_interval", sim::milliseconds(500)},
    models::PresetValue{"election_timeout", milliseconds_range(5000, 10'000)},
    models::PresetValue{"pre_vote", true},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    reads_by(Reads::lease),
    models::PresetValue{"forward_proposals", true},
    no_sessions(),
    hints_by_index(),
    models::PresetValue{"max_batch_entries", std::uint64_t{64}},
    models::PresetValue{"snapshot_entries", std::uint64_t{16'384}},
    models::PresetValue{"trailing_entries", std::uint64_t{10'240}},
    models::PresetValue{"parallel_disk", false},
};

/// raftstore's config.rs: ticks of 1 s, 2 for a heartbeat, a timeout in [10, 20); the threads that
/// write the log for others (store-io-pool-size) came later. Hints by term: raft-rs, pull request
/// 367. Sessions: as of its raw keys; transactions bring their own.
inline constexpr std::array tikv_values{
    models::PresetValue{"tick", sim::seconds(1)},
    models::PresetValue{"heartbeat_interval", sim::seconds(2)},
    models::PresetValue{"election_timeout", milliseconds_range(10'000, 19'000)},
    models::PresetValue{"pre_vote", true},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    reads_by(Reads::lease),
    no_sessions(),
    models::PresetValue{"max_batch_bytes", mebibyte},
    models::PresetValue{"max_inflight_messages", std::uint64_t{256}},
    models::PresetValue{"async_storage", false},
};

/// pkg/base/config.go: ticks of 200 ms, 5 for a heartbeat, a timeout in [15, 29]; asynchronous
/// storage writes came with 23.1. etcd's raft of March 2021 (go.mod), so hints by term. Sessions
/// stand for the lease index at which alone a command applies, and for transactions that know their
/// own writes.
inline constexpr std::array cockroach_values{
    models::PresetValue{"tick", sim::milliseconds(200)},
    models::PresetValue{"heartbeat_interval", sim::milliseconds(1000)},
    models::PresetValue{"election_timeout", milliseconds_range(3000, 5800)},
    models::PresetValue{"pre_vote", true},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    models::PresetValue{"max_batch_bytes", 32 * kibibyte},
    models::PresetValue{"max_inflight_messages", std::uint64_t{128}},
    models::PresetValue{"max_uncommitted_bytes", 16 * mebibyte},
    models::PresetValue{"snapshot_bytes", 16 * mebibyte},
    models::PresetValue{"async_storage", false},
};

/// Server/RaftConsensus.cc: 500 ms, a heartbeat every half of it, a timeout in [T, 2 T]; hints:
/// appendEntries() there.
inline constexpr std::array logcabin_values{
    models::PresetValue{"heartbeat_interval", sim::milliseconds(250)},
    models::PresetValue{"election_timeout", milliseconds_range(500, 1000)},
    models::PresetValue{"pre_vote", false},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    reads_by(Reads::read_index),
    hints_by_index(),
    models::PresetValue{"max_batch_bytes", mebibyte},
    models::PresetValue{"max_batch_entries", std::uint64_t{5000}},
    models::PresetValue{"snapshot_entries", std::uint64_t{0}},
    models::PresetValue{"snapshot_bytes", 64 * mebibyte},
    models::PresetValue{"trailing_entries", std::uint64_t{0}},
};

/// raft_params.hxx; hints: handle_append_entries.cxx; parallel_log_appending_ is off.
inline constexpr std::array nuraft_values{
    models::PresetValue{"heartbeat_interval", sim::milliseconds(125)},
    models::PresetValue{"election_timeout", milliseconds_range(250, 500)},
    models::PresetValue{"pre_vote", true},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    no_sessions(),
    hints_by_index(),
    models::PresetValue{"max_batch_entries", std::uint64_t{100}},
    models::PresetValue{"max_inflight_messages", std::uint64_t{1}},
    models::PresetValue{"snapshot_entries", std::uint64_t{0}},
    models::PresetValue{"snapshot_bytes", std::uint64_t{0}},
    models::PresetValue{"trailing_entries", std::uint64_t{100'000}},
    models::PresetValue{"parallel_disk", false},
};

/// src/server.c: raft_set_election_timeout 3000 (a timeout in [T, 2 T]) and its neighbours; hints:
/// progressMaybeDecrement() of its raft.
inline constexpr std::array dqlite_values{
    models::PresetValue{"heartbeat_interval", sim::milliseconds(500)},
    models::PresetValue{"election_timeout", milliseconds_range(3000, 6000)},
    models::PresetValue{"pre_vote", true},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    no_sessions(),
    hints_by_index(),
    models::PresetValue{"snapshot_entries", std::uint64_t{1024}},
    models::PresetValue{"trailing_entries", std::uint64_t{8192}},
};

/// It wants to be told most of it; this is what dragonboat-example tells it: ticks of 200 ms, a
/// heartbeat with each, a timeout in [10, 20) of them. The rest: internal/settings, and
/// internal/raft/remote.go for the hints and for a window that is not counted in messages.
inline constexpr std::array dragonboat_values{
    models::PresetValue{"tick", sim::milliseconds(200)},
    models::PresetValue{"heartbeat_interval", sim::milliseconds(200)},
    models::PresetValue{"election_timeout", milliseconds_range(2000, 3800)},
    models::PresetValue{"pre_vote", false},
    models::PresetValue{"check_quorum", true},
    models::PresetValue{"leader_stickiness", true},
    reads_by(Reads::follower),
    models::PresetValue{"forward_proposals", true},
    hints_by_index(),
    models::PresetValue{"max_batch_bytes", 64 * mebibyte},
    models::PresetValue{"max_inflight_messages", std::uint64_t{4096}},
    models::PresetValue{"snapshot_entries", std::uint64_t{10}},
    models::PresetValue{"trailing_entries", std::uint64_t{5}},
    models::PresetValue{"snapshot_chunk", 2 * mebibyte},
};

inline constexpr std::array presets{
    models::Preset{
        "cockroach",
        "CockroachDB 21: one range that does not quiesce (see quiesce); its own leases are not "
        "part of it.",
        cockroach_values},
    models::Preset{
        "consul",
        "Consul 1 with raft_multiplier 5: its leader lease of half an election timeout is "
        "that of check_quorum here, a whole one.",
        consul_values},
    models::Preset{"dragonboat",
                   "Dragonboat 3 as its examples set it up, with registered client sessions.",
                   dragonboat_values},
    models::Preset{"dqlite", "The defaults of dqlite 1, on the raft of Canonical.", dqlite_values},
    models::Preset{"etcd", "The defaults of etcd 3.6.", etcd_values},
    models::Preset{"logcabin", "LogCabin 1: stickiness stands for its withheld votes.",
                   logcabin_values},
    models::Preset{"nuraft",
                   "NuRaft: its leadership expires after 20 heartbeats, here after the shortest "
                   "election timeout; it snapshots only when told to.",
                   nuraft_values},
    models::Preset{"tikv", "TiKV 5: one region that does not hibernate (see quiesce).",
                   tikv_values},
};

}  // namespace splitvote::raft
