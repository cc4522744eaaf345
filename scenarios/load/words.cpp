// The cursor under selectors and predicates.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/selector_text.hpp"

namespace splitvote::load {
namespace {

bool is_path_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

}  // namespace

Words::Words(const Node& scalar) : scalar_(scalar), text_(scalar.text) {
  // Finding the place of a word takes time in proportion to what stands before it.
  constexpr std::size_t longest = 4096;
  if (text_.size() > longest)
    fail(fmt::format("a text of {} bytes", text_.size()), fmt::format("at most {}", longest), 0, 0);
  skip();
}

void Words::skip() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
}

std::string_view Words::path() {
  if (error_) return {};
  const std::size_t start = at_;
  while (at_ < text_.size() && is_path_character(text_[at_])) ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  skip();
  return word;
}

std::string_view Words::number() {
  if (error_) return {};
  const std::size_t start = at_;
  const auto stops = [](char c) { return c == ' ' || c == '\n' || c == '(' || c == ')'; };
  while (at_ < text_.size() && !stops(text_[at_])) ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  skip();
  return word;
}

bool Words::accept(char c) {
  if (next() != c) return false;
  ++at_;
  skip();
  return true;
}

bool Words::accept(std::string_view symbol) {
  if (error_ || !text_.substr(at_).starts_with(symbol)) return false;
  at_ += symbol.size();
  skip();
  return true;
}

bool Words::accept_word(std::string_view word) {
  const std::size_t start = at_;
  if (path() == word) return true;
  at_ = start;
  return false;
}

bool Words::expect(char c) {
  if (accept(c)) return true;
  fail(fmt::format("\"{}\" is due here", c), {});
  return false;
}

void Words::fail(std::string message, std::string hint) {
  fail(std::move(message), std::move(hint), std::min(at_, text_.size()));
}

void Words::fail(std::string message, std::string hint, std::size_t offset, std::size_t width) {
  if (!error_) error_ = TextError{std::move(message), std::move(hint), offset, width};
}

void Words::fail(TextError error, std::size_t offset) {
  error.offset += offset;
  if (!error_) error_ = std::move(error);
}

}  // namespace splitvote::load
