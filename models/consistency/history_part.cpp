// Some operations of a history as if there were no others.
#include "models/consistency/history_part.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace splitvote::consistency {

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
