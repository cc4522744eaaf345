// EDN where Jepsen writes it, and the same in JSON.
#include "scenarios/histories/jepsen_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/json_text.hpp"

namespace splitvote::histories {

namespace {

using consistency::nothing;
using consistency::ValueId;
using consistency::ValueTable;

std::string quoted_for_shell(const std::string& word) {
  const bool plain = std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// Of texts that are no data: each between quotes.
std::string raw_edn(const ValueTable& values, ValueId id) {
  if (id == nothing) return "nil";
  if (!values.is_list(id)) return json_text(values.content(id));
  std::string text = "[";
  for (const ValueId element : elements_of(values, id))
    text += (text.size() > 1 ? " " : "") + raw_edn(values, element);
  return text + "]";
}

}  // namespace

std::string JepsenWords::word(std::string_view text) const {
  return syntax_ == Syntax::edn ? fmt::format(":{}", text) : fmt::format("\"{}\"", text);
}

std::string JepsenWords::member(std::string_view name, std::string_view value) const {
  return syntax_ == Syntax::edn ? fmt::format(":{} {}", name, value)
                                : fmt::format("\"{}\":{}", name, value);
}

std::string JepsenWords::scalar(std::string_view spelling) const {
  const Datum datum = spelled(spelling);
  if (datum.kind == DatumKind::text) return json_text(datum.text);
  if (datum.kind != DatumKind::keyword) return datum.text;
  return syntax_ == Syntax::edn ? ":" + datum.text : json_text(datum.text);
}

std::string JepsenWords::value(ValueId id) const {
  if (id == nothing) return nil();
  if (!values_.is_list(id)) return scalar(values_.content(id));
  std::string text = "[";
  for (const ValueId element : elements_of(values_, id)) {
    if (text.size() > 1) text += blank();
    text += value(element);
  }
  return text + "]";
}

void Distinct::add(std::string_view spelling) {
  const auto [found, added] = spellings_.try_emplace(words_.scalar(spelling), spelling);
  if (!added && found->second != spelling && clash_.empty())
    clash_ =
        fmt::format("'{}' and '{}' would both be {} there", found->second, spelling, found->first);
}

void Distinct::add(const ValueTable& values, ValueId id) {
  if (id == nothing) return;
  if (!values.is_list(id)) return add(values.content(id));
  for (const ValueId element : elements_of(values, id)) add(values, element);
}

sim::Result<void> Distinct::check() const {
  if (clash_.empty()) return {};
  return sim::failure(clash_);
}

std::string initial_note(const ValueTable& values, ValueId initial, bool raw) {
  const std::string value =
      raw ? raw_edn(values, initial) : JepsenWords(values, Syntax::edn).value(initial);
  return fmt::format(
      "the format has no word for what a key holds at first; read it with --initial {}",
      quoted_for_shell(value));
}

}  // namespace splitvote::histories
