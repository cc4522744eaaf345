// "Did you mean": the known word that a slip of the finger would turn into the unknown one.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/diagnostic.hpp"

namespace splitvote::load {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table: the swap of neighbours looks two rows back.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitute});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::vector<std::string_view> nearest(std::string_view word,
                                      const std::vector<std::string_view>& known) {
  constexpr std::size_t longest = 64;  // nobody mistypes one word into a page
  std::vector<std::string_view> best;
  if (word.size() > longest) return best;
  std::size_t best_rank = 2 * std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(word, candidate.substr(0, longest));
    // Of two that are equally far, the one that only goes on is meant.
    const std::size_t rank = 2 * distance + (candidate.starts_with(word) ? 0 : 1);
    if (distance >= candidate.size() || rank > best_rank) continue;
    if (rank < best_rank) best.clear();
    best_rank = rank;
    if (std::ranges::find(best, candidate) == best.end()) best.push_back(candidate);
  }
  return best;
}

std::string did_you_mean(const std::vector<std::string_view>& words, std::string_view opening,
                         std::string_view closing) {
  if (words.empty() || words.size() > 2) return {};  // more would be guessing
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < words.size(); ++i)
    text += fmt::format("{}{}{}{}", i == 0 ? "" : " or ", opening, words[i], closing);
  return text + "?";
}

namespace {

/// "session.read_your_writes" is one of them: what follows the last dot, in hyphens.
std::string last_part(std::string_view word) {
  std::string part(word.substr(word.rfind('.') + 1));
  std::ranges::replace(part, '_', '-');
  return part;
}

/// The known words that begin or end with the unknown one as a whole.
std::vector<std::string_view> related(std::string_view word,
                                      const std::vector<std::string_view>& known) {
  const std::string wanted = "-" + last_part(word) + "-";
  std::vector<std::string_view> found;
  for (const std::string_view candidate : known) {
    const std::string whole = "-" + last_part(candidate) + "-";
    if (whole.starts_with(wanted) || whole.ends_with(wanted)) found.push_back(candidate);
  }
  return found;
}

}  // namespace

std::string suggest(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t listed = 16;
  if (std::string question = did_you_mean(nearest(word, known), "\"", "\""); !question.empty())
    return question;
  if (std::string question = did_you_mean(related(word, known), "\"", "\""); !question.empty())
    return question;
  if (known.empty()) return {};
  const std::size_t shown = std::min(known.size(), listed);
  return fmt::format("known here: {}{}", fmt::join(known.begin(), known.begin() + shown, ", "),
                     shown < known.size() ? ", …" : "");
}

}  // namespace splitvote::load
