// What is left of a key's operations if only some of them are believed.
#include "models/consistency/belief.hpp"

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

}  // namespace splitvote::consistency
