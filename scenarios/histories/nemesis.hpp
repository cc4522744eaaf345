// Jepsen's nemesis: its operations as faults, each from what begins it to what ends it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/history_fault.hpp"

namespace splitvote::histories {

/// The nemesis has each operation twice, when it begins and when it is done.
struct NemesisEvent {
  std::string function;                // `start-partition`
  std::string value;                   // as EDN; empty: none
  consistency::Position position = 0;  // of the next event of a client
  std::optional<std::int64_t> time_ns;
};

/// `start` lasts until `stop`, `start-partition` until `stop-partition` and so on, `kill` until
/// `start`, `pause` until `resume`, `partition` until `heal`, what begins with `bump` or `strobe`
/// until `reset` or what begins so. What else it does lasts until it is done.
[[nodiscard]] std::vector<reports::HistoryFault> faults_of(std::span<const NemesisEvent> events);

}  // namespace splitvote::histories
