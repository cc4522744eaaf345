// Flow control: what leaders hold uncommitted, how long they turn writes away, and how long
// followers wait because as much is on its way to them as may be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/measure/cluster_state.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::measure {

/// Of one group. Feed it what the cluster's state was fed, right after it.
class Flow {
 public:
  explicit Flow(std::size_t servers) : servers_(servers) {}

  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note,
               const ClusterState& cluster);
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what);
  /// What has not ended by now has lasted until now.
  void finish(sim::Instant end);

  // A sample for each entry that a leader appended: how much of its log was not known to it as
  // committed then, that entry included.
  [[nodiscard]] std::span<const std::int64_t> uncommitted_entries() const { return entries_; }
  [[nodiscard]] std::span<const std::int64_t> uncommitted_bytes() const { return bytes_; }

  // Those that have ended, in ns.
  [[nodiscard]] std::span<const std::int64_t> throttled() const { return throttled_; }
  [[nodiscard]] std::span<const std::int64_t> pauses() const { return pauses_; }

 private:
  struct Pause {
    std::uint64_t follower = 0;
    sim::Instant since;
  };
  /// The log of a server behind its commit index, and what it waits for as a leader.
  struct Server {
    std::uint64_t first = 1;           // the index of the first one that counts
    std::vector<std::uint32_t> sizes;  // in bytes, those of `gone` entries before it included
    std::size_t gone = 0;
    std::uint64_t bytes = 0;  // of those that count
    std::optional<sim::Instant> throttled_since;
    std::vector<Pause> pauses;

    [[nodiscard]] std::uint64_t end() const { return first + (sizes.size() - gone); }
    void append(std::uint64_t index, std::uint32_t size);
    void truncate(std::uint64_t from);
    void commit(std::uint64_t index);
    void restart_behind(std::uint64_t index);
  };
  void on_appended(sim::Instant now, Server& server, const sim::Note& note, bool leads);
  void on_pause(sim::Instant now, Server& server, const sim::Note& note);
  void end_throttling(sim::Instant now, Server& server);
  void stop_leading(sim::Instant now, Server& server);

  std::vector<Server> servers_;
  std::vector<std::int64_t> entries_;
  std::vector<std::int64_t> bytes_;
  std::vector<std::int64_t> throttled_;
  std::vector<std::int64_t> pauses_;
};

}  // namespace splitvote::measure
