// What there is to see in a step of a core: every feature of Raft that a core can show, by name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "models/raft/raft.hpp"

namespace splitvote::raft {

enum class Sighting : std::uint8_t {
  // Elections and offices.
  leader_elected,
  quorum_lost,
  vote_ignored,
  pre_vote_ignored,
  leader_forgotten,
  transfer_begun,
  transfer_told,
  transfer_given_up,
  preferred_takes_over,
  witness_leads,
  witness_hands_over,
  stranger_votes,
  outsider_stands,
  // Replication and the disk.
  committed,
  truncated,
  refused_old_term,
  refused_without_hint,
  refused_short_log,
  refused_entry,
  refused_term,
  full_by_entries,
  full_by_bytes,
  paused,
  resumed,
  busy_full,
  busy_handing_over,
  sent_before_own_disk,
  sent_after_own_disk,
  late_sync,
  crashed,
  lost_write,
  probes_unreachable,
  // Reads.
  read_by_round,
  read_by_lease,
  read_by_follower,
  read_refused,
  lease_given_up,
  // Snapshots.
  snapshot_taken,
  log_compacted,
  snapshot_wanted,
  snapshot_installed,
  started_from_snapshot,
  chunk_repeated,
  chunks_resumed,
  chunk_hastened,
  // Members.
  simple_committed,
  joint_committed,
  joint_adopted,
  learner_adopted,
  witness_adopted,
  plan_adopted,
  caught_up,
  promoted,
  demoted,
  fell_back,
  leader_removed,
  change_refused,
  joint_left_on_order,
  joint_by_one,
  // Quiescence.
  leader_sleeps,
  follower_sleeps,
  wakes,
  wakes_for_lost_peer,
};
inline constexpr std::size_t sightings = 63;

[[nodiscard]] std::string_view name(Sighting sighting);

/// How often each was seen.
class Sightings {
 public:
  [[nodiscard]] std::uint64_t count(Sighting sighting) const { return counts_[place(sighting)]; }
  void add(Sighting sighting, std::uint64_t count = 1) { counts_[place(sighting)] += count; }
  void add(const Sightings& other);

 private:
  static constexpr std::size_t place(Sighting sighting) {
    return static_cast<std::size_t>(sighting);
  }
  std::array<std::uint64_t, sightings> counts_{};
};

/// A step of a core, when it is over.
struct Step {
  const Options& options;
  const Input& input;
  const Raft& raft;
  const Outbox& out;
};

/// Looks at a core right before and right after a step.
class Observer {
 public:
  void before(const Raft& raft);
  void after(const Step& step, Sightings& seen) const;

 private:
  void see_elections(const Step& step, Sightings& seen) const;
  void see_replication(const Step& step, Sightings& seen) const;
  void see_reads(const Step& step, Sightings& seen) const;
  void see_snapshots(const Step& step, Sightings& seen) const;
  void see_members(const Step& step, Sightings& seen) const;
  void see_unreachable(NodeId peer, const Raft& raft, Sightings& seen) const;

  Role role_{};
  Index configuration_ = 0;  // the entry of the newest
  bool quiescent_ = false;
  std::vector<std::pair<NodeId, std::uint64_t>> chunks_;  // under way: to whom, from which byte on
  std::vector<NodeId> streaming_;                         // to these followers of a leader
  std::vector<NodeId> patient_;  // a chunk to these is not to be sent again at once
};

}  // namespace splitvote::raft
