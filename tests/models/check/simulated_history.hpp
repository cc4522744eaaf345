// Histories to test the checker with: small ones of every sort, and large ones of a true store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/check/history.hpp"

namespace splitvote::testing {

struct HistorySink {
  check::History history;
  void on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
    history.on_note(moment, node, note);
  }
  void on_node(const sim::Moment&, sim::NodeId, sim::RecordKind, std::uint64_t) {}
};

/// One operation between two points in time; `returned` below `invoked` says that it never
/// returned.
struct SimulatedOperation {
  client::OperationKind kind{};
  std::string key;
  std::string value;
  std::uint64_t expected = 0;
  client::Outcome outcome{};
  std::uint64_t revision = 0;
  std::string result;
  std::int64_t invoked = 0;
  std::int64_t returned = 0;
};

/// Feeds the notes of the operations in the order of their times; equal times by their number.
[[nodiscard]] check::History play(const std::vector<SimulatedOperation>& operations);

struct StoreSettings {
  std::uint64_t seed = 0;
  std::size_t operations = 0;
  int keys = 1;
  int overlap = 16;    // how many operations are under way at a time, about
  int unanswered = 5;  // percent
};

/// Operations of a store in which each takes effect at one moment between its invocation and its
/// return.
[[nodiscard]] std::vector<SimulatedOperation> simulate_store(const StoreSettings& settings);

/// One to six operations on one key: half of them a true store's with at most one field changed,
/// half of them anything.
[[nodiscard]] check::History small_history(std::uint32_t number);

enum class HistoryFault : std::uint8_t {
  swapped_values,    // two reads have each other's value
  dropped_write,     // a write that was read did not happen
  shifted_revision,  // a read has the revision after the one it saw
  stale_read,        // a read has what an earlier write wrote, though another had returned since
  lost_update,       // two compare-and-swaps succeeded at the same revision
};
inline constexpr std::uint32_t history_faults = 5;

/// False if the history has no place for it.
[[nodiscard]] bool plant(HistoryFault fault, std::uint64_t seed,
                         std::vector<SimulatedOperation>& operations);

}  // namespace splitvote::testing
