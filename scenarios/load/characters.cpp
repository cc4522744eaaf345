// UTF-8 by the table of RFC 3629 section 4.
#include "scenarios/load/characters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace splitvote::load {
namespace {

constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// The size of the well-formed character at the front, or 0.
std::size_t character_size(std::string_view text) {
  const auto byte = [&text](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto within = [](unsigned value, unsigned first, unsigned last) {
    return value >= first && value <= last;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  // The second byte's bounds exclude overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (!within(first, 0xc2, 0xf4) || !within(byte(1), low, high)) return 0;
  if (first < 0xe0) return 2;
  if (!within(byte(2), 0x80, 0xbf)) return 0;
  if (first < 0xf0) return 3;
  return within(byte(3), 0x80, 0xbf) ? 4 : 0;
}

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

std::string_view from_character(std::string_view text, std::size_t n) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (is_continuation(text[at])) continue;
    if (++seen == n) break;
  }
  return text.substr(at);
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0 || is_control(text.front())) {
      shown += text.front() == '\t' ? ' ' : '?';
      text.remove_prefix(1);
    } else {
      shown += text.substr(0, size);
      text.remove_prefix(size);
    }
  }
  return shown;
}

std::optional<BadCharacter> find_bad_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = character_size(text.substr(at));
    const char c = text[at];
    if (size == 0) return BadCharacter{at, "a byte that is not UTF-8"};
    if (is_control(c) && c != '\t' && c != '\n' &&
        !(c == '\r' && text.substr(at).starts_with("\r\n")))
      return BadCharacter{at,
                          fmt::format("a control character (U+{:04X})", static_cast<unsigned>(c))};
    at += size;
  }
  return std::nullopt;
}

}  // namespace splitvote::load
