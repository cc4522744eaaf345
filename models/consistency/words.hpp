// How explanations spell times and names, and put in quotes what could be mistaken.
#pragma once

#include <string>
#include <string_view>

#include "sim/base/time.hpp"

namespace splitvote::consistency {

/// "1234.567890ms", without trailing zeros.
[[nodiscard]] std::string to_text(sim::Instant time);

/// Of ASCII: what a terminal obeys instead of showing it.
[[nodiscard]] constexpr bool is_control(char one) {
  return (one >= 0 && one < ' ') || one == '\x7f';
}

/// Between quotes, with escapes for quotes, backslashes and control characters.
[[nodiscard]] std::string quoted(std::string_view text);

/// A key's or a session's name: as it is, or quoted where that would not show it.
[[nodiscard]] std::string spelled(std::string_view name);

}  // namespace splitvote::consistency
