// How the keys of a scenario become the options of a server.
#include "models/raft/settings.hpp"

#include <algorithm>

namespace splitvote::raft {
namespace {

using models::Choice;
using models::DurationRange;

/// A round of catching up with fewer heartbeats in it was shorter than any election timeout.
std::uint32_t heartbeats_per_timeout(const models::Settings& settings) {
  const std::int64_t heartbeats = settings.get<DurationRange>("election_timeout").first.ns /
                                  settings.get<sim::Duration>("heartbeat_interval").ns;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(heartbeats, UINT32_MAX));
}

std::size_t first_voters(const models::Settings& settings, std::size_t servers) {
  const auto voters = static_cast<std::size_t>(settings.get<std::uint64_t>("voters"));
  return voters == 0 || voters > servers ? servers : voters;
}

Priorities priorities(const models::Settings& settings) {
  const auto given = settings.get<models::PerNode>("priorities");
  Priorities priorities = equal_priorities();
  std::copy_n(given.values.begin(), given.count, priorities.begin());
  return priorities;
}

}  // namespace

std::string contradiction(const models::Settings& settings) {
  const auto timeout = settings.get<DurationRange>("election_timeout");
  const auto heartbeat = settings.get<sim::Duration>("heartbeat_interval");
  if (heartbeat >= timeout.first) {
    return "heartbeat_interval must be below the shortest election_timeout, or followers depose a "
           "healthy leader";
  }
  const auto quorum = settings.get<sim::Duration>("quorum_timeout");
  if (quorum.ns != 0 && quorum <= heartbeat) {
    return "quorum_timeout must be above heartbeat_interval, or 0: answers come no oftener";
  }
  const std::int64_t tick = settings.get<sim::Duration>("tick").ns;
  const auto whole = [&](sim::Duration span) { return tick == 0 || span.ns % tick == 0; };
  if (!whole(timeout.first) || !whole(timeout.last) || !whole(heartbeat) || !whole(quorum)) {
    return "election_timeout, heartbeat_interval and quorum_timeout must be multiples of the tick";
  }
  const bool leases = static_cast<Reads>(settings.get<Choice>("reads").index) == Reads::lease;
  const bool sticky = settings.get<bool>("check_quorum") && settings.get<bool>("leader_stickiness");
  if (leases && !sticky) {
    return "reads: lease needs check_quorum and leader_stickiness, or servers elect another leader "
           "while the lease lasts";
  }
  const auto support = settings.get<sim::Duration>("support_duration");
  if (!settings.get<bool>("fortification")) {
    if (support.ns != 0) return "support_duration needs fortification: true";
  } else {
    const auto check = static_cast<QuorumCheck>(settings.get<Choice>("quorum_check").index);
    if (!sticky) return "fortification needs check_quorum: true and leader_stickiness: true";
    if (check != QuorumCheck::answer_age) {
      return "fortification needs quorum_check: answer_age: followers that are sent no heartbeats "
             "answer none, and a leader counts how long ago their nodes supported its own";
    }
    if (settings.get<bool>("quiesce")) {
      return "fortification and quiesce exclude each other: followers that have fortified their "
             "leader need no heartbeats anyway";
    }
    if (support.ns != 0 && support <= heartbeat) {
      return "support_duration must be longer than heartbeat_interval, because support is asked "
             "for only that often; 0 is the shortest election timeout";
    }
  }
  const std::int64_t staleness = settings.get<sim::Duration>("max_staleness").ns;
  const bool local = static_cast<Reads>(settings.get<Choice>("reads").index) == Reads::local;
  if (staleness != 0 && !local) {
    return "max_staleness needs reads: local; no other reads are stale";
  }
  if (staleness != 0 && staleness < sim::milliseconds(1).ns) {
    return "max_staleness must be 1ms at least, or 0";
  }
  return {};
}

std::string misfit(const models::Settings& settings, std::size_t servers) {
  const std::size_t voters = first_voters(settings, servers);
  const auto witnesses = settings.get<std::uint64_t>("witnesses");
  if (witnesses < voters) return {};
  return "witnesses: " + std::to_string(witnesses) + " of " + std::to_string(voters) +
         " voters leaves nobody to hold the data; at most " + std::to_string(voters - 1) +
         " of them can be witnesses";
}

Configuration first_configuration(const models::Settings& settings,
                                  std::span<const NodeId> servers) {
  const auto voters = servers.first(first_voters(settings, servers.size()));
  const auto witnesses =
      voters.last(static_cast<std::size_t>(settings.get<std::uint64_t>("witnesses")));
  Configuration first = configuration_of({voters.begin(), voters.end()});
  first.witnesses.assign(witnesses.begin(), witnesses.end());
  return first;
}

ProcessOptions options_of(const models::Settings& settings) {
  const auto count = [&](std::string_view key) {
    return static_cast<std::uint32_t>(settings.get<std::uint64_t>(key));
  };
  const auto limit = [&](std::string_view key) {
    const auto bytes = settings.get<std::uint64_t>(key);
    return bytes == 0 ? no_limit : bytes;
  };
  const auto reads = static_cast<Reads>(settings.get<Choice>("reads").index);
  return {.core = {.pre_vote = settings.get<bool>("pre_vote"),
                   .pre_vote_stickiness = settings.get<bool>("pre_vote_stickiness"),
                   .check_quorum = settings.get<bool>("check_quorum"),
                   .leader_stickiness = settings.get<bool>("leader_stickiness"),
                   .parallel_disk = settings.get<bool>("parallel_disk"),
                   .conflict_hints =
                       static_cast<ConflictHints>(settings.get<Choice>("conflict_hints").index),
                   .batch_bytes_max = count("max_batch_bytes"),
                   .batch_entries_max = count("max_batch_entries"),
                   .inflight_messages_max = count("max_inflight_messages"),
                   .inflight_bytes_max = limit("max_inflight_bytes"),
                   .uncommitted_bytes_max = limit("max_uncommitted_bytes"),
                   .leases = reads == Reads::lease,
                   .fortification = settings.get<bool>("fortification"),
                   .quiesce = settings.get<bool>("quiesce"),
                   .priorities = priorities(settings),
                   .trailing_entries = count("trailing_entries"),
                   .snapshot_chunk_bytes = count("snapshot_chunk"),
                   .catch_up_heartbeats = heartbeats_per_timeout(settings),
                   .joint_consensus =
                       static_cast<JointConsensus>(settings.get<Choice>("joint_consensus").index),
                   .joint_exit = static_cast<JointExit>(settings.get<Choice>("joint_exit").index)},
          .election_timeout = settings.get<DurationRange>("election_timeout"),
          .quorum_timeout = settings.get<sim::Duration>("quorum_timeout"),
          .quorum_check = static_cast<QuorumCheck>(settings.get<Choice>("quorum_check").index),
          .heartbeat_interval = settings.get<sim::Duration>("heartbeat_interval"),
          .tick = settings.get<sim::Duration>("tick"),
          .reads = reads,
          .clock_drift_bound = settings.get<sim::Ratio>("clock_drift_bound"),
          .max_staleness = settings.get<sim::Duration>("max_staleness"),
          .forward_proposals = settings.get<bool>("forward_proposals"),
          .async_storage = settings.get<bool>("async_storage"),
          .apply_time = settings.get<sim::Duration>("apply_time"),
          .max_unapplied_entries = settings.get<std::uint64_t>("max_unapplied_entries"),
          .sessions = settings.get<bool>("sessions"),
          .snapshot_entries = settings.get<std::uint64_t>("snapshot_entries"),
          .snapshot_bytes = settings.get<std::uint64_t>("snapshot_bytes"),
          .compaction_entries = settings.get<std::uint64_t>("compaction_entries"),
          .support_duration = settings.get<sim::Duration>("support_duration")};
}

}  // namespace splitvote::raft
