// Writing Splitvote's own histories: as they are read, nothing left out.
#include <fmt/format.h>

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
  return line + time_text(history, happening) + "}\n";
}

}  // namespace

sim::Result<std::string> write_own(const History& history) {
  std::string text = fmt::format(R"({{"splitvote_history":{},"initial":{}}})", own_version,
                                 json_value(history.values(), history.initial())) +
                     "\n";
  for (const Happening happening : happenings(history))
    text += happening.returns ? return_line(history, happening) : invoke_line(history, happening);
  return checked_utf8(std::move(text));
}

}  // namespace splitvote::histories
