// JSON by hand where it is written a hundred thousand times, each line the same.
#include "scenarios/histories/json_text.hpp"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "scenarios/load/characters.hpp"

namespace splitvote::histories {

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::vector<consistency::ValueId> elements_of(const consistency::ValueTable& values,
                                              consistency::ValueId list) {
  const std::string_view content = values.content(list);
  std::vector<consistency::ValueId> elements(content.size() / sizeof(consistency::ValueId));
  if (!elements.empty()) std::memcpy(elements.data(), content.data(), content.size());
  return elements;
}

std::string json_value(const consistency::ValueTable& values, consistency::ValueId value) {
  if (value == consistency::nothing) return "null";
  if (!values.is_list(value)) return json_text(values.content(value));
  std::string text = "[";
  for (const consistency::ValueId element : elements_of(values, value)) {
    if (text.size() > 1) text += ',';
    text += json_value(values, element);
  }
  return text + "]";
}

sim::Result<std::string> checked_utf8(std::string text) {
  const auto bad = load::find_bad_character(text);
  if (bad) return sim::failure("a key, a session or a value of this history is no UTF-8 text");
  return text;
}

}  // namespace splitvote::histories
