// Formats with one thing a line: their lines, and the words of a line, with their places.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace splitvote::histories {

struct Word {
  std::string_view text;
  std::size_t offset = 0;
};

/// The lines of a text without their ends.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  [[nodiscard]] std::optional<Word> next();

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

/// Separated by blanks; a text between single quotes is one word, and so is what stands between
/// brackets.
void split(const Word& line, std::vector<Word>& words);

}  // namespace splitvote::histories
