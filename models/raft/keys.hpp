// The keys that a scenario may set under `protocol:` for Raft, with their defaults.
#pragma once

#include <array>

#include "models/client/placement.hpp"
#include "models/raft/raft_process.hpp"
#include "models/registry/settings.hpp"

namespace splitvote::raft {

inline constexpr std::array<std::string_view, 6> reads_choices{"log",   "read_index", "local",
                                                               "lease", "follower",   "leader"};

inline constexpr std::array<std::string_view, 2> quorum_check_choices{"window", "answer_age"};

inline constexpr std::array<std::string_view, 3> conflict_hints_choices{"none", "index", "term"};

inline constexpr std::array<std::string_view, 2> joint_consensus_choices{"when_needed", "always"};

inline constexpr std::array<std::string_view, 2> joint_exit_choices{"automatic", "explicit"};

inline constexpr ProcessOptions defaults{};

inline constexpr std::array keys{
    models::Key{.name = "election_timeout",
                .type = models::KeyType::duration_range,
                .fallback = defaults.election_timeout,
                .help = "How long a server waits for a leader before it stands for election; drawn "
                        "anew each time.",
                .choices = {},
                .minimum = 1'000'000,
                .maximum = 3'600'000'000'000},
    models::Key{.name = "heartbeat_interval",
                .type = models::KeyType::duration,
                .fallback = defaults.heartbeat_interval,
                .help = "How often a leader sends an empty AppendEntries to every follower.",
                .choices = {},
                .minimum = 100'000,
                .maximum = 3'600'000'000'000},
    models::Key{.name = "tick",
                .type = models::KeyType::duration,
                .fallback = defaults.tick,
                .help =
                    "Timers only go off at multiples of this, as in systems that count ticks: an "
                    "election timeout of 10 to 19 ticks of 100ms is 1s..1900ms with tick: "
                    "100ms. 0: timers are exact.",
                .choices = {},
                .maximum = 3'600'000'000'000},
    models::Key{.name = "pre_vote",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.pre_vote,
                .help = "A server asks whether it could win before it begins a new term, so that "
                        "one that comes back does not depose a leader.",
                .choices = {}},
    models::Key{.name = "pre_vote_stickiness",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.pre_vote_stickiness,
                .help = "A server that hears a leader grants no pre-vote. false: to whoever has "
                        "all of its log, as etcd's raft does without check_quorum.",
                .choices = {}},
    models::Key{.name = "check_quorum",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.check_quorum,
                .help = "A leader steps down if no majority has answered it in quorum_timeout.",
                .choices = {}},
    models::Key{.name = "quorum_timeout",
                .type = models::KeyType::duration,
                .fallback = defaults.quorum_timeout,
                .help = "How long a leader that is cut off leads on, once to twice or once as "
                        "quorum_check says. 0: the shortest election timeout; with fortification "
                        "support_duration.",
                .choices = {},
                .maximum = 3'600'000'000'000},
    models::Key{.name = "quorum_check",
                .type = models::KeyType::choice,
                .fallback = models::Choice{static_cast<std::size_t>(defaults.quorum_check)},
                .help = "When a leader steps down. window: it looks every quorum_timeout whether a "
                        "majority has answered since the last look, and leads on for once to twice "
                        "that long (etcd, TiKV, CockroachDB, dqlite). answer_age: when the last "
                        "answers of a majority are quorum_timeout old (hashicorp/raft, "
                        "LogCabin, NuRaft).",
                .choices = quorum_check_choices},
    models::Key{.name = "leader_stickiness",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.leader_stickiness,
                .help = "A server that hears a leader ignores candidates of later terms; only "
                        "together with check_quorum, because a deaf leader would stay for ever.",
                .choices = {}},
    models::Key{.name = "voters",
                .type = models::KeyType::count,
                .fallback = std::uint64_t{0},
                .help = "So many servers, the first of the topology, are the cluster at first; "
                        "the others are spares that reconfigure can add. 0, or more than there "
                        "are: all.",
                .choices = {},
                .minimum = 0,
                .maximum = members_max},
    models::Key{.name = "witnesses",
                .type = models::KeyType::count,
                .fallback = std::uint64_t{0},
                .help = "So many of the first voters, the last of them, are witnesses: they vote "
                        "and store the log, hold no data and serve nobody. One voter at least is "
                        "none.",
                .choices = {},
                .minimum = 0,
                .maximum = members_max - 1},
    models::Key{.name = "joint_consensus",
                .type = models::KeyType::choice,
                .fallback = models::Choice{static_cast<std::size_t>(defaults.core.joint_consensus)},
                .help = "Which changes of voters go through a joint configuration. when_needed: "
                        "those of more than one; always: all.",
                .choices = joint_consensus_choices},
    models::Key{.name = "joint_exit",
                .type = models::KeyType::choice,
                .fallback = models::Choice{static_cast<std::size_t>(defaults.core.joint_exit)},
                .help = "Who ends a joint configuration when it is committed. automatic: the "
                        "leader, at once; explicit: an operator, by the order leave_joint.",
                .choices = joint_exit_choices},
    models::Key{.name = "groups",
                .type = models::KeyType::count,
                .fallback = std::uint64_t{1},
                .help = "So many groups run on the servers, each with a leader and a log of its "
                        "own; keys are spread over them by a hash.",
                .choices = {},
                .minimum = 1,
                .maximum = client::groups_max},
    models::Key{.name = "quiesce",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.quiesce,
                .help = "A group in which everybody has everything stops its heartbeats and timers "
                        "until somebody wants something; its servers watch each other's nodes.",
                .choices = {}},
    models::Key{.name = "fortification",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.fortification,
                .help = "Followers promise their leader not to depose it as long as their nodes "
                        "support its node, which requests that once per heartbeat_interval for all "
                        "groups. They need no election timers then, and no heartbeats if they have "
                        "everything. With reads: lease a leader answers at once while a majority "
                        "keeps the promise (CockroachDB since 25.2).",
                .choices = {}},
    models::Key{.name = "support_duration",
                .type = models::KeyType::duration,
                .fallback = defaults.support_duration,
                .help = "With fortification: how long a node supports another after it was asked "
                        "to. A server that was restarted stands and votes no earlier. 0: the "
                        "shortest election timeout.",
                .choices = {},
                .maximum = 3'600'000'000'000},
    models::Key{.name = "reads",
                .type = models::KeyType::choice,
                .fallback = models::Choice{static_cast<std::size_t>(defaults.reads)},
                .help = "Whether a read is a command in the log, is answered by the leader after "
                        "a round of heartbeats, or (local) by whoever is asked, leader or not, at "
                        "once from its own state: such reads may be stale. lease: by the leader at "
                        "once, as long as the last round of heartbeats forbids a new election; "
                        "follower: by whoever is asked, after asking the leader how far it must "
                        "have applied; leader: at once by whoever believes it leads, stale if "
                        "there is another by now.",
                .choices = reads_choices},
    models::Key{.name = "max_staleness",
                .type = models::KeyType::duration,
                .fallback = defaults.max_staleness,
                .help = "With reads: local: a server answers only if it can prove, believing its "
                        "clock up to clock_drift_bound, that it lacks nothing that was committed "
                        "longer ago than this; else the leader answers. 0: unbounded.",
                .choices = {},
                .maximum = 3'600'000'000'000},
    models::Key{.name = "clock_drift_bound",
                .type = models::KeyType::share,
                .fallback = defaults.clock_drift_bound,
                .help = "How far any clock is believed to be off its rate; the lease is the "
                        "shortest election timeout, less a tick and twice this much. Leases and "
                        "max_staleness are safe only if it is true.",
                .choices = {}},
    models::Key{.name = "forward_proposals",
                .type = models::KeyType::boolean,
                .fallback = defaults.forward_proposals,
                .help =
                    "A follower passes on to its leader what only the leader can answer, writes "
                    "and (unless they are local or at followers) reads, and the answer back, "
                    "instead of sending the client there.",
                .choices = {}},
    models::Key{.name = "parallel_disk",
                .type = models::KeyType::boolean,
                .fallback = defaults.core.parallel_disk,
                .help = "A leader sends entries to its followers while its own disk writes them; "
                        "false: only when they are on its disk.",
                .choices = {}},
    models::Key{.name = "async_storage",
                .type = models::KeyType::boolean,
                .fallback = defaults.async_storage,
                .help = "A server goes on while its disk writes the log. false: what comes "
                        "meanwhile waits, heartbeats and timers too, so a disk that stalls is a "
                        "server that stalls.",
                .choices = {}},
    models::Key{.name = "apply_time",
                .type = models::KeyType::duration,
                .fallback = defaults.apply_time,
                .help = "How long the state machine of a server takes for an entry, one behind the "
                        "other, by the server's clock. Answers wait for it, elections and "
                        "replication do not. It is in memory: a server that starts applies all "
                        "behind its snapshot again, at this pace. 0: no time at all.",
                .choices = {},
                .maximum = 60'000'000'000},
    models::Key{.name = "max_unapplied_entries",
                .type = models::KeyType::count,
                .fallback = defaults.max_unapplied_entries,
                .help = "How many committed entries a leader's state machine may lack (see "
                        "apply_time) before it tells clients that it is busy if what they want "
                        "goes into the log. 0: as many as there are.",
                .choices = {},
                .maximum = 1'000'000'000},
    models::Key{.name = "priorities",
                .type = models::KeyType::per_node,
                .fallback = models::PerNode{},
                .help = "A number per server, 1 unless given: a leader hands over to a server with "
                        "a higher one as soon as that is up to date (needs check_quorum); with 0 a "
                        "server never stands for election.",
                .choices = {},
                .minimum = 0,
                .maximum = 255},
    models::Key{.name = "max_inflight_bytes",
                .type = models::KeyType::size,
                .fallback = std::uint64_t{0},
                .help = "How many bytes of entries may be on their way to a follower; 0: as many "
                        "as there are.",
                .choices = {},
                .maximum = std::uint64_t{1} << 40},
    models::Key{.name = "max_uncommitted_bytes",
                .type = models::KeyType::size,
                .fallback = std::uint64_t{0},
                .help = "How many bytes of entries a leader takes before they are committed; then "
                        "it tells clients that it is busy. 0: as many as there are.",
                .choices = {},
                .maximum = std::uint64_t{1} << 40},
    models::Key{.name = "max_batch_bytes",
                .type = models::KeyType::size,
                .fallback = std::uint64_t{defaults.core.batch_bytes_max},
                .help = "The most bytes of entries in one AppendEntries; a single larger entry "
                        "still travels alone.",
                .choices = {},
                .minimum = 1,
                .maximum = 1 << 30},
    models::Key{.name = "max_batch_entries",
                .type = models::KeyType::count,
                .fallback = std::uint64_t{defaults.core.batch_entries_max},
                .help = "The most entries in one AppendEntries.",
                .choices = {},
                .minimum = 1,
                .maximum = 1 << 20},
    models::Key{.name = "max_inflight_messages",
                .type = models::KeyType::count,
                .fallback = std::uint64_t{defaults.core.inflight_messages_max},
                .help = "How many AppendEntries with entries may be on their way to a follower; "
                        "further entries wait and travel as one batch.",
                .choices = {},
                .minimum = 1,
                .maximum = 4096},
    models::Key{.name = "conflict_hints",
                .type = models::KeyType::choice,
                .fallback = models::Choice{static_cast<std::size_t>(defaults.core.conflict_hints)},
                .help = "What a follower says when its log does not fit. none: the leader looks "
                        "for where they agree entry by entry; index: where the follower's log "
                        "ends, if it is too short; term: also the term in conflict and where it "
                        "begins, so that the leader skips a term at once.",
                .choices = conflict_hints_choices},
    models::Key{.name = "sessions",
                .type = models::KeyType::boolean,
                .fallback = defaults.sessions,
                .help = "A server remembers the last command of each client's session, so that one "
                        "that is sent again is answered and not executed again; false: a command "
                        "is executed as often as it is committed.",
                .choices = {}},
    models::Key{.name = "snapshot_entries",
                .type = models::KeyType::count,
                .fallback = defaults.snapshot_entries,
                .help = "A server takes a snapshot of its store and shortens its log when it has "
                        "applied this many entries since the last one; 0: not for that reason.",
                .choices = {},
                .maximum = 1'000'000'000},
    models::Key{.name = "snapshot_bytes",
                .type = models::KeyType::size,
                .fallback = defaults.snapshot_bytes,
                .help = "The same, counted in bytes of applied entries.",
                .choices = {},
                .maximum = std::uint64_t{1} << 40},
    models::Key{.name = "trailing_entries",
                .type = models::KeyType::count,
                .fallback = std::uint64_t{defaults.core.trailing_entries},
                .help = "How many entries stay in the log behind a snapshot, so that a follower "
                        "that lags less than this needs no snapshot.",
                .choices = {},
                .maximum = 1'000'000'000},
    models::Key{.name = "compaction_entries",
                .type = models::KeyType::count,
                .fallback = defaults.compaction_entries,
                .help = "A server also lets go of the log in its memory, all but trailing_entries, "
                        "whenever it has applied this many more, without writing a snapshot to its "
                        "disk, where the log stays whole until then. A follower that lacks what is "
                        "gone is sent a snapshot that its leader takes when it answers. 0: the "
                        "log is shortened when a snapshot is written, and followers are sent that.",
                .choices = {},
                .maximum = 1'000'000'000},
    models::Key{.name = "snapshot_chunk",
                .type = models::KeyType::size,
                .fallback = std::uint64_t{defaults.core.snapshot_chunk_bytes},
                .help = "The most bytes of a snapshot in one InstallSnapshot.",
                .choices = {},
                .minimum = 1,
                .maximum = 1 << 30},
};

}  // namespace splitvote::raft
