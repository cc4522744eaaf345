// State machine safety and the monotone applied index: what the state machines execute.
#include "models/check/apply_checks.hpp"

#include <algorithm>

namespace splitvote::check {

void ApplyChecks::on_applied(const Scene& scene, std::uint64_t index, std::uint64_t term,
                             std::uint64_t hash) {
  Replica& replica = scene.replica;
  if (index != replica.applied + 1 || index > replica.committed) [[unlikely]]
    check_order(scene, index);
  if (index <= replica.applied) return;
  replica.applied = index;
  replica.applied_term = term;
  last_applied_ = std::max(last_applied_, index);
  const Entry entry{term, hash};
  if (index == applied_.size() + 1) applied_.push_back(entry);
  const bool known = index <= applied_.size();
  const bool differs =
      known && (applied_[index - 1].term != term || applied_[index - 1].hash != hash);
  if (differs || replica.log.term_at(index) != term) [[unlikely]]
    report_difference(scene, index, entry);
}

void ApplyChecks::on_restored(const Scene& scene, std::uint64_t index, std::uint64_t term) {
  Replica& replica = scene.replica;
  if (index < replica.applied) {
    scene.report(Check::monotone_applied, [&] {
      return scene.name() + " went back to a snapshot that ends with entry " +
             std::to_string(index) + " although it had applied up to " +
             std::to_string(replica.applied) + ".";
    });
  }
  replica.applied = index;
  replica.applied_term = term;
}

void ApplyChecks::on_saving(const Scene& scene, std::uint64_t index, std::uint64_t hash) {
  const std::uint64_t known = snapshots_.try_emplace(index, hash).first->second;
  if (index == scene.replica.applied && known == hash) return;
  scene.report(Check::state_machine_safety, [&] {
    return scene.name() + " made a snapshot of entry " + std::to_string(index) + " with content " +
           to_hex(hash) + " having applied up to " + std::to_string(scene.replica.applied) +
           "; the first one of that entry had content " + to_hex(known) + ".";
  });
}

void ApplyChecks::check_order(const Scene& scene, std::uint64_t index) const {
  const Replica& replica = scene.replica;
  if (index <= replica.applied) {
    scene.report(Check::monotone_applied, [&] {
      return scene.name() + " applied entry " + std::to_string(index) +
             " again: it had applied up to " + std::to_string(replica.applied) + ".";
    });
    return;
  }
  if (index != replica.applied + 1) {
    scene.report(Check::state_machine_safety, [&] {
      return scene.name() + " applied entry " + std::to_string(index) + " right after entry " +
             std::to_string(replica.applied) + ".";
    });
  }
  if (index > replica.committed) {
    scene.report(Check::monotone_applied, [&] {
      return scene.name() + " applied entry " + std::to_string(index) +
             " but has committed only up to " + std::to_string(replica.committed) + ".";
    });
  }
}

void ApplyChecks::report_difference(const Scene& scene, std::uint64_t index,
                                    const Entry& entry) const {
  scene.report(Check::state_machine_safety, [&] {
    std::string text = scene.name() + " applied at index " + std::to_string(index) +
                       " an entry of term " + std::to_string(entry.term) + " with content " +
                       to_hex(entry.hash);
    if (scene.replica.log.term_at(index) != entry.term)
      return text + "; its log holds one of term " +
             std::to_string(scene.replica.log.term_at(index)) + " there.";
    const Entry& known = applied_[index - 1];
    return text + "; another node applied one of term " + std::to_string(known.term) +
           " with content " + to_hex(known.hash) + " there.";
  });
}

}  // namespace splitvote::check
