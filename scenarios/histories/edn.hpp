// EDN as Jepsen prints it: the data of a text, one after the other.
#pragma once

#include <cstddef>
#include <string_view>

#include "scenarios/histories/datum.hpp"

namespace splitvote::histories {

/// Debian has no library for it. Reads what https://github.com/edn-format/edn describes; a tag is
/// dropped and what it stands before is kept, characters are texts. Only one datum is held at a
/// time.
class EdnReader {
 public:
  /// If the text is one vector or list, its elements are what `next` gives.
  explicit EdnReader(std::string_view text) : text_(text) {}

  /// False at the end.
  [[nodiscard]] Read<bool> next(Datum& datum);

 private:
  [[nodiscard]] Read<bool> skip_blanks();  // false at the end
  [[nodiscard]] Read<Datum> read();
  [[nodiscard]] Read<Datum> read_items(DatumKind kind, char closing, std::size_t opening_size);
  [[nodiscard]] Read<Datum> read_text();
  [[nodiscard]] Read<bool> read_escape(std::string& target);
  [[nodiscard]] Read<Datum> read_dispatch();
  [[nodiscard]] Read<Datum> read_character();
  [[nodiscard]] Read<Datum> read_token();
  [[nodiscard]] Read<Datum> read_number(std::string_view token, std::size_t begin);
  [[nodiscard]] std::string_view take_token();
  [[nodiscard]] Read<bool> end_of_outer();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t outer_ = 0;  // where the collection around everything begins
  char outer_closing_ = 0;
  bool begun_ = false;
};

}  // namespace splitvote::histories
