// Raft's keys, messages and checks in the words of a scenario, and which settings contradict
// each other.
#include "models/raft/registration.hpp"

#include <algorithm>
#include <array>

#include "models/raft/raft_process.hpp"

namespace splitvote::raft {
namespace {

using models::Choice;
using models::DurationRange;
using models::KeyType;

constexpr std::array<std::string_view, 5> reads_choices{"log", "read_index", "local", "lease",
                                                        "follower"};

constexpr ProcessOptions defaults{};

constexpr std::array keys{
    models::Key{.name = "election_timeout",
                .type = KeyType::duration_range,
                .fallback = defaults.election_timeout,
                .help = "How long a server waits for a leader before it stands for election; drawn "
                        "anew each time.",
                .choices = {},
                .minimum = 1'000'000,
                .maximum = 3'600'000'000'000},
    models::Key{.name = "heartbeat_interval",
                .type = KeyType::duration,
                .fallback = defaults.heartbeat_interval,
                .help = "How often a leader sends an empty AppendEntries to every follower.",
                .choices = {},
                .minimum = 100'000,
                .maximum = 3'600'000'000'000},
    models::Key{.name = "pre_vote",
                .type = KeyType::boolean,
                .fallback = defaults.core.pre_vote,
                .help = "A server asks whether it could win before it begins a new term, so that "
                        "one that comes back does not depose a leader.",
                .choices = {}},
    models::Key{.name = "check_quorum",
                .type = KeyType::boolean,
                .fallback = defaults.core.check_quorum,
                .help = "A leader steps down if no majority has answered it for the shortest "
                        "election timeout.",
                .choices = {}},
    models::Key{.name = "leader_stickiness",
                .type = KeyType::boolean,
                .fallback = defaults.core.leader_stickiness,
                .help = "A server that hears a leader ignores candidates of later terms; only "
                        "together with check_quorum, because a deaf leader would stay for ever.",
                .choices = {}},
    models::Key{.name = "voters",
                .type = KeyType::count,
                .fallback = std::uint64_t{0},
                .help = "So many servers, the first of the topology, are the cluster at first; "
                        "the others are spares that reconfigure can add. 0, or more than there "
                        "are: all.",
                .choices = {},
                .minimum = 0,
                .maximum = members_max},
    models::Key{.name = "reads",
                .type = KeyType::choice,
                .fallback = Choice{static_cast<std::size_t>(defaults.reads)},
                .help = "Whether a read is a command in the log, is answered by the leader after "
                        "a round of heartbeats, or (local) by whoever is asked, leader or not, at "
                        "once from its own state: such reads may be stale. lease: by the leader at "
                        "once, as long as the last round of heartbeats forbids a new election; "
                        "follower: by whoever is asked, after asking the leader how far it must "
                        "have applied.",
                .choices = reads_choices},
    models::Key{.name = "clock_drift_bound",
                .type = KeyType::share,
                .fallback = defaults.clock_drift_bound,
                .help = "How far any clock is believed to be off its rate; the lease is the "
                        "shortest election timeout, less twice this much. Leases are safe only if "
                        "it is true.",
                .choices = {}},
    models::Key{.name = "priorities",
                .type = KeyType::per_node,
                .fallback = models::PerNode{},
                .help = "A number per server, 1 unless given: a leader hands over to a server with "
                        "a higher one as soon as that is up to date (needs check_quorum); with 0 a "
                        "server never stands for election.",
                .choices = {},
                .minimum = 0,
                .maximum = 255},
    models::Key{.name = "max_inflight_bytes",
                .type = KeyType::size,
                .fallback = std::uint64_t{0},
                .help = "How many bytes of entries may be on their way to a follower; 0: as many "
                        "as there are.",
                .choices = {},
                .maximum = std::uint64_t{1} << 40},
    models::Key{.name = "max_uncommitted_bytes",
                .type = KeyType::size,
                .fallback = std::uint64_t{0},
                .help = "How many bytes of entries a leader takes before they are committed; then "
                        "it tells clients that it is busy. 0: as many as there are.",
                .choices = {},
                .maximum = std::uint64_t{1} << 40},
    models::Key{.name = "max_batch_bytes",
                .type = KeyType::size,
                .fallback = std::uint64_t{defaults.core.batch_bytes_max},
                .help = "The most bytes of entries in one AppendEntries; a single larger entry "
                        "still travels alone.",
                .choices = {},
                .minimum = 1,
                .maximum = 1 << 30},
    models::Key{.name = "max_batch_entries",
                .type = KeyType::count,
                .fallback = std::uint64_t{defaults.core.batch_entries_max},
                .help = "The most entries in one AppendEntries.",
                .choices = {},
                .minimum = 1,
                .maximum = 1 << 20},
    models::Key{.name = "max_inflight_messages",
                .type = KeyType::count,
                .fallback = std::uint64_t{defaults.core.inflight_messages_max},
                .help = "How many AppendEntries with entries may be on their way to a follower; "
                        "further entries wait and travel as one batch.",
                .choices = {},
                .minimum = 1,
                .maximum = 4096},
    models::Key{.name = "snapshot_entries",
                .type = KeyType::count,
                .fallback = defaults.snapshot_entries,
                .help = "A server takes a snapshot of its store and shortens its log when it has "
                        "applied this many entries since the last one; 0: not for that reason.",
                .choices = {},
                .maximum = 1'000'000'000},
    models::Key{.name = "snapshot_bytes",
                .type = KeyType::size,
                .fallback = defaults.snapshot_bytes,
                .help = "The same, counted in bytes of applied entries.",
                .choices = {},
                .maximum = std::uint64_t{1} << 40},
    models::Key{.name = "trailing_entries",
                .type = KeyType::count,
                .fallback = std::uint64_t{defaults.core.trailing_entries},
                .help = "How many entries stay in the log behind a snapshot, so that a follower "
                        "that lags less than this needs no snapshot.",
                .choices = {},
                .maximum = 1'000'000'000},
    models::Key{.name = "snapshot_chunk",
                .type = KeyType::size,
                .fallback = std::uint64_t{defaults.core.snapshot_chunk_bytes},
                .help = "The most bytes of a snapshot in one InstallSnapshot.",
                .choices = {},
                .minimum = 1,
                .maximum = 1 << 30},
};

constexpr std::array messages{
    models::NamedMessage{request_vote_kind, "request_vote"},
    models::NamedMessage{pre_vote_kind, "pre_vote"},
    models::NamedMessage{vote_response_kind, "vote_response"},
    models::NamedMessage{pre_vote_response_kind, "pre_vote_response"},
    models::NamedMessage{append_entries_kind, "append_entries"},
    models::NamedMessage{heartbeat_kind, "heartbeat"},
    models::NamedMessage{append_response_kind, "append_response"},
    models::NamedMessage{heartbeat_response_kind, "heartbeat_response"},
    models::NamedMessage{install_snapshot_kind, "install_snapshot"},
    models::NamedMessage{install_snapshot_response_kind, "install_snapshot_response"},
    models::NamedMessage{transfer_vote_kind, "transfer_vote"},
    models::NamedMessage{timeout_now_kind, "timeout_now"},
    models::NamedMessage{read_index_kind, "read_index"},
    models::NamedMessage{read_index_response_kind, "read_index_response"},
};

/// The words of models/check/check_table.hpp; all of them are promises of Raft.
constexpr std::array checks{
    models::NamedHelp{"election_safety", "A term has at most one leader (Figure 3)."},
    models::NamedHelp{"vote_once", "A server gives at most one vote per term (section 5.2)."},
    models::NamedHelp{"log_matching", "Logs with a common entry agree up to it (Figure 3)."},
    models::NamedHelp{"leader_append_only", "A leader only appends to its log (Figure 3)."},
    models::NamedHelp{"leader_completeness",
                      "A committed entry is in the logs of all later leaders (Figure 3)."},
    models::NamedHelp{"commit_agreement", "Servers commit the same entries (section 5.4.3)."},
    models::NamedHelp{"monotone_commit", "A commit index never decreases (Figure 2)."},
    models::NamedHelp{"state_machine_safety",
                      "Servers apply the same entry at each index (Figure 3)."},
    models::NamedHelp{"monotone_applied", "Entries are applied in order and once (Figure 2)."},
    models::NamedHelp{"durable_storage",
                      "What a server has vouched for is on its disk after a crash (Figure 2)."},
    models::NamedHelp{"durability", "No acknowledged write is lost (section 8)."},
    models::NamedHelp{"linearizable", "Clients see one copy of the data (section 8)."},
};

std::string contradiction(const models::Settings& settings) {
  const auto timeout = settings.get<DurationRange>("election_timeout");
  const auto heartbeat = settings.get<sim::Duration>("heartbeat_interval");
  if (heartbeat >= timeout.first) {
    return "heartbeat_interval must be below the shortest election_timeout, or followers depose a "
           "healthy leader";
  }
  const bool leases = static_cast<Reads>(settings.get<Choice>("reads").index) == Reads::lease;
  const bool sticky = settings.get<bool>("check_quorum") && settings.get<bool>("leader_stickiness");
  if (leases && !sticky) {
    return "reads: lease needs check_quorum and leader_stickiness, or servers elect another leader "
           "while the lease lasts";
  }
  return {};
}

/// A round of catching up with fewer heartbeats in it was shorter than any election timeout.
std::uint32_t heartbeats_per_timeout(const models::Settings& settings) {
  const std::int64_t heartbeats = settings.get<DurationRange>("election_timeout").first.ns /
                                  settings.get<sim::Duration>("heartbeat_interval").ns;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(heartbeats, UINT32_MAX));
}

Priorities priorities(const models::Settings& settings) {
  const auto given = settings.get<models::PerNode>("priorities");
  Priorities priorities = equal_priorities();
  std::copy_n(given.values.begin(), given.count, priorities.begin());
  return priorities;
}

std::unique_ptr<sim::Process> make_server(const models::Settings& settings,
                                          std::span<const sim::NodeId> members, sim::NodeId self) {
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint32_t>(settings.get<std::uint64_t>(key));
  };
  const auto limit = [&](std::string_view key) {
    const auto bytes = settings.get<std::uint64_t>(key);
    return bytes == 0 ? no_limit : bytes;
  };
  const auto reads = static_cast<Reads>(settings.get<Choice>("reads").index);
  const ProcessOptions options{
      .core = {.pre_vote = settings.get<bool>("pre_vote"),
               .check_quorum = settings.get<bool>("check_quorum"),
               .leader_stickiness = settings.get<bool>("leader_stickiness"),
               .batch_bytes_max = count("max_batch_bytes"),
               .batch_entries_max = count("max_batch_entries"),
               .inflight_messages_max = count("max_inflight_messages"),
               .inflight_bytes_max = limit("max_inflight_bytes"),
               .uncommitted_bytes_max = limit("max_uncommitted_bytes"),
               .leases = reads == Reads::lease,
               .priorities = priorities(settings),
               .trailing_entries = count("trailing_entries"),
               .snapshot_chunk_bytes = count("snapshot_chunk"),
               .catch_up_heartbeats = heartbeats_per_timeout(settings)},
      .election_timeout = settings.get<DurationRange>("election_timeout"),
      .heartbeat_interval = settings.get<sim::Duration>("heartbeat_interval"),
      .reads = reads,
      .clock_drift_bound = settings.get<sim::Ratio>("clock_drift_bound"),
      .snapshot_entries = settings.get<std::uint64_t>("snapshot_entries"),
      .snapshot_bytes = settings.get<std::uint64_t>("snapshot_bytes")};
  std::size_t voters = settings.get<std::uint64_t>("voters");
  if (voters == 0 || voters > members.size()) voters = members.size();
  const auto first = members.first(voters);
  return std::make_unique<RaftProcess>(options, configuration_of({first.begin(), first.end()}),
                                       self);
}

constexpr models::Protocol protocol{
    .name = "raft",
    .help =
        "Replication by a leader and a majority: nothing acknowledged is lost, and there is at "
        "most one leader per term (Ongaro and Ousterhout, 2014).",
    .keys = keys,
    .messages = messages,
    .checks = checks,
    .metrics = {},
    .predicates = {},
    .contradiction = contradiction,
    .make_server = make_server,
};

}  // namespace

const models::Protocol& raft_protocol() { return protocol; }

}  // namespace splitvote::raft
