// What is left of a key's operations if only some of them are believed.
#include "models/consistency/belief.hpp"

#include <algorithm>
#include <utility>

namespace splitvote::consistency {

std::vector<KeyOperation> relax(std::span<const KeyOperation> operations,
                                std::span<const std::uint32_t> believed) {
  std::vector<std::uint8_t> in_set(operations.size(), 0);
  for (const std::uint32_t at : believed) in_set[at] = 1;
  std::vector<KeyOperation> relaxed;
  for (std::size_t at = 0; at < operations.size(); ++at) {
    if (in_set[at] == 0 && !operations[at].writes()) continue;
    relaxed.push_back(operations[at]);
    relaxed.back().certain = operations[at].certain && in_set[at] != 0;
  }
  return relaxed;
}

// Take an order that explains all, and in it the last of the forgotten ones, which left v, with
// whatever comes before it taken out. Nobody who is believed is among that; what is left can wait
// for v's write, since it returns behind the end of the past. So it explains all that is asked now.
// The other way round an order needs only that v can have been there: with one write of v, unless
// that is a swap, for which something else would have to be there first. What appends make depends
// on all that was there before, so then nothing is forgotten.
ForgottenPast forget_past(std::span<const KeyOperation> operations,
                          std::span<const std::uint32_t> believed) {
  ForgottenPast made{.operations = relax(operations, believed)};
  const bool appends = std::ranges::any_of(made.operations, [](const KeyOperation& one) {
    return one.step == Step::append_text || one.step == Step::append_element;
  });
  Position begin = never_returned;
  for (const std::uint32_t at : believed) begin = std::min(begin, operations[at].invoked);
  if (appends || begin == never_returned) return made;
  const auto is_past = [&](const KeyOperation& one) { return one.returned < begin; };
  std::vector<ValueId> left;
  for (const KeyOperation& one : made.operations)
    if (is_past(one)) left.push_back(one.target);
  std::ranges::sort(left);
  std::vector<std::uint8_t> told(left.size(), 0);
  std::erase_if(made.operations, [&](KeyOperation& one) {
    if (!is_past(one)) return false;
    made.exact = made.exact && one.step == Step::overwrite;
    one.step = Step::overwrite;
    const auto place = std::ranges::lower_bound(left, one.target) - left.begin();
    return std::exchange(told[static_cast<std::size_t>(place)], std::uint8_t{1}) != 0;
  });
  return made;
}

}  // namespace splitvote::consistency
