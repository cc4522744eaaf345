// The values of a history: texts and lists of values, each distinct one once.
#include "models/consistency/values.hpp"
#include "models/consistency/words.hpp"

#include <algorithm>
#include <cstring>

namespace splitvote::consistency {

namespace {

constexpr char text_form = 't';
constexpr char list_form = 'l';

TextId text_id(ValueId value) { return static_cast<TextId>(value); }

/// Whether a text ends where it seems to end, and is not taken for a list or for nothing.
bool is_plain(std::string_view text) {
  const auto misleads = [](char one) {
    return is_control(one) || std::string_view(" [](){}<>,;\"\\").contains(one);
  };
  return !text.empty() && text != "nil" && std::ranges::none_of(text, misleads);
}

/// It brings its quotes along, and without them it would have none.
bool is_quoted(std::string_view text) {
  return text.size() > 2 && text.starts_with('"') && text.ends_with('"') &&
         is_plain(text.substr(1, text.size() - 2));
}

}  // namespace

ValueId ValueTable::intern(char form, std::string_view content) {
  scratch_ = form;
  scratch_ += content;
  return static_cast<ValueId>(texts_.intern(scratch_));
}

ValueId ValueTable::text(std::string_view text) { return intern(text_form, text); }

ValueId ValueTable::list(std::span<const ValueId> elements) {
  return intern(list_form, {reinterpret_cast<const char*>(elements.data()), elements.size_bytes()});
}

bool ValueTable::is_list(ValueId value) const {
  return value != nothing && texts_.text(text_id(value)).front() == list_form;
}

std::string_view ValueTable::content(ValueId value) const {
  if (value == nothing) return {};
  return texts_.text(text_id(value)).substr(1);
}

std::string ValueTable::describe(ValueId value) const {
  if (value == nothing) return "nil";
  if (!is_list(value)) {
    const std::string_view text = content(value);
    return is_plain(text) || is_quoted(text) ? std::string(text) : quoted(text);
  }
  std::string text = "[";
  for (const ValueId element : elements_of(content(value))) {
    if (text.size() > 1) text += ' ';
    text += describe(element);
  }
  return text + "]";
}

std::vector<ValueId> elements_of(std::string_view content) {
  std::vector<ValueId> made(content.size() / sizeof(ValueId));
  if (!content.empty()) std::memcpy(made.data(), content.data(), content.size());
  return made;
}

std::string element_content(ValueId element) {
  return {reinterpret_cast<const char*>(&element), sizeof element};
}

}  // namespace splitvote::consistency
