// What real systems publish, key by key, written down a second time in the units of their sources.
#include "models/raft/presets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace splitvote::raft {
namespace {

std::string to_text(const models::Key& key, const models::Setting& setting) {
  if (const auto* flag = std::get_if<bool>(&setting)) return *flag ? "yes" : "no";
  if (const auto* count = std::get_if<std::uint64_t>(&setting)) return std::to_string(*count);
  if (const auto* choice = std::get_if<models::Choice>(&setting))
    return std::string(key.choices[choice->index]);
  const auto milliseconds = [](sim::Duration span) { return std::to_string(span.ns / 1'000'000); };
  if (const auto* span = std::get_if<sim::Duration>(&setting)) return milliseconds(*span) + "ms";
  const auto& range = std::get<models::DurationRange>(setting);
  return milliseconds(range.first) + ".." + milliseconds(range.last) + "ms";
}

// About the cluster that is simulated, or about what is asked of it, and not about a system.
const std::set<std::string_view> free_keys{"voters",     "witnesses",     "groups",
                                           "quiesce",    "max_staleness", "clock_drift_bound",
                                           "apply_time", "priorities"};

using Table = std::map<std::string_view, std::string_view>;

// Sizes in bytes. Sources: models/raft/presets.hpp names the file of each system.
const std::map<std::string_view, Table> published{
    {"etcd",
     {{"tick", "100ms"},
      {"heartbeat_interval", "100ms"},
      {"election_timeout", "1000..1900ms"},
      {"pre_vote", "yes"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "follower"},
      {"forward_proposals", "yes"},
      {"parallel_disk", "yes"},
      {"async_storage", "no"},
      {"conflict_hints", "term"},
      {"sessions", "no"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "automatic"},
      {"max_batch_bytes", "1048576"},
      {"max_batch_entries", "1048576"},
      {"max_inflight_messages", "512"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "10000"},
      {"snapshot_bytes", "0"},
      {"trailing_entries", "5000"},
      {"snapshot_chunk", "1073741824"}}},
    {"consul",
     {{"tick", "0ms"},
      {"heartbeat_interval", "500ms"},
      {"election_timeout", "5000..10000ms"},
      {"pre_vote", "yes"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "lease"},
      {"forward_proposals", "yes"},
      {"parallel_disk", "no"},
      {"async_storage", "yes"},
      {"conflict_hints", "index"},
      {"sessions", "no"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "automatic"},
      {"max_batch_bytes", "1073741824"},
      {"max_batch_entries", "64"},
      {"max_inflight_messages", "2"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "16384"},
      {"snapshot_bytes", "0"},
      {"trailing_entries", "10240"},
      {"snapshot_chunk", "1073741824"}}},
    {"tikv",
     {{"tick", "1000ms"},
      {"heartbeat_interval", "2000ms"},
      {"election_timeout", "10000..19000ms"},
      {"pre_vote", "yes"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "lease"},
      {"forward_proposals", "no"},
      {"parallel_disk", "yes"},
      {"async_storage", "no"},
      {"conflict_hints", "term"},
      {"sessions", "no"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "explicit"},
      {"max_batch_bytes", "1048576"},
      {"max_batch_entries", "1048576"},
      {"max_inflight_messages", "256"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "73728"},
      {"snapshot_bytes", "75497472"},
      {"trailing_entries", "0"},
      {"snapshot_chunk", "1048576"}}},
    {"cockroach",
     {{"tick", "200ms"},
      {"heartbeat_interval", "1000ms"},
      {"election_timeout", "3000..5800ms"},
      {"pre_vote", "yes"},
      {"check_quorum", "no"},
      {"leader_stickiness", "no"},
      {"reads", "read_index"},
      {"forward_proposals", "no"},
      {"parallel_disk", "yes"},
      {"async_storage", "no"},
      {"conflict_hints", "term"},
      {"sessions", "yes"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "explicit"},
      {"max_batch_bytes", "32768"},
      {"max_batch_entries", "1048576"},
      {"max_inflight_messages", "128"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "16777216"},
      {"snapshot_entries", "0"},
      {"snapshot_bytes", "16777216"},
      {"trailing_entries", "0"},
      {"snapshot_chunk", "262144"}}},
    {"logcabin",
     {{"tick", "0ms"},
      {"heartbeat_interval", "250ms"},
      {"election_timeout", "500..1000ms"},
      {"pre_vote", "no"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "read_index"},
      {"forward_proposals", "no"},
      {"parallel_disk", "yes"},
      {"async_storage", "yes"},
      {"conflict_hints", "index"},
      {"sessions", "yes"},
      {"joint_consensus", "always"},
      {"joint_exit", "automatic"},
      {"max_batch_bytes", "1048576"},
      {"max_batch_entries", "5000"},
      {"max_inflight_messages", "1"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "0"},
      {"snapshot_bytes", "67108864"},
      {"trailing_entries", "0"},
      {"snapshot_chunk", "1048576"}}},
    {"nuraft",
     {{"tick", "0ms"},
      {"heartbeat_interval", "125ms"},
      {"election_timeout", "250..500ms"},
      {"pre_vote", "yes"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "read_index"},
      {"forward_proposals", "no"},
      {"parallel_disk", "no"},
      {"async_storage", "yes"},
      {"conflict_hints", "index"},
      {"sessions", "no"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "automatic"},
      {"max_batch_bytes", "1073741824"},
      {"max_batch_entries", "100"},
      {"max_inflight_messages", "1"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "0"},
      {"snapshot_bytes", "0"},
      {"trailing_entries", "100000"},
      {"snapshot_chunk", "1073741824"}}},
    {"dqlite",
     {{"tick", "0ms"},
      {"heartbeat_interval", "500ms"},
      {"election_timeout", "3000..6000ms"},
      {"pre_vote", "yes"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "read_index"},
      {"forward_proposals", "no"},
      {"parallel_disk", "yes"},
      {"async_storage", "yes"},
      {"conflict_hints", "index"},
      {"sessions", "no"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "automatic"},
      {"max_batch_bytes", "1073741824"},
      {"max_batch_entries", "1048576"},
      {"max_inflight_messages", "4096"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "1024"},
      {"snapshot_bytes", "0"},
      {"trailing_entries", "8192"},
      {"snapshot_chunk", "1073741824"}}},
    {"dragonboat",
     {{"tick", "200ms"},
      {"heartbeat_interval", "200ms"},
      {"election_timeout", "2000..3800ms"},
      {"pre_vote", "no"},
      {"check_quorum", "yes"},
      {"leader_stickiness", "yes"},
      {"reads", "follower"},
      {"forward_proposals", "yes"},
      {"parallel_disk", "yes"},
      {"async_storage", "yes"},
      {"conflict_hints", "index"},
      {"sessions", "yes"},
      {"joint_consensus", "when_needed"},
      {"joint_exit", "automatic"},
      {"max_batch_bytes", "67108864"},
      {"max_batch_entries", "1048576"},
      {"max_inflight_messages", "4096"},
      {"max_inflight_bytes", "0"},
      {"max_uncommitted_bytes", "0"},
      {"snapshot_entries", "10"},
      {"snapshot_bytes", "0"},
      {"trailing_entries", "5"},
      {"snapshot_chunk", "2097152"}}},
};

TEST_CASE("a preset sets every key that is about a system to what the system publishes") {
  CHECK(presets.size() == published.size());
  for (const models::Preset& preset : presets) {
    CAPTURE(preset.name);
    REQUIRE(published.contains(preset.name));
    Table expected = published.at(preset.name);
    for (const models::Key& key : keys) {
      CAPTURE(key.name);
      const auto set = std::ranges::find(preset.values, key.name, &models::PresetValue::key);
      if (free_keys.contains(key.name)) {
        CHECK(!expected.contains(key.name));
        continue;
      }
      REQUIRE(set != preset.values.end());
      CHECK(to_text(key, set->value) == expected[key.name]);
      expected.erase(key.name);
    }
    CHECK(expected.empty());
  }
}

}  // namespace
}  // namespace splitvote::raft
