// How explanations spell times, names and texts.
#include "models/consistency/words.hpp"

#include <algorithm>
#include <cstdlib>

namespace splitvote::consistency {

std::string to_text(sim::Instant time) {
  constexpr std::int64_t millisecond = 1'000'000;
  std::string fraction = std::to_string(millisecond + std::abs(time.ns % millisecond)).substr(1);
  fraction.resize(fraction.find_last_not_of('0') + 1);
  std::string text = time.ns < 0 ? "-" : "";
  text += std::to_string(std::abs(time.ns / millisecond));
  if (!fraction.empty()) text += "." + fraction;
  return text + "ms";
}

std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string made = "\"";
  for (const char one : text) {
    const auto code = static_cast<unsigned char>(one);
    if (one == '\n') {
      made += "\\n";
    } else if (is_control(one)) {
      made += {'\\', 'x', digits[code / 16], digits[code % 16]};
    } else {
      if (one == '"' || one == '\\') made += '\\';
      made += one;
    }
  }
  return made + '"';
}

std::string spelled(std::string_view name) {
  const bool misleads = std::ranges::any_of(
      name, [](char one) { return is_control(one) || one == '"' || one == '\\'; });
  return misleads ? quoted(name) : std::string(name);
}

}  // namespace splitvote::consistency
