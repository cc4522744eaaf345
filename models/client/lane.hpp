// A lane: one session with at most one operation outstanding, and what it remembers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "models/client/message.hpp"
#include "sim/base/time.hpp"

namespace splitvote::client {

/// The revisions a lane saw last, for the keys it met last: a table without chains in which a key
/// may push out another. A key that was forgotten counts as one that does not exist.
class SeenRevisions {
 public:
  static constexpr std::size_t size_max = 256;

  explicit SeenRevisions(std::uint64_t keys) : cells_(std::min<std::uint64_t>(keys, size_max)) {}

  [[nodiscard]] std::uint64_t of(std::uint64_t key) const {
    if (cells_.empty()) return 0;
    const Cell& cell = cells_[key % cells_.size()];
    return cell.key == key ? cell.revision : 0;
  }
  void set(std::uint64_t key, std::uint64_t revision) {
    if (!cells_.empty()) cells_[key % cells_.size()] = {key, revision};
  }

  bool operator==(const SeenRevisions&) const = default;

 private:
  struct Cell {
    std::uint64_t key = 0;
    std::uint64_t revision = 0;
    constexpr bool operator==(const Cell&) const = default;
  };
  std::vector<Cell> cells_;
};

enum class Phase : std::uint8_t {
  idle,         // no operation; of a closed loop: perhaps thinking
  waiting,      // for the answer to an attempt
  backing_off,  // until the next attempt
};

/// The lane's operation, from its invocation to its return.
struct Pending {
  std::uint64_t number = 0;  // unique in its client
  OperationKind kind{};
  std::uint64_t key = 0;
  std::uint64_t expected_revision = 0;
  sim::LocalInstant gives_up;
  std::uint32_t attempts = 0;
  std::uint32_t rejections = 0;  // answers that said "not executed"
  std::uint32_t backoffs = 0;
  std::uint32_t redirects = 0;  // followed since the last back-off

  constexpr bool operator==(const Pending&) const = default;
};

struct Lane {
  explicit Lane(std::uint64_t remembered_keys) : seen(remembered_keys) {}

  Phase phase = Phase::idle;
  std::uint64_t session = 0;
  std::uint64_t sequence = 0;  // of the operation now or last outstanding
  std::size_t target = 0;      // the server last asked, as an index
  std::uint16_t group = 0;     // that holds the operation's key
  Pending operation;
  std::string key;    // the operation's, in writing
  std::string value;  // likewise
  SeenRevisions seen;

  [[nodiscard]] Request request() const {
    return {session, sequence, {operation.kind, operation.expected_revision, key, value}};
  }

  bool operator==(const Lane&) const = default;
};

}  // namespace splitvote::client
