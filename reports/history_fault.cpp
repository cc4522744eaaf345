// What troubled a system while its clients asked, as a history has it.
#include "reports/history_fault.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/consistency/words.hpp"

namespace splitvote::reports {

namespace {

using consistency::Operation;
using consistency::OperationId;
using consistency::Position;

/// Of the first event that is not earlier, or behind the last one.
Position position_of(const consistency::History& history, sim::Instant time) {
  Position position = history.positions();
  for (std::size_t at = 0; at < history.operations().size(); ++at) {
    const Operation& operation = history.operations()[at];
    const consistency::Times& times = history.times()[at];
    if (times.invoked >= time) position = std::min(position, operation.invoked);
    if (operation.has_returned() && times.returned >= time)
      position = std::min(position, operation.returned);
  }
  return position;
}

}  // namespace

HistoryFault placed_fault(const consistency::History& history, std::string name,
                          const FaultTimes& times) {
  HistoryFault fault{.name = std::move(name), .began = times.began, .healed = times.healed};
  fault.begin = position_of(history, times.began);
  if (times.healed) fault.end = position_of(history, *times.healed);
  return fault;
}

std::string fault_text(const HistoryFault& fault) {
  if (!fault.began) return fault.name;
  const std::string healed = fault.healed ? consistency::to_text(*fault.healed) : "";
  return fmt::format("{} [{}..{}]", fault.name, consistency::to_text(*fault.began), healed);
}

std::string faults_sentence(std::span<const HistoryFault> faults) {
  if (faults.empty()) return " No fault was in force.";
  std::string text;
  for (const HistoryFault& fault : faults)
    text += (text.empty() ? " In force meanwhile: " : "; ") + fault_text(fault);
  return text + ".";
}

std::vector<HistoryFault> active_faults(std::span<const HistoryFault> faults,
                                        const HistoryView& view) {
  Position first = consistency::never_returned;
  Position last = 0;
  for (const OperationId id : view.contradiction().operations) {
    const Lifetime life = view.lifetime(id);
    first = std::min(first, life.invoked);
    last = std::max(last, life.has_returned() ? life.returned : life.invoked);
  }
  std::vector<HistoryFault> active;
  for (const HistoryFault& fault : faults)
    if (fault.begin <= last && fault.end > first) active.push_back(fault);
  return active;
}

}  // namespace splitvote::reports
