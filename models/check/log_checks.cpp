// Log matching, leader append-only and durable storage: what may happen to a log.
#include "models/check/log_checks.hpp"

#include <algorithm>

namespace splitvote::check {

void LogChecks::on_appended(const Scene& scene, std::uint64_t index, std::uint64_t term,
                            std::uint64_t hash) {
  Replica& replica = scene.replica;
  if (index != replica.log.last() + 1) [[unlikely]]
    check_position(scene, index);
  if (index == 0) return;
  const Entry entry{term, hash, replica.log.last_term()};
  const Entry& known = first_seen(index, entry);
  if (known.hash != hash || known.previous_term != entry.previous_term) [[unlikely]] {
    scene.report(Check::log_matching, [&] {
      return scene.name() + " holds entry " + std::to_string(index) + " of term " +
             std::to_string(term) + " with content " + to_hex(hash) + " behind an entry of term " +
             std::to_string(entry.previous_term) + "; another log holds it with content " +
             to_hex(known.hash) + " behind an entry of term " +
             std::to_string(known.previous_term) + ".";
    });
  }
  if (term != entry.previous_term) [[unlikely]]
    scene.tree.add(term, index, entry.previous_term);
  replica.log.append_at(index, term);
  if (!replica.rebuilt) [[unlikely]]
    check_recovered_entry(scene, index, term);
}

const LogChecks::Entry& LogChecks::first_seen(std::uint64_t index, const Entry& entry) {
  if (index <= entries_.size()) {
    const Entry& known = entries_[index - 1];
    if (known.term == entry.term) [[likely]]
      return known;
  } else if (index == entries_.size() + 1) {
    entries_.push_back(entry);
    return entry;
  }
  return rivals_.try_emplace({index, entry.term}, entry).first->second;
}

// The entry does not come right behind the end of the log.
void LogChecks::check_position(const Scene& scene, std::uint64_t index) {
  const std::uint64_t last = scene.replica.log.last();
  if (index > last) {
    scene.report(Check::log_matching, [&] {
      return scene.name() + " appended entry " + std::to_string(index) + " to a log that ends at " +
             std::to_string(last) + ".";
    });
    return;
  }
  if (scene.replica.role == models::Role::leader) {
    scene.report(Check::leader_append_only, [&] {
      return scene.name() + " overwrote entry " + std::to_string(index) +
             " of its own log while it led term " + std::to_string(scene.replica.term) + ".";
    });
  }
  scene.replica.log.truncate(index);
  scene.replica.stored = std::min(scene.replica.stored, scene.replica.log.last());
}

void LogChecks::on_truncated(const Scene& scene, std::uint64_t first) {
  Replica& replica = scene.replica;
  if (first > replica.log.last()) return;
  if (replica.role == models::Role::leader) {
    scene.report(Check::leader_append_only, [&] {
      return scene.name() + " removed the entries from " + std::to_string(first) +
             " on of its own log while it led term " + std::to_string(replica.term) + ".";
    });
  }
  replica.log.truncate(first);
  replica.stored = std::min(replica.stored, replica.log.last());
}

void LogChecks::on_restored(const Scene& scene, std::uint64_t index, std::uint64_t term) {
  Replica& replica = scene.replica;
  if (replica.log.term_at(index) != term) {
    // Until the snapshot is on the disk, of the old log only what was committed is owed.
    if (replica.rebuilt) replica.stored = std::min(replica.stored, replica.committed);
    replica.log = scene.tree.unroll(index, term);
  }
  if (!replica.rebuilt) check_recovered_entry(scene, index, term);
}

void LogChecks::on_stored(Replica& replica, std::uint64_t last) {
  // A sync may complete after what it wrote was truncated: the promise covers what is still there.
  replica.stored = std::max(replica.stored, std::min(last, replica.log.last()));
}

void LogChecks::on_stop(Replica& replica) {
  // A node that never came so far as to read its log back owes what it owed before.
  if (replica.rebuilt) replica.durable = replica.log;
  replica.durable.truncate(replica.stored + 1);
}

void LogChecks::on_wipe(Replica& replica) {
  replica.log.clear();
  replica.durable.clear();
  replica.rebuilt = true;  // and empty
  replica.stored = 0;
  replica.vote_term = 0;
  replica.vote = 0;
}

void LogChecks::on_start(Replica& replica) {
  replica.log.clear();
  replica.rebuilt = false;
  replica.recovering_to = 0;
}

void LogChecks::on_recovered(const Scene& scene, std::uint64_t last, std::uint64_t term,
                             std::uint64_t vote) {
  Replica& replica = scene.replica;
  replica.log.clear();
  replica.recovering_to = last;
  replica.rebuilt = last == 0;
  if (last < replica.stored) {
    scene.report(Check::durable_storage, [&] {
      return scene.name() + " recovered a log that ends at " + std::to_string(last) +
             " although it had stored entries up to " + std::to_string(replica.stored) + ".";
    });
    replica.stored = last;
  }
  const bool forgotten =
      term < replica.vote_term ||
      (term == replica.vote_term && replica.vote_term != 0 && vote != replica.vote + 1);
  if (forgotten) {
    scene.report(Check::durable_storage, [&] {
      return scene.name() + " recovered term " + std::to_string(term) +
             (vote == 0 ? " without a vote"
                        : " with a vote for " + scene.names(static_cast<sim::NodeId>(vote - 1))) +
             " although its vote for " + scene.names(static_cast<sim::NodeId>(replica.vote)) +
             " in term " + std::to_string(replica.vote_term) + " was on its disk.";
    });
  }
}

void LogChecks::check_recovered_entry(const Scene& scene, std::uint64_t index, std::uint64_t term) {
  Replica& replica = scene.replica;
  if (index <= replica.stored && replica.durable.term_at(index) != term) {
    scene.report(Check::durable_storage, [&] {
      return scene.name() + " recovered entry " + std::to_string(index) + " of term " +
             std::to_string(term) + " although it had stored one of term " +
             std::to_string(replica.durable.term_at(index)) + " there.";
    });
  }
  if (index >= replica.recovering_to) replica.rebuilt = true;
}

}  // namespace splitvote::check
