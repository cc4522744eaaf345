// State machine safety and the monotone applied index: what the state machines execute.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "models/check/scene.hpp"

namespace splitvote::check {

/// state_machine_safety (Raft, section 5.4.3: "if a server has applied a log entry at a given index
/// to its state machine, no other server will ever apply a different log entry for the same
/// index"), without gaps, and nothing but what the node's own log holds. monotone_applied: nothing
/// twice within an incarnation, nothing ahead of the commit index.
class ApplyChecks {
 public:
  void on_applied(const Scene& scene, std::uint64_t index, std::uint64_t term, std::uint64_t hash);

  /// The state machine became that of a snapshot.
  static void on_restored(const Scene& scene, std::uint64_t index, std::uint64_t term);
  /// A snapshot of what was applied up to `index` has this content: all nodes' have the same.
  void on_saving(const Scene& scene, std::uint64_t index, std::uint64_t hash);

  /// The last index that any node has applied.
  [[nodiscard]] std::uint64_t last_applied() const { return last_applied_; }

  /// The ordinary case alone: the next entry, new or as another node applied it. False, and nothing
  /// done, if it is not that case.
  [[nodiscard]] bool apply_ordinary(Replica& replica, std::uint64_t index, std::uint64_t term,
                                    std::uint64_t hash) {
    const bool next = index == replica.applied + 1 && index <= replica.committed;
    if (!next || index > applied_.size() + 1 || !replica.log.ends_with_run(index, term))
      return false;
    const Entry entry{term, hash};
    if (index > applied_.size()) {
      applied_.push_back(entry);
      last_applied_ = std::max(last_applied_, index);
    } else if (applied_[index - 1] != entry) {
      return false;
    }
    replica.applied = index;
    replica.applied_term = term;
    return true;
  }

 private:
  struct Entry {
    std::uint64_t term = 0;
    std::uint64_t hash = 0;

    constexpr bool operator==(const Entry&) const = default;
  };
  void check_order(const Scene& scene, std::uint64_t index) const;
  void report_difference(const Scene& scene, std::uint64_t index, const Entry& entry) const;

  std::vector<Entry> applied_;  // by index - 1: what the first node applied there
  std::uint64_t last_applied_ = 0;
  std::map<std::uint64_t, std::uint64_t> snapshots_;  // by index: the content of the first one
};

}  // namespace splitvote::check
