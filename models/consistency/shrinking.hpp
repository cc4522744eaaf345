// From many that contradict to few of which none can be left out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Whether some contradict if the others are not believed.
enum class Answer : std::uint8_t {
  contradicts,
  fits,
  cannot_say,  // this question took too long
  ended,       // as all others would
};

/// What all questions of one shrinking may cost together.
struct ShrinkingBudget {
  std::uint64_t asked = 0;  // items that the questions may still ask about
  std::uint64_t configurations = 1'000'000;

  [[nodiscard]] bool over() const { return asked == 0 || configurations == 0; }
  void spend(std::uint64_t items, std::uint64_t searched) {
    asked -= std::min(asked, items);
    configurations -= std::min(configurations, searched);
  }
};

/// What a search says of what is asked.
[[nodiscard]] constexpr Answer answer_of(Verdict verdict) {
  if (verdict == Verdict::violated) return Answer::contradicts;
  return verdict == Verdict::ok ? Answer::fits : Answer::cannot_say;
}

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
