// A datum: what EDN and JSON have in common, each with its place in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "scenarios/histories/text.hpp"

namespace splitvote::histories {

enum class DatumKind : std::uint8_t {
  nil,
  boolean,
  integer,
  real,
  text,
  keyword,
  symbol,
  sequence,  // a vector, list or array
  set,
  map,
};

struct Datum {
  std::size_t offset = 0;
  /// Of a scalar: an integer without needless signs, a text without its escapes, a keyword without
  /// its colon.
  std::string text;
  std::vector<Datum> items;  // of a map keys and values by turns
  DatumKind kind = DatumKind::nil;

  [[nodiscard]] bool is_nil() const { return kind == DatumKind::nil; }
  [[nodiscard]] bool is_sequence() const { return kind == DatumKind::sequence; }
  /// A text, keyword or symbol: JSON has the first where EDN has the others.
  [[nodiscard]] bool is_word() const;
};

/// "a set", for complaints.
[[nodiscard]] std::string_view name_of(DatumKind kind);

/// Nothing nests deeper, so that no text exhausts the stack.
inline constexpr std::size_t depth_max = 64;

/// An integer, keyword, boolean or text as one text, different ones as different texts: `1` is the
/// integer, `:a` the keyword, and a text that could be mistaken for such is put into quotes.
[[nodiscard]] std::string spelling(const Datum& scalar);

/// The datum that is spelled like that, if it is one for which `spelling` has no other text.
[[nodiscard]] Datum spelled(std::string_view text);

/// Scalars become texts by their spelling, sequences lists.
[[nodiscard]] Read<consistency::ValueId> value_of(const Datum& datum,
                                                  consistency::ValueTable& values);

/// The same, wherever they stand.
[[nodiscard]] bool alike(const Datum& one, const Datum& other);

/// Of a map what a key leads to, by the key's text; null if it has no such key.
[[nodiscard]] const Datum* member_of(const Datum& map, std::string_view name);

/// Integers, texts, keywords, booleans, and symbols, which are spelled as texts are.
[[nodiscard]] bool can_be_key(const Datum& datum);

/// Decimal, without needless zeros or signs.
[[nodiscard]] bool is_integer(std::string_view text);

}  // namespace splitvote::histories
