// Leader completeness, commit agreement and the monotone commit index: what commitment promises.
#pragma once

#include <cstdint>
#include <vector>

#include "models/check/scene.hpp"

namespace splitvote::check {

/// A node that commits up to c says so of its whole log up to c. Given log matching, its log up to
/// c is determined by the term at c, so one comparison per note covers all entries:
///
/// commit_agreement: the entries committed by anybody form one log; each node's commit index must
/// lie on it, and no node truncates below its own.
///
/// leader_completeness (Raft, section 5.4: "if a log entry is committed in a given term, then that
/// entry will be present in the logs of the leaders for all higher-numbered terms"): the last entry
/// committed in each term is remembered. A new leader must hold the one of the newest term before
/// its own. And a leader that learns late of its followers' answers may commit after a leader of a
/// later term was elected: that one's log, as it was when it was elected, must hold the entry too.
/// "Committed in a term" is the term of the node that notes it first if it leads, otherwise the
/// entry's own.
class CommitChecks {
 public:
  void on_committed(const Scene& scene, std::uint64_t index, std::uint64_t term);
  void on_leader(const Scene& scene, std::uint64_t term) const;

  /// The ordinary case alone: a follower learns of a commitment in the newest term. False, and
  /// nothing done, if it is not that case.
  [[nodiscard]] bool commit_ordinary(Replica& replica, std::uint64_t index,
                                     std::uint64_t term) const {
    const bool agrees = index >= replica.committed && replica.log.ends_with_run(index, term) &&
                        committed_.ends_with_run(index, term);
    if (agrees) replica.committed = index;
    return agrees;
  }

  /// A snapshot may stand for committed entries only.
  void on_restored(const Scene& scene, std::uint64_t index, std::uint64_t term) const;

  /// Before the log itself is cut.
  static void on_truncated(const Scene& scene, std::uint64_t first);

 private:
  struct CommittedIn {
    std::uint64_t term = 0;  // the term it was committed in
    std::uint64_t index = 0;
    std::uint64_t entry_term = 0;
  };
  void extend(const Scene& scene, std::uint64_t index, std::uint64_t term);

  TermRuns committed_;                // the log all nodes agree on
  std::vector<CommittedIn> by_term_;  // the last entry committed in each term, by term
};

}  // namespace splitvote::check
