// A strict little reader of XML, enough to say whether our own output is well formed.
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::reports::test {

/// An empty string, or what is wrong first.
inline std::string xml_fault(std::string_view text) {
  std::vector<std::string> open;
  const auto entity = [](std::string_view at) {
    for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
      if (at.starts_with(known)) return true;
    return false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&' && !entity(text.substr(i))) return "bare & at " + std::to_string(i);
    if (static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\n') return "control character";
    if (text[i] == '>') return "bare > at " + std::to_string(i);
    if (text[i] != '<') continue;
    bool quoted = false;
    std::size_t end = i + 1;
    while (end < text.size() && (quoted || text[end] != '>')) {
      if (text[end] == '"') quoted = !quoted;
      if (text[end] == '<') return "< inside a tag at " + std::to_string(end);
      if (text[end] == '&' && !entity(text.substr(end))) return "bare & in an attribute";
      ++end;
    }
    if (end == text.size()) return "unfinished tag";
    const std::string_view tag = text.substr(i + 1, end - i - 1);
    i = end;
    if (tag.starts_with('?')) continue;
    const std::string name(tag.substr(tag[0] == '/', tag.find_first_of(" /", 1) - (tag[0] == '/')));
    if (tag[0] == '/') {
      if (open.empty() || open.back() != tag.substr(1)) return "unexpected </" + name;
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "unclosed " + open.back();
}

}  // namespace splitvote::reports::test
