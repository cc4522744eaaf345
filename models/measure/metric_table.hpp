// What is measured in every run, by name: what `slo:` may ask for and what a report prints.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace splitvote::measure {

enum class Metric : std::uint8_t {
  detection_time,
  election_time,
  failover_time,
  unavailability,
  latency,
  get_latency,
  put_latency,
  remove_latency,
  compare_and_swap_latency,
  read_staleness,
  read_staleness_versions,
  availability,
  operations,
  operations_ok,
  operations_unknown,
  operations_failed,
  operations_refused,
  split_votes,
  terms,
  elections,
  leaders_stepped_down,
  log_truncations,
  proposals_throttled,
  throttled_time,
  uncommitted_entries,
  uncommitted_bytes,
  replication_pauses,
  replication_paused_time,
  transfers,
  commits,
};

enum class MetricKind : std::uint8_t {
  durations,  // samples in nanoseconds: ask for a quantile, `.p99`, `.max`, …
  numbers,    // samples that are plain numbers, likewise
  bytes,      // samples in bytes, likewise
  share,      // a Ratio, printed in percent
  count,      // one number
  duration,   // one duration in nanoseconds
};

struct MetricHelp {
  Metric metric{};
  std::string_view name;
  MetricKind kind{};
  bool per_workload = false;  // also as `<workload>.<name>`
  std::string_view help;
};

/// In the order of the enumeration.
inline constexpr std::array metric_table{
    MetricHelp{Metric::detection_time, "detection_time", MetricKind::durations, false,
               "From the loss of a leader to the first other node that stands for election."},
    MetricHelp{Metric::election_time, "election_time", MetricKind::durations, false,
               "From the first candidacy after the loss of a leader, or since the start, to the "
               "new leader."},
    MetricHelp{Metric::failover_time, "failover_time", MetricKind::durations, false,
               "From the loss of a leader to the first write that a leader of a later term "
               "acknowledged to a client."},
    MetricHelp{Metric::unavailability, "unavailability", MetricKind::durations, false,
               "Periods in which clients wanted to write and no write succeeded, longer than the "
               "threshold."},
    MetricHelp{Metric::latency, "latency", MetricKind::durations, true,
               "From invocation to answer, of executed operations of every kind."},
    MetricHelp{Metric::get_latency, "get_latency", MetricKind::durations, true,
               "From invocation to answer, of executed gets."},
    MetricHelp{Metric::put_latency, "put_latency", MetricKind::durations, true,
               "From invocation to answer, of executed puts."},
    MetricHelp{Metric::remove_latency, "remove_latency", MetricKind::durations, true,
               "From invocation to answer, of executed removes."},
    MetricHelp{Metric::compare_and_swap_latency, "compare_and_swap_latency", MetricKind::durations,
               true,
               "From invocation to answer, of executed compare-and-swaps, mismatches included."},
    MetricHelp{
        Metric::read_staleness, "read_staleness", MetricKind::durations, true,
        "Of every executed get: how long before it was invoked a client had known of a newer "
        "version of the key than it returned; 0 if none had."},
    MetricHelp{Metric::read_staleness_versions, "read_staleness_versions", MetricKind::numbers,
               true, "Of every executed get: how many newer versions of the key were known then."},
    MetricHelp{Metric::availability, "availability", MetricKind::share, true,
               "Share of the operations, ended or refused, that were executed; a mismatch counts "
               "as executed."},
    MetricHelp{Metric::operations, "operations", MetricKind::count, true,
               "Operations that ended, whatever their outcome."},
    MetricHelp{Metric::operations_ok, "operations_ok", MetricKind::count, true,
               "Operations that were executed; a mismatch counts as executed."},
    MetricHelp{Metric::operations_unknown, "operations_unknown", MetricKind::count, true,
               "Operations that got no answer in time."},
    MetricHelp{Metric::operations_failed, "operations_failed", MetricKind::count, true,
               "Operations that were certainly never executed."},
    MetricHelp{Metric::operations_refused, "operations_refused", MetricKind::count, true,
               "Operations of an open loop that were due and never begun, because all its lanes "
               "were taken."},
    MetricHelp{Metric::split_votes, "split_votes", MetricKind::count, false,
               "Terms with a candidate and no leader that were followed by another term."},
    MetricHelp{Metric::terms, "terms", MetricKind::count, false,
               "Terms in which somebody stood for election or led."},
    MetricHelp{Metric::elections, "elections", MetricKind::count, false, "Leaders elected."},
    MetricHelp{Metric::leaders_stepped_down, "leaders_stepped_down", MetricKind::count, false,
               "Leaders that gave up leading while they were running."},
    MetricHelp{Metric::log_truncations, "log_truncations", MetricKind::count, false,
               "How often a server removed entries from the end of its log."},
    MetricHelp{Metric::proposals_throttled, "proposals_throttled", MetricKind::count, false,
               "How often a leader turned a write away for now."},
    MetricHelp{Metric::throttled_time, "throttled_time", MetricKind::duration, false,
               "How long leaders turned writes away, from the first one to the next entry of their "
               "log, or until they led no more; the sum of all such times that have ended."},
    MetricHelp{Metric::uncommitted_entries, "uncommitted_entries", MetricKind::numbers, false,
               "Of every entry that a leader appended: how many entries of its log it did not know "
               "to be committed then, that one included."},
    MetricHelp{Metric::uncommitted_bytes, "uncommitted_bytes", MetricKind::bytes, false,
               "Of every entry that a leader appended: how many bytes those entries had, as "
               "encoded in the log."},
    MetricHelp{Metric::replication_pauses, "replication_pauses", MetricKind::durations, false,
               "From the first entry that had to wait because a leader had as much on its way to a "
               "follower as may be, until there was room again."},
    MetricHelp{Metric::replication_paused_time, "replication_paused_time", MetricKind::duration,
               false, "The sum of all replication_pauses; of two followers, both count."},
    MetricHelp{Metric::transfers, "transfers", MetricKind::count, false,
               "Leaders that took office because the leader before had told them to stand."},
    MetricHelp{Metric::commits, "commits", MetricKind::count, false,
               "Entries committed, each counted once."},
};
inline constexpr std::size_t metrics = metric_table.size();

[[nodiscard]] constexpr const MetricHelp& help(Metric metric) {
  return metric_table[static_cast<std::size_t>(metric)];
}

[[nodiscard]] constexpr std::optional<Metric> find_metric(std::string_view name) {
  for (const MetricHelp& entry : metric_table)
    if (entry.name == name) return entry.metric;
  return std::nullopt;
}

}  // namespace splitvote::measure
