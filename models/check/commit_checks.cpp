// Leader completeness, commit agreement and the monotone commit index: what commitment promises.
#include "models/check/commit_checks.hpp"

#include <algorithm>

namespace splitvote::check {

void CommitChecks::on_committed(const Scene& scene, std::uint64_t index, std::uint64_t term) {
  Replica& replica = scene.replica;
  if (index < replica.committed || index > replica.log.last()) [[unlikely]] {
    scene.report(Check::monotone_commit, [&] {
      return scene.name() + " moved its commit index from " + std::to_string(replica.committed) +
             " to " + std::to_string(index) + "; its log ends at " +
             std::to_string(replica.log.last()) + ".";
    });
    return;
  }
  replica.committed = index;
  if (index == 0) return;
  const std::uint64_t own = replica.log.term_at(index);
  const std::uint64_t last = committed_.last();
  const std::uint64_t shared = std::min(index, last);
  const std::uint64_t agreed = committed_.term_at(shared);
  if (own != term || replica.log.term_at(shared) != agreed) [[unlikely]] {
    scene.report(Check::commit_agreement, [&] {
      return scene.name() + " committed entry " + std::to_string(index) + " as one of term " +
             std::to_string(term) + "; its log has term " +
             std::to_string(replica.log.term_at(shared)) + " at " + std::to_string(shared) +
             ", where an entry of term " + std::to_string(agreed) + " has been committed before.";
    });
    return;
  }
  if (index > last) extend(scene, index, term);
}

void CommitChecks::extend(const Scene& scene, std::uint64_t index, std::uint64_t term) {
  const Replica& replica = scene.replica;
  committed_.extend_from(replica.log, index);
  const std::uint64_t in = replica.role == models::Role::leader ? replica.term : term;
  const CommittedIn latest{in, index, term};
  if (by_term_.empty() || by_term_.back().term < in) {
    by_term_.push_back(latest);
  } else if (by_term_.back().term == in) {
    by_term_.back() = latest;
  }  // else the entry of the newer term lies behind this one only if logs broke; keep what is there

  if (scene.leaders.newest() == nullptr || scene.leaders.newest()->term <= in) [[likely]]
    return;
  for (const Leader& later : scene.leaders.above(in)) {
    if (scene.tree.term_at(later.last, later.last_term, index) == term) continue;
    scene.report(Check::leader_completeness, [&] {
      return scene.name() + " committed entry " + std::to_string(index) + " of term " +
             std::to_string(term) + " in term " + std::to_string(in) + "; " +
             scene.names(later.node) + ", elected leader of term " + std::to_string(later.term) +
             " at " + to_text(later.since.time) + ", did not hold it.";
    });
  }
}

void CommitChecks::on_leader(const Scene& scene, std::uint64_t term) const {
  const auto behind = std::lower_bound(
      by_term_.begin(), by_term_.end(), term,
      [](const CommittedIn& known, std::uint64_t wanted) { return known.term < wanted; });
  if (behind == by_term_.begin()) return;
  const CommittedIn& committed = *(behind - 1);
  if (scene.replica.log.term_at(committed.index) == committed.entry_term) return;
  scene.report(Check::leader_completeness, [&] {
    return scene.name() + " became leader of term " + std::to_string(term) + " without entry " +
           std::to_string(committed.index) + " of term " + std::to_string(committed.entry_term) +
           ", which was committed in term " + std::to_string(committed.term) +
           "; its log ends at " + std::to_string(scene.replica.log.last()) + ".";
  });
}

void CommitChecks::on_restored(const Scene& scene, std::uint64_t index, std::uint64_t term) const {
  scene.replica.committed = std::max(scene.replica.committed, index);
  if (committed_.term_at(index) == term) return;
  scene.report(Check::commit_agreement, [&] {
    return scene.name() + " took over a snapshot that ends with entry " + std::to_string(index) +
           " of term " + std::to_string(term) + ", which nobody had committed.";
  });
}

void CommitChecks::on_truncated(const Scene& scene, std::uint64_t first) {
  Replica& replica = scene.replica;
  if (first > replica.committed) return;
  scene.report(Check::commit_agreement, [&] {
    return scene.name() + " removed the entries from " + std::to_string(first) +
           " on although it had committed up to " + std::to_string(replica.committed) + ".";
  });
  // One broken promise, not one more with every note that follows from it.
  replica.committed = first == 0 ? 0 : first - 1;
  if (replica.applied > replica.committed) {
    replica.applied = replica.committed;
    replica.applied_term = replica.log.term_at(replica.applied);
  }
}

}  // namespace splitvote::check
