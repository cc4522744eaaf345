// Reading words, numbers and brackets out of one scalar: the base of selectors and predicates.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/selector.hpp"
#include "scenarios/load/tree.hpp"
#include "scenarios/load/type.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::load {

/// A cursor over a scalar. The first failure is kept; after it nothing is accepted any more.
class Words {
 public:
  explicit Words(const Node& scalar);

  /// Letters, digits, `_`, `-` and `.`; empty if there is none here.
  [[nodiscard]] std::string_view path();
  /// A number and its unit: everything up to a space or bracket.
  [[nodiscard]] std::string_view number();
  [[nodiscard]] bool accept(char c);
  [[nodiscard]] bool accept(std::string_view symbol);
  [[nodiscard]] bool accept_word(std::string_view word);
  /// Accepts or fails.
  [[nodiscard]] bool expect(char c);
  [[nodiscard]] bool close() { return expect(')'); }
  [[nodiscard]] char next() const { return error_ || at_ >= text_.size() ? '\0' : text_[at_]; }
  [[nodiscard]] bool at_end() const { return error_ || at_ >= text_.size(); }

  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] SourcePosition position(std::size_t offset) const {
    return position_within(scalar_, offset);
  }

  void fail(std::string message, std::string hint);
  void fail(std::string message, std::string hint, std::size_t offset, std::size_t width = 1);
  void fail(TextError error, std::size_t offset);
  [[nodiscard]] const std::optional<TextError>& error() const { return error_; }

  [[nodiscard]] bool too_deep() const { return depth_ >= 8; }

 private:
  friend class DepthMark;
  void skip();

  const Node& scalar_;
  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<TextError> error_;
};

/// Counts a level of nesting for as long as it lives.
class DepthMark {
 public:
  explicit DepthMark(Words& words) : words_(words) { ++words_.depth_; }
  ~DepthMark() { --words_.depth_; }
  DepthMark(const DepthMark&) = delete;
  DepthMark& operator=(const DepthMark&) = delete;

 private:
  Words& words_;
};

[[nodiscard]] std::optional<Selector> parse_selector(Words& words);

/// Words that cannot be the name of a node.
[[nodiscard]] bool is_selector_word(std::string_view word);

/// A selector or a list of them.
[[nodiscard]] Type<NodeSet> node_set();

/// The forms of selectors with one sentence each: for `list`.
struct SelectorHelp {
  std::string_view form;
  std::string_view help;
};
[[nodiscard]] std::vector<SelectorHelp> selector_helps();

}  // namespace splitvote::load
