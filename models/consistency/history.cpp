// A history: what the clients of some system asked and were told, from invocation to return.
#include "models/consistency/history.hpp"

#include "models/consistency/words.hpp"
#include "sim/base/check.hpp"

namespace splitvote::consistency {

KeyId History::key(std::string_view name) { return static_cast<KeyId>(keys_.intern(name)); }

SessionId History::session(std::string_view name) {
  return static_cast<SessionId>(sessions_.intern(name));
}

std::string_view History::name(KeyId key) const { return keys_.text(static_cast<TextId>(key)); }

std::string_view History::name(SessionId session) const {
  return sessions_.text(static_cast<TextId>(session));
}

OperationId History::invoke(const Request& request) {
  SPLITVOTE_CHECK(next_position_ < never_returned);
  const auto id = static_cast<OperationId>(operations_.size());
  operations_.push_back({.invoked = next_position_++,
                         .session = request.session,
                         .key = request.key,
                         .argument = request.argument,
                         .expected = request.expected,
                         .kind = request.kind});
  return id;
}

void History::complete(OperationId id, Outcome outcome, ValueId result) {
  SPLITVOTE_CHECK(next_position_ < never_returned);
  Operation& operation = operations_[static_cast<std::size_t>(id)];
  SPLITVOTE_CHECK(operation.outcome == Outcome::unknown && !operation.has_returned());
  const Position now = next_position_++;
  if (outcome == Outcome::unknown) return;
  operation.returned = now;
  operation.outcome = outcome;
  operation.result = result;
}

OperationId History::invoke(const Request& request, sim::Instant now) {
  SPLITVOTE_CHECK(times_.size() == operations_.size());
  times_.push_back({now, {}});
  return invoke(request);
}

void History::complete(OperationId id, Outcome outcome, ValueId result, sim::Instant now) {
  times_[static_cast<std::size_t>(id)].returned = now;
  complete(id, outcome, result);
}

void History::set_version(OperationId id, std::uint64_t version) {
  const auto at = static_cast<std::size_t>(id);
  if (versions_.size() <= at) versions_.resize(at + 1);
  versions_[at] = version;
}

std::string History::describe(OperationId id) const {
  const Operation& one = operation(id);
  return describe_request(one) + " by " + spell(one.session) + describe_span(id) + " -> " +
         describe_answer(one);
}

std::string History::title(OperationId id) const {
  return describe_request(operation(id)) + " -> " + describe_answer(operation(id));
}

std::string History::describe_request(const Operation& operation) const {
  const std::string key = spell(operation.key);
  const std::string argument = values_.describe(operation.argument);
  switch (operation.kind) {
    case OperationKind::read:
      return "read " + key;
    case OperationKind::write:
      return "write " + key + " = " + argument;
    case OperationKind::remove:
      return "remove " + key;
    case OperationKind::compare_and_swap:
      return "compare-and-swap " + key + " from " + values_.describe(operation.expected) + " to " +
             argument;
    case OperationKind::append_text:
    case OperationKind::append_element:
      return "append " + argument + " to " + key;
  }
  return "?";
}

std::string History::describe_span(OperationId id) const {
  const Operation& one = operation(id);
  std::string text = " [";
  if (times_.empty()) {
    text += std::to_string(one.invoked) + "..";
    if (one.has_returned()) text += std::to_string(one.returned);
  } else {
    const Times& times = times_[static_cast<std::size_t>(id)];
    text += to_text(times.invoked) + "..";
    if (one.has_returned()) text += to_text(times.returned);
  }
  return text + "]";
}

std::string History::describe_answer(const Operation& operation) const {
  switch (operation.outcome) {
    case Outcome::ok:
      return operation.kind == OperationKind::read ? values_.describe(operation.result) : "ok";
    case Outcome::mismatch:
      return "mismatch";
    case Outcome::failed:
      return "failed";
    case Outcome::unknown:
      return "no answer";
  }
  return "?";
}

}  // namespace splitvote::consistency
