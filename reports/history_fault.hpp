// What troubled a system while its clients asked, as a history has it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "reports/history_view.hpp"
#include "sim/base/time.hpp"

namespace splitvote::reports {

struct HistoryFault {
  std::string name;
  consistency::Position begin = 0;                          // before the event there
  consistency::Position end = consistency::never_returned;  // healed before the event there
  std::optional<sim::Instant> began = {};                   // if the history has times
  std::optional<sim::Instant> healed = {};

  bool operator==(const HistoryFault&) const = default;
};

/// When a fault began and was healed.
struct FaultTimes {
  sim::Instant began;
  std::optional<sim::Instant> healed;
};

/// Of a history with times. It comes before the events of the same moment.
[[nodiscard]] HistoryFault placed_fault(const consistency::History& history, std::string name,
                                        const FaultTimes& times);

/// "cut n1 from n2 [1500ms..3000ms]", the times as far as they are known.
[[nodiscard]] std::string fault_text(const HistoryFault& fault);

/// " In force meanwhile: cut n1 from n2 [1500ms..3000ms].", or " No fault was in force."
[[nodiscard]] std::string faults_sentence(std::span<const HistoryFault> faults);

/// Those in force at some time between the first invocation and the last return of what
/// contradicts.
[[nodiscard]] std::vector<HistoryFault> active_faults(std::span<const HistoryFault> faults,
                                                      const HistoryView& view);

}  // namespace splitvote::reports
