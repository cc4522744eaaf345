// Log matching, leader append-only and durable storage: what may happen to a log.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/check/scene.hpp"

namespace splitvote::check {

/// log_matching (Raft, section 5.3: "if two logs contain an entry with the same index and term,
/// then the logs are identical in all entries up through the given index") without ever comparing
/// two logs. One table over all nodes says for each (index, term) which content and which term
/// before it was seen first; every appended entry must agree with it. Suppose all agree and two
/// logs both hold (i, t). Their contents at i agree, and so do the terms before: both hold (i-1,
/// p), and the same argument goes on from there down to index 1. A log changes only at its end, so
/// every entry in it was compared when it came, together with the very entry before it.
///
/// leader_append_only: no truncation and no overwriting while leader.
///
/// durable_storage: what had been noted as stored when a node went down, less what was truncated
/// since, must come back with the `appended` notes that follow `recovered`; likewise the vote. A
/// node whose disk was wiped owes nothing of what it held: no protocol can promise that. It may
/// vote anew in a term it has voted in, and what comes of that is found where the cluster breaks
/// its word: election_safety, leader_completeness, durability.
class LogChecks {
 public:
  void on_appended(const Scene& scene, std::uint64_t index, std::uint64_t term, std::uint64_t hash);

  /// The ordinary case alone: the next entry of a term that goes on, new or as it was first seen.
  /// False, and nothing done, if it is not that case.
  [[nodiscard]] bool append_ordinary(Replica& replica, std::uint64_t index, std::uint64_t term,
                                     std::uint64_t hash) {
    const bool goes_on = index == replica.log.last() + 1 && term == replica.log.last_term();
    if (!goes_on || !replica.rebuilt || index > entries_.size() + 1) return false;
    const Entry entry{term, hash, term};
    if (index > entries_.size())
      entries_.push_back(entry);
    else if (entries_[index - 1] != entry)
      return false;
    replica.log.append(term);
    return true;
  }

  static void on_truncated(const Scene& scene, std::uint64_t first);
  /// A snapshot stands for the log up to `index`. Which terms that were is known, because logs
  /// match.
  static void on_restored(const Scene& scene, std::uint64_t index, std::uint64_t term);
  static void on_stored(Replica& replica, std::uint64_t last);
  static void on_start(Replica& replica);
  static void on_stop(Replica& replica);
  static void on_wipe(Replica& replica);
  static void on_recovered(const Scene& scene, std::uint64_t last, std::uint64_t term,
                           std::uint64_t vote);

 private:
  struct Entry {
    std::uint64_t term = 0;
    std::uint64_t hash = 0;
    std::uint64_t previous_term = 0;

    constexpr bool operator==(const Entry&) const = default;
  };
  static void check_position(const Scene& scene, std::uint64_t index);
  static void check_recovered_entry(const Scene& scene, std::uint64_t index, std::uint64_t term);
  const Entry& first_seen(std::uint64_t index, const Entry& entry);

  std::vector<Entry> entries_;  // by index - 1: the first entry anybody held there
  std::map<std::pair<std::uint64_t, std::uint64_t>, Entry> rivals_;  // (index, term): the others
};

}  // namespace splitvote::check
