// Some operations of a history as if there were no others.
#include "models/consistency/history_part.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace splitvote::consistency {

namespace {

/// Nobody has said what becomes of a list that is appended to as a text, or the other way round.
bool mixes_forms(const History& history) {
  std::vector<std::uint8_t> forms(history.keys());  // by key: bit 0 texts, bit 1 lists
  const auto note = [&](KeyId key, ValueId value) {
    const int form = history.values().is_list(value) ? 2 : 1;
    if (value != nothing) forms[static_cast<std::size_t>(key)] |= static_cast<std::uint8_t>(form);
  };
  for (const Operation& operation : history.operations()) {
    const bool element = operation.kind == OperationKind::append_element;
    if (operation.kind == OperationKind::read || operation.outcome == Outcome::failed) continue;
    if (!element) note(operation.key, operation.argument);
    if (element) forms[static_cast<std::size_t>(operation.key)] |= 2;
    note(operation.key, history.initial());
  }
  return std::ranges::any_of(forms, [](std::uint8_t form) { return form == 3; });
}

/// Of those the session has no order.
bool overlaps(const History& history) {
  std::vector<Position> free(history.sessions());  // by session: when it may ask again
  return std::ranges::any_of(history.operations(), [&](const Operation& operation) {
    Position& until = free[static_cast<std::size_t>(operation.session)];
    const bool early = operation.invoked < until;
    until = std::max(until, operation.has_returned() ? operation.returned : operation.invoked);
    return early;
  });
}

}  // namespace

const char* not_to_be_searched(const History& history) {
  if (mixes_forms(history)) return "lists and texts are written to the same key";
  return overlaps(history) ? "operations of a session overlap" : nullptr;
}

HistoryPart::HistoryPart(const History& history) : appended_(history.keys()) {
  std::uint32_t at = 0;
  for (const Operation& operation : history.operations()) {
    const std::uint32_t here = at++;
    const std::optional<KeyOperation> one = reduced(operation, static_cast<OperationId>(here));
    if (!one) continue;
    const bool appends = one->step == Step::append_text || one->step == Step::append_element;
    if (appends) appended_[static_cast<std::size_t>(operation.key)] = 1;
    if (one->writes()) writers_.push_back({operation.key, one->target, here});
    members_.push_back({*one, operation.key, static_cast<std::uint32_t>(operation.session)});
  }
  std::ranges::sort(writers_, {}, [](const Writer& one) {
    return std::tuple(one.key, one.value, one.operation);
  });
  kept_.assign(at, 1);
}

void HistoryPart::restrict_to(std::span<const std::uint32_t> operations) {
  std::ranges::fill(kept_, 0);
  for (const std::uint32_t one : operations) kept_[one] = 1;
}

bool HistoryPart::heeds(const Member& one) const {
  const auto kept = [this](const Writer& writer) { return kept_[writer.operation] != 0; };
  const auto [first, last] = std::ranges::equal_range(writers_, one.key, {}, &Writer::key);
  const std::span<const Writer> of_key(first, last);
  // Where something is appended, or something else was met, everybody may have been part of it.
  if (appended_[static_cast<std::size_t>(one.key)] != 0 || one.operation.step == Step::differs)
    return std::ranges::all_of(of_key, kept);
  return std::ranges::all_of(
      std::ranges::equal_range(of_key, one.operation.value, {}, &Writer::value), kept);
}

}  // namespace splitvote::consistency
