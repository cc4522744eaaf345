// Which operations of a key must be believed for a contradiction: as few as a question tells.
#include "models/consistency/belief.hpp"

#include <algorithm>

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

bool shrink(std::vector<std::uint32_t>& believed, const Question& ask) {
  bool minimal = true;
  for (std::size_t chunk = std::max<std::size_t>(1, believed.size() / 2);; chunk /= 2) {
    for (std::size_t begin = 0; begin < believed.size();) {
      std::vector<std::uint32_t> rest = believed;
      const std::size_t end = std::min(begin + chunk, rest.size());
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(begin),
                 rest.begin() + static_cast<std::ptrdiff_t>(end));
      const Answer answer = ask(rest);
      if (answer == Answer::contradicts)
        believed = std::move(rest);
      else
        begin = end;
      if (chunk == 1 && answer == Answer::cannot_say) minimal = false;
    }
    if (chunk == 1) return minimal;
  }
}

}  // namespace splitvote::consistency
