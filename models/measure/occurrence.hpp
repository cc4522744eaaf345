// Things that may happen in a run and that `sometimes:` can demand to have happened.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace splitvote::measure {

enum class Occurrence : std::uint8_t {
  pre_vote_started,
  election_started,
  leader_elected,
  leader_changed,
  leader_lost,
  leader_stepped_down,
  leadership_transferred,
  transfer_aborted,
  proposal_throttled,
  request_forwarded,
  stale_read_refused,
  split_vote,
  log_truncated,
  log_compacted,
  snapshot_installed,
  node_crashed,
  node_lost_power,
  unsynced_lost,
  disk_wiped,
  node_halted,
  node_restarted,
  node_paused,
  frame_rejected,
  operation_unknown,
  operation_failed,
  operation_refused,
  compare_and_swap_mismatch,
  service_unavailable,
  configuration_joint,
  configuration_changed,
  learner_caught_up,
  order_refused,
  snapshot_written,
  snapshot_taken,
};

struct OccurrenceHelp {
  Occurrence occurrence{};
  std::string_view name;
  std::string_view help;
};

/// In the order of the enumeration.
inline constexpr std::array occurrence_table{
    OccurrenceHelp{Occurrence::pre_vote_started, "pre_vote_started",
                   "A server asked whether it would be elected."},
    OccurrenceHelp{Occurrence::election_started, "election_started",
                   "A server stood for election."},
    OccurrenceHelp{Occurrence::leader_elected, "leader_elected", "A server became leader."},
    OccurrenceHelp{Occurrence::leader_changed, "leader_changed",
                   "A server became leader and the leader before was another one."},
    OccurrenceHelp{Occurrence::leader_lost, "leader_lost",
                   "The leader crashed, halted, was paused, was cut off or stepped down."},
    OccurrenceHelp{Occurrence::leader_stepped_down, "leader_stepped_down",
                   "A running leader gave up leading."},
    OccurrenceHelp{Occurrence::leadership_transferred, "leadership_transferred",
                   "A server that its leader had told to stand became leader of the next term."},
    OccurrenceHelp{Occurrence::transfer_aborted, "transfer_aborted",
                   "A leader gave up handing over to another server."},
    OccurrenceHelp{Occurrence::proposal_throttled, "proposal_throttled",
                   "A leader turned a command away for now: it was handing over, had as much "
                   "uncommitted as it may, or its state machine lagged as far as it may."},
    OccurrenceHelp{Occurrence::request_forwarded, "request_forwarded",
                   "A server passed a client's request on to the one it takes for the leader."},
    OccurrenceHelp{Occurrence::stale_read_refused, "stale_read_refused",
                   "A server could not prove that what it has applied is recent enough for a read, "
                   "and did not answer it."},
    OccurrenceHelp{Occurrence::split_vote, "split_vote",
                   "A term had a candidate and no leader, and another term followed."},
    OccurrenceHelp{Occurrence::log_truncated, "log_truncated",
                   "A server removed entries from the end of its log."},
    OccurrenceHelp{Occurrence::log_compacted, "log_compacted",
                   "A server let go of entries from the front of its log in memory."},
    OccurrenceHelp{Occurrence::snapshot_installed, "snapshot_installed",
                   "A server took over a leader's snapshot, because the entries it lacked were "
                   "gone."},
    OccurrenceHelp{Occurrence::node_crashed, "node_crashed", "A node's process was killed."},
    OccurrenceHelp{Occurrence::node_lost_power, "node_lost_power", "A node lost its power."},
    OccurrenceHelp{Occurrence::unsynced_lost, "unsynced_lost",
                   "A loss of power destroyed something that a node had written and not synced."},
    OccurrenceHelp{Occurrence::disk_wiped, "disk_wiped",
                   "A node lost its whole disk, what was synced included."},
    OccurrenceHelp{Occurrence::node_halted, "node_halted", "A server could not go on and said so."},
    OccurrenceHelp{Occurrence::node_restarted, "node_restarted",
                   "A node was started that had run before."},
    OccurrenceHelp{Occurrence::node_paused, "node_paused", "A node was paused."},
    OccurrenceHelp{Occurrence::frame_rejected, "frame_rejected",
                   "A node rejected a frame because its checksum or its encoding was wrong."},
    OccurrenceHelp{Occurrence::operation_unknown, "operation_unknown",
                   "A client got no answer in time."},
    OccurrenceHelp{Occurrence::operation_failed, "operation_failed",
                   "An operation was certainly never executed."},
    OccurrenceHelp{Occurrence::operation_refused, "operation_refused",
                   "An operation of an open loop was due while all its lanes were taken, and never "
                   "begun."},
    OccurrenceHelp{Occurrence::compare_and_swap_mismatch, "compare_and_swap_mismatch",
                   "A compare-and-swap met another revision than it expected."},
    OccurrenceHelp{Occurrence::service_unavailable, "service_unavailable",
                   "No write succeeded for longer than the threshold although clients wanted to "
                   "write."},
    OccurrenceHelp{Occurrence::configuration_joint, "configuration_joint",
                   "A joint configuration was committed: the cluster is between two sets of "
                   "voters."},
    OccurrenceHelp{Occurrence::configuration_changed, "configuration_changed",
                   "A configuration with other voters than before was committed, and it is not "
                   "joint."},
    OccurrenceHelp{Occurrence::learner_caught_up, "learner_caught_up",
                   "A leader found that a learner has caught up with its log."},
    OccurrenceHelp{Occurrence::order_refused, "order_refused",
                   "A server refused an operator's order."},
    OccurrenceHelp{Occurrence::snapshot_written, "snapshot_written",
                   "A snapshot reached a server's disk, its own or a leader's."},
    OccurrenceHelp{Occurrence::snapshot_taken, "snapshot_taken",
                   "A leader took a snapshot of what it had applied for followers that need it, "
                   "and did not write it to its disk."},
};
inline constexpr std::size_t occurrences = occurrence_table.size();

[[nodiscard]] constexpr std::optional<Occurrence> find_occurrence(std::string_view name) {
  for (const OccurrenceHelp& entry : occurrence_table)
    if (entry.name == name) return entry.occurrence;
  return std::nullopt;
}

/// How often each has happened.
class OccurrenceCounts {
 public:
  void add(Occurrence occurrence) { ++counts_[static_cast<std::size_t>(occurrence)]; }
  void take_back(Occurrence occurrence) { --counts_[static_cast<std::size_t>(occurrence)]; }
  [[nodiscard]] std::uint64_t operator[](Occurrence occurrence) const {
    return counts_[static_cast<std::size_t>(occurrence)];
  }

 private:
  std::array<std::uint64_t, occurrences> counts_{};
};

}  // namespace splitvote::measure
