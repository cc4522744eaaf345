// The versions of every key in the order of their revisions, as far as clients have learnt of them:
// how far behind a read was.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/client/operation.hpp"
#include "models/consistency/text_table.hpp"
#include "sim/base/time.hpp"

namespace splitvote::measure {

/// Both 0 if nobody can tell that the read was behind.
struct Staleness {
  sim::Duration time;          // how long the first newer version had been known to a client
  std::uint64_t versions = 0;  // how many newer versions had been

  constexpr bool operator==(const Staleness&) const = default;
};

/// One operation of a client, when it began or ended.
struct VersionedOperation {
  consistency::TextId key{};
  client::OperationKind kind{};
};

/// A value. A version is known from the moment at which an operation returns that wrote it, read it
/// or read a newer one of its key.
class Versions {
 public:
  [[nodiscard]] VersionedOperation on_invoke(client::OperationKind kind, std::string_view key);

  /// The answer was ok or a mismatch, and mentions this revision.
  void on_answer(const VersionedOperation& operation, std::uint64_t revision, sim::Instant now);

  /// It was certainly never executed.
  void on_failed(const VersionedOperation& operation);

  /// Of a get that was invoked then and has returned this revision just now; before `on_answer`.
  [[nodiscard]] Staleness staleness(consistency::TextId key, std::uint64_t revision,
                                    sim::Instant invoked) const;

 private:
  struct Version {
    std::uint64_t revision = 0;
    sim::Instant known;  // never decreases from one version to the next
  };
  struct Key {
    std::vector<Version> versions;     // by revision
    std::uint64_t newest_removal = 0;  // the newest revision that is known to be a removal
    std::uint32_t open_removals = 0;   // which may have removed the key at any time
  };
  [[nodiscard]] Key& of(consistency::TextId key);

  consistency::TextTable texts_;
  std::vector<Key> keys_;  // by TextId
};

}  // namespace splitvote::measure
