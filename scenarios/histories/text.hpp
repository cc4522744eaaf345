// The text of a history's file, and what is wrong with it: a place in bytes and a sentence.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::histories {

struct Mistake {
  std::size_t offset = 0;  // of the first wrong byte; at the text's size: the end is what is wrong
  std::string message;     // what is wrong; no full stop
  std::string hint;        // what would be right; may be empty
  std::size_t width = 1;
};

/// All that is wrong, up to a number that a person reads.
class Mistakes {
 public:
  static constexpr std::size_t count_max = 20;

  void add(Mistake mistake) {
    if (!full()) all_.push_back(std::move(mistake));
  }
  void add(std::size_t offset, std::string message, std::string hint = {}) {
    add({offset, std::move(message), std::move(hint)});
  }
  [[nodiscard]] bool full() const { return all_.size() == count_max; }
  [[nodiscard]] bool none() const { return all_.empty(); }
  [[nodiscard]] const std::vector<Mistake>& all() const { return all_; }

 private:
  std::vector<Mistake> all_;
};

template <typename Value>
using Read = std::expected<Value, Mistake>;

[[nodiscard]] inline std::unexpected<Mistake> mistake(std::size_t offset, std::string message,
                                                      std::string hint = {}) {
  return std::unexpected(Mistake{offset, std::move(message), std::move(hint)});
}

}  // namespace splitvote::histories
