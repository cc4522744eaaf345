// From many that contradict to few of which none can be left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace splitvote::consistency {

/// Leaves out of `items` whatever leaves a contradiction, half of them at once first, then ever
/// fewer. Fewer contradict less, so at the end each one is needed; unless `ended()` was true, which
/// is asked before each question.
template <class Item, class Contradict, class Ended>
void take_away(std::vector<Item>& items, Contradict contradict, Ended ended) {
  for (std::size_t chunk = std::max<std::size_t>(1, items.size() / 2);; chunk /= 2) {
    for (std::size_t begin = 0; begin < items.size() && !ended();) {
      std::vector<Item> rest = items;
      const std::size_t end = std::min(begin + chunk, rest.size());
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(begin),
                 rest.begin() + static_cast<std::ptrdiff_t>(end));
      if (contradict(rest))
        items = std::move(rest);
      else
        begin = end;
    }
    if (chunk == 1) return;
  }
}

}  // namespace splitvote::consistency
