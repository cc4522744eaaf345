// The spelling of scalars, which keeps apart what EDN and JSON keep apart, and values made of data.
#include "scenarios/histories/datum.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace splitvote::histories {

namespace {

/// Whether a text would be taken for something else if it were spelled as it is.
bool is_mistakable(std::string_view text) {
  return is_integer(text) || text.starts_with(':') || text.starts_with('"') || text == "true" ||
         text == "false";
}

/// A keyword's, as https://github.com/edn-format/edn has it; a digit may come first, as Jepsen's
/// keys have it. What is none could not be read again, or would be something else.
bool is_name(std::string_view text) {
  constexpr std::string_view marks = ".*+!-_?$%&=<>:#/";
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.contains(c);
  };
  if (text.empty() || !std::ranges::all_of(text, fits)) return false;
  if (text.starts_with('#') || text.starts_with(':') || text.ends_with(':')) return false;
  if (text.contains("::")) return false;
  return !text.starts_with('/') && !text.ends_with('/') && std::ranges::count(text, '/') <= 1;
}

}  // namespace

bool Datum::is_word() const {
  return kind == DatumKind::text || kind == DatumKind::keyword || kind == DatumKind::symbol;
}

std::string_view name_of(DatumKind kind) {
  switch (kind) {
    case DatumKind::nil:
      return "nil";
    case DatumKind::boolean:
      return "a boolean";
    case DatumKind::integer:
      return "an integer";
    case DatumKind::real:
      return "a number that is not whole";
    case DatumKind::text:
      return "a text";
    case DatumKind::keyword:
      return "a keyword";
    case DatumKind::symbol:
      return "a symbol";
    case DatumKind::sequence:
      return "a sequence";
    case DatumKind::set:
      return "a set";
    case DatumKind::map:
      return "a map";
  }
  return "?";
}

bool alike(const Datum& one, const Datum& other) {
  return one.kind == other.kind && one.text == other.text &&
         std::ranges::equal(one.items, other.items, alike);
}

const Datum* member_of(const Datum& map, std::string_view name) {
  for (std::size_t at = 0; at + 1 < map.items.size(); at += 2)
    if (map.items[at].text == name) return &map.items[at + 1];
  return nullptr;
}

bool can_be_key(const Datum& datum) {
  return datum.kind == DatumKind::integer || datum.kind == DatumKind::text ||
         datum.kind == DatumKind::keyword || datum.kind == DatumKind::boolean ||
         datum.kind == DatumKind::symbol;
}

bool is_integer(std::string_view text) {
  if (text == "-0") return false;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string spelling(const Datum& scalar) {
  if (scalar.kind == DatumKind::keyword) return ":" + scalar.text;
  if (scalar.kind == DatumKind::text && is_mistakable(scalar.text)) return '"' + scalar.text + '"';
  return scalar.text;
}

Datum spelled(std::string_view text) {
  Datum datum;
  datum.text = text;
  datum.kind = DatumKind::text;
  if (is_integer(text)) {
    datum.kind = DatumKind::integer;
  } else if (text == "true" || text == "false") {
    datum.kind = DatumKind::boolean;
  } else if (text.starts_with(':') && is_name(text.substr(1))) {
    datum.kind = DatumKind::keyword;
    datum.text = text.substr(1);
  } else if (text.size() > 1 && text.starts_with('"') && text.ends_with('"')) {
    datum.text = text.substr(1, text.size() - 2);
  }
  return datum;
}

Read<consistency::ValueId> value_of(const Datum& datum, consistency::ValueTable& values) {
  switch (datum.kind) {
    case DatumKind::nil:
      return consistency::nothing;
    case DatumKind::text:
      if (!is_mistakable(datum.text)) return values.text(datum.text);
      [[fallthrough]];
    case DatumKind::boolean:
    case DatumKind::integer:
    case DatumKind::keyword:
      return values.text(spelling(datum));
    case DatumKind::sequence: {
      std::vector<consistency::ValueId> elements;
      for (const Datum& item : datum.items) {
        const Read<consistency::ValueId> element = value_of(item, values);
        if (!element) return element;
        elements.push_back(*element);
      }
      return values.list(elements);
    }
    case DatumKind::real:
    case DatumKind::symbol:
    case DatumKind::set:
    case DatumKind::map:
      break;
  }
  return mistake(datum.offset, fmt::format("{} is no value of a key", name_of(datum.kind)),
                 "values are nil, integers, texts, keywords and sequences of them");
}

}  // namespace splitvote::histories
