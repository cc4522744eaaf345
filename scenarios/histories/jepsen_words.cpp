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

/// What stands for nothing, and between the elements of a list.
struct Blanks {
  std::string_view nil;
  std::string_view between;
};
constexpr Blanks edn_blanks{"nil", " "};

std::string quoted_for_shell(const std::string& word) {
  const bool plain = std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

template <typename Scalar>
std::string spell(const ValueTable& values, ValueId id, Blanks blanks, const Scalar& scalar) {
  if (id == nothing) return std::string(blanks.nil);
  if (!values.is_list(id)) return scalar(values.content(id));
  std::string text = "[";
  for (const ValueId element : elements_of(values, id)) {
    if (text.size() > 1) text += blanks.between;
    text += spell(values, element, blanks, scalar);
  }
  return text + "]";
}

std::string note_of_initial(const std::string& edn) {
  return fmt::format(
      "the format has no word for what a key holds at first; read it with --initial {}",
      quoted_for_shell(edn));
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
  return spell(values_, id, {nil(), blank()}, [this](std::string_view one) { return scalar(one); });
}

std::string JepsenWords::initial_note(ValueId id) const {
  return note_of_initial(
      spell(values_, id, edn_blanks, [this](std::string_view one) { return scalar(one); }));
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

void JepsenMaps::add(std::string_view map) {
  const bool json = syntax_ == Syntax::json;
  if (json) text_ += size_ == 0 ? "[" : ",\n";
  text_ += map;
  if (!json) text_ += '\n';
  ++size_;
}

sim::Result<Written> JepsenMaps::written(std::vector<std::string> notes) && {
  if (syntax_ == Syntax::json) text_ += size_ == 0 ? "[]\n" : "]\n";
  sim::Result<std::string> checked = checked_utf8(std::move(text_));
  if (!checked) return std::unexpected(checked.error());
  return Written{std::move(*checked), std::move(notes)};
}

bool is_process(std::string_view name) {
  constexpr std::size_t digits_max = 18;
  return is_integer(name) && !name.starts_with('-') && name.size() <= digits_max;
}

bool is_empty_list(const ValueTable& values, ValueId id) {
  return values.is_list(id) && values.content(id).empty();
}

std::string initial_note_of_texts(const ValueTable& values, ValueId initial) {
  return note_of_initial(spell(values, initial, edn_blanks, json_text));
}

}  // namespace splitvote::histories
