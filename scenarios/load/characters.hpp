// UTF-8 text as characters: counting, slicing, and making control characters visible.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace splitvote::load {

/// How many characters (code points) the text has; it must be valid UTF-8 to be counted well.
[[nodiscard]] std::size_t character_count(std::string_view text);

/// The text from its n-th character on, counted from 1; empty behind the end.
[[nodiscard]] std::string_view from_character(std::string_view text, std::size_t n);

/// The same text with control characters and malformed bytes as `?` and tabs as single spaces:
/// what a user wrote must not steer the terminal.
[[nodiscard]] std::string printable(std::string_view text);

/// Something a scenario file must not contain, and where (byte offset).
struct BadCharacter {
  std::size_t offset = 0;
  std::string message;
};

/// The first byte that is not UTF-8 (RFC 3629), or a control character other than tab and line end.
[[nodiscard]] std::optional<BadCharacter> find_bad_character(std::string_view text);

}  // namespace splitvote::load
