// Writing Splitvote's own histories: as they are read, nothing left out.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "scenarios/histories/happenings.hpp"
#include "scenarios/histories/json_text.hpp"
#include "scenarios/histories/own_format.hpp"
#include "scenarios/histories/own_words.hpp"

namespace splitvote::histories {

namespace {

using consistency::History;
using consistency::Operation;
using consistency::OperationKind;
using consistency::Outcome;

std::string time_text(const History& history, Happening happening) {
  if (history.times().empty()) return "";
  const consistency::Times& times = history.times()[static_cast<std::size_t>(happening.operation)];
  return fmt::format(",\"time\":{}", happening.returns ? times.returned.ns : times.invoked.ns);
}

std::string invoke_line(const History& history, Happening happening) {
  const Operation& operation = history.operation(happening.operation);
  std::string line = fmt::format(
      R"({{"invoke":{},"session":{},"key":{},"does":"{}")",
      static_cast<std::uint32_t>(happening.operation), json_text(history.name(operation.session)),
      json_text(history.name(operation.key)), kind_words[static_cast<std::size_t>(operation.kind)]);
  if (operation.kind == OperationKind::compare_and_swap)
    line += ",\"expected\":" + json_value(history.values(), operation.expected);
  if (has_argument(operation.kind))
    line += ",\"argument\":" + json_value(history.values(), operation.argument);
  return line + time_text(history, happening) + "}\n";
}

std::string return_line(const History& history, Happening happening) {
  const Operation& operation = history.operation(happening.operation);
  std::string line = fmt::format(R"({{"return":{},"outcome":"{}")",
                                 static_cast<std::uint32_t>(happening.operation),
                                 outcome_words[static_cast<std::size_t>(operation.outcome)]);
  if (operation.kind == OperationKind::read && operation.outcome == Outcome::ok)
    line += ",\"result\":" + json_value(history.values(), operation.result);
  if (const std::uint64_t version = history.version(happening.operation); version != 0)
    line += fmt::format(",\"version\":{}", version);
  return line + time_text(history, happening) + "}\n";
}

/// A fault begins, or is healed.
struct FaultEvent {
  consistency::Position position = 0;
  sim::Instant time;  // or the last one that is known of the fault
  std::size_t fault = 0;
  bool heals = false;
};

// At one position by their times; what begins and ends at once begins first.
std::vector<FaultEvent> fault_events(std::span<const reports::HistoryFault> faults) {
  std::vector<FaultEvent> events;
  for (std::size_t at = 0; at < faults.size(); ++at) {
    const reports::HistoryFault& fault = faults[at];
    const sim::Instant began = fault.began.value_or(sim::Instant{});
    events.push_back({fault.begin, began, at, false});
    if (fault.end == consistency::never_returned) continue;
    events.push_back({fault.end, std::max(began, fault.healed.value_or(began)), at, true});
  }
  std::ranges::sort(events, {}, [](const FaultEvent& event) {
    return std::tuple(event.position, event.time, event.heals, event.fault);
  });
  return events;
}

class FaultLines {
 public:
  explicit FaultLines(std::span<const reports::HistoryFault> faults)
      : faults_(faults), events_(fault_events(faults)) {}

  /// Those of faults that begin or end before the position.
  std::string up_to(consistency::Position position) {
    std::string lines;
    for (; next_ < events_.size() && events_[next_].position <= position; ++next_)
      lines += line(events_[next_]);
    return lines;
  }

 private:
  /// Numbered in the order in which they are written.
  std::string line(const FaultEvent& event) {
    const reports::HistoryFault& fault = faults_[event.fault];
    numbers_.resize(faults_.size());
    if (!event.heals) numbers_[event.fault] = begun_++;
    const std::string what =
        event.heals
            ? fmt::format(R"("healed":{})", numbers_[event.fault])
            : fmt::format(R"("fault":{},"name":{})", numbers_[event.fault], json_text(fault.name));
    const std::optional<sim::Instant> time = event.heals ? fault.healed : fault.began;
    return "{" + what + (time ? fmt::format(",\"time\":{}", time->ns) : "") + "}\n";
  }

  std::span<const reports::HistoryFault> faults_;
  std::vector<FaultEvent> events_;
  std::vector<std::size_t> numbers_;  // by fault
  std::size_t begun_ = 0;
  std::size_t next_ = 0;
};

}  // namespace

sim::Result<std::string> write_own(const History& history,
                                   std::span<const reports::HistoryFault> faults) {
  std::string text = fmt::format(R"({{"splitvote_history":{},"initial":{}}})", own_version,
                                 json_value(history.values(), history.initial())) +
                     "\n";
  FaultLines fault_lines(faults);
  for (const Happening happening : happenings(history)) {
    const Operation& operation = history.operation(happening.operation);
    text += fault_lines.up_to(happening.returns ? operation.returned : operation.invoked);
    text += happening.returns ? return_line(history, happening) : invoke_line(history, happening);
  }
  text += fault_lines.up_to(consistency::never_returned);
  return checked_utf8(std::move(text));
}

}  // namespace splitvote::histories
