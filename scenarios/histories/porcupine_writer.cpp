// Histories as porcupine's events: every call returns, those without an answer at the end. Reads
// without one are left out: a model's step would have to let them pass.
#include <fmt/format.h>

#include "scenarios/histories/happenings.hpp"
#include "scenarios/histories/jepsen_words.hpp"
#include "scenarios/histories/json_text.hpp"
#include "scenarios/histories/own_words.hpp"
#include "scenarios/histories/written.hpp"

namespace splitvote::histories {

namespace {

using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;

std::string asked(const History& history, const Operation& operation) {
  std::string text =
      fmt::format(R"("op":"{}","key":{})", kind_words[static_cast<std::size_t>(operation.kind)],
                  json_text(history.name(operation.key)));
  if (operation.kind == OperationKind::compare_and_swap)
    text += ",\"expected\":" + json_value(history.values(), operation.expected);
  if (has_argument(operation.kind))
    text += ",\"value\":" + json_value(history.values(), operation.argument);
  return text;
}

std::string told(const History& history, const Operation& operation) {
  std::string text =
      fmt::format(R"("outcome":"{}")", outcome_words[static_cast<std::size_t>(operation.outcome)]);
  if (operation.kind == OperationKind::read && operation.outcome == Outcome::ok)
    text += ",\"value\":" + json_value(history.values(), operation.result);
  return text;
}

}  // namespace

sim::Result<Written> write_porcupine(const History& history) {
  Written written;
  std::string& text = written.text;
  const std::vector<consistency::SessionId> sessions = sessions_of(history);
  const auto add = [&](OperationId id, bool returns, const std::string& value) {
    text += text.empty() ? "[" : ",\n";
    text += fmt::format(R"({{"ClientId":{},"Kind":{},"Value":{{{}}},"Id":{}}})",
                        rank_of(history.operation(id).session, sessions), returns, value,
                        static_cast<std::uint32_t>(id));
  };
  bool failures = false;
  bool unanswered_reads = false;
  std::vector<OperationId> unanswered;
  for (const Happening happening : happenings(history)) {
    const Operation& operation = history.operation(happening.operation);
    if (operation.outcome == Outcome::failed) {
      failures = true;
      continue;
    }
    if (operation.kind == OperationKind::read && operation.outcome == Outcome::unknown) {
      unanswered_reads = true;
      continue;
    }
    if (operation.outcome == Outcome::unknown) unanswered.push_back(happening.operation);
    add(happening.operation, happening.returns,
        happening.returns ? told(history, operation) : asked(history, operation));
  }
  for (const OperationId id : unanswered) add(id, true, R"("outcome":"unknown")");
  if (text.empty() && !history.operations().empty()) return sim::failure(std::string(nothing_left));
  text += text.empty() ? "[]\n" : "]\n";
  if (failures) written.notes.emplace_back("operations that failed are left out; they never were");
  if (unanswered_reads)
    written.notes.emplace_back("reads without an answer are left out; they say nothing");
  if (history.initial() != consistency::nothing)
    written.notes.push_back(initial_note_of_texts(history.values(), history.initial()));
  sim::Result<std::string> checked = checked_utf8(std::move(text));
  if (!checked) return std::unexpected(checked.error());
  written.text = std::move(*checked);
  return written;
}

}  // namespace splitvote::histories
