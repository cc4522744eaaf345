// From many that contradict to few of which none can be left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace splitvote::consistency {

/// Whether some contradict if the others are not believed.
enum class Answer : std::uint8_t {
  contradicts,
  fits,
  cannot_say,  // this question took too long
  ended,       // as all others would
};

/// Leaves out of `items`, which contradict, whatever leaves a contradiction: half of them at once
/// first, then ever fewer. Fewer contradict less, so in the last pass, by single ones, each that is
/// left turns out to be needed. True if that is known of all.
template <class Item, class Ask>
[[nodiscard]] bool take_away(std::vector<Item>& items, Ask ask) {
  for (std::size_t chunk = std::max<std::size_t>(1, items.size() / 2);; chunk /= 2) {
    bool certain = true;
    for (std::size_t begin = 0; begin < items.size();) {
      std::vector<Item> rest = items;
      const std::size_t end = std::min(begin + chunk, rest.size());
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(begin),
                 rest.begin() + static_cast<std::ptrdiff_t>(end));
      const Answer answer = ask(rest);
      if (answer == Answer::ended) return false;
      certain = certain && answer != Answer::cannot_say;
      if (answer == Answer::contradicts)
        items = std::move(rest);
      else
        begin = end;
    }
    if (chunk == 1) return certain;
  }
}

}  // namespace splitvote::consistency
