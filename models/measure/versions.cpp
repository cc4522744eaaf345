// The versions of every key in the order of their revisions, as far as clients have learnt of them.
#include "models/measure/versions.hpp"

#include <algorithm>

namespace splitvote::measure {

using client::OperationKind;

Versions::Key& Versions::of(consistency::TextId key) {
  const auto at = static_cast<std::size_t>(key);
  if (at >= keys_.size()) keys_.resize(texts_.size());
  return keys_[at];
}

VersionedOperation Versions::on_invoke(OperationKind kind, std::string_view key) {
  const VersionedOperation operation{texts_.intern(key), kind};
  if (kind == OperationKind::remove) ++of(operation.key).open_removals;
  return operation;
}

void Versions::on_answer(const VersionedOperation& operation, std::uint64_t revision,
                         sim::Instant now) {
  Key& key = of(operation.key);
  if (operation.kind == OperationKind::remove) {
    --key.open_removals;
    key.newest_removal = std::max(key.newest_removal, revision);
  }
  if (revision == 0) return;  // there is no such key, or nothing to remove
  const auto next = std::ranges::lower_bound(key.versions, revision, {}, &Version::revision);
  if (next == key.versions.end()) {
    key.versions.push_back({revision, now});
  } else if (next->revision != revision) {
    // Whoever knew of the next one could know that this one was over.
    key.versions.insert(next, {revision, next->known});
  }
}

void Versions::on_failed(const VersionedOperation& operation) {
  if (operation.kind == OperationKind::remove) --of(operation.key).open_removals;
}

Staleness Versions::staleness(consistency::TextId key, std::uint64_t revision,
                              sim::Instant invoked) const {
  if (static_cast<std::size_t>(key) >= keys_.size()) return {};
  const Key& known = keys_[static_cast<std::size_t>(key)];
  // Of the states without the key the read saw the newest, in case of doubt the present one.
  if (revision == 0 && known.open_removals > 0) return {};
  if (revision == 0) revision = known.newest_removal;
  const auto first = std::ranges::upper_bound(known.versions, revision, {}, &Version::revision);
  const auto last =
      std::ranges::lower_bound(first, known.versions.end(), invoked, {}, &Version::known);
  if (first == last) return {};
  return {invoked - first->known, static_cast<std::uint64_t>(last - first)};
}

}  // namespace splitvote::measure
