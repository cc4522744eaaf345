// Escapes markup, and replaces what XML 1.0 does not allow: control characters and broken UTF-8.
#include "reports/xml.hpp"

#include <cstdint>

namespace splitvote::reports {

namespace {

/// The length of the UTF-8 sequence at the front, or 0 if there is none that XML 1.0 allows.
std::size_t character_size(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  std::uint32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return overlong || surrogate || code == 0xfffe || code == 0xffff || code > 0x10ffff ? 0 : size;
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    switch (text.front()) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        size > 0 ? safe.append(text.substr(0, size)) : safe.append("\xef\xbf\xbd");
    }
    text.remove_prefix(size > 0 ? size : 1);
  }
  return safe;
}

}  // namespace splitvote::reports
