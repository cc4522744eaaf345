// Lines and words as views of the text.
#include "scenarios/histories/lines.hpp"

#include <algorithm>

namespace splitvote::histories {

std::optional<Word> Lines::next() {
  if (at_ >= text_.size()) return std::nullopt;
  const std::size_t end = std::min(text_.find('\n', at_), text_.size());
  Word line{text_.substr(at_, end - at_), at_};
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  at_ = end + 1;
  return line;
}

void split(const Word& line, std::vector<Word>& words) {
  words.clear();
  constexpr std::string_view blanks = " \t";
  for (std::size_t at = 0; (at = line.text.find_first_not_of(blanks, at)) < line.text.size();) {
    const char first = line.text[at];
    std::size_t end = line.text.find_first_of(blanks, at);
    if (first == '\'' || first == '[') {
      const std::size_t closing = line.text.find(first == '[' ? ']' : '\'', at + 1);
      if (closing != std::string_view::npos) end = line.text.find_first_of(blanks, closing);
    }
    end = std::min(end, line.text.size());
    words.push_back({line.text.substr(at, end - at), line.offset + at});
    at = end;
  }
}

}  // namespace splitvote::histories
