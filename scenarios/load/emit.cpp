// Printing the tree as YAML that reads back as the same tree.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/load/characters.hpp"
#include "scenarios/load/tree.hpp"

namespace splitvote::load {
namespace {

constexpr std::size_t line_width = 100;

bool is_word_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
}

/// Texts that some YAML reader takes for something other than text (YAML 1.1 has many of them).
bool is_treacherous(std::string_view text) {
  static constexpr std::array words = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return std::ranges::find(words, lower) != words.end();
}

bool is_plain_text(std::string_view text) {
  if (text.empty() || is_treacherous(text)) return false;
  const char first = text.front();
  const bool starts_as_word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  // Words with single spaces between them are as safe as words.
  return starts_as_word && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) { return is_word_character(c) || c == ' '; });
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          result += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
          result += c;
    }
  }
  return result + '"';
}

std::string scalar_text(const Node& node) {
  if (node.plain) return node.text;
  return is_plain_text(node.text) ? node.text : quoted(node.text);
}

std::string key_text(std::string_view key) {
  const bool plain = !key.empty() && !is_treacherous(key) && key.front() != '-' &&
                     std::ranges::all_of(key, is_word_character);
  return plain ? std::string(key) : quoted(key);
}

void write_block(const Node& node, std::size_t indent, std::string& text);

void write_value(const Node& node, std::size_t indent, std::size_t used, std::string& text) {
  const bool nested =
      (node.is_list() && !node.items.empty()) || (node.is_map() && !node.entries.empty());
  const std::string flow = flow_text(node);
  if (!nested || used + 1 + flow.size() <= line_width) {
    text += fmt::format(" {}\n", flow);
    return;
  }
  text += '\n';
  write_block(node, indent, text);
}

void write_block(const Node& node, std::size_t indent, std::string& text) {
  for (const Entry& entry : node.entries) {
    const std::string key = key_text(entry.key);
    text += fmt::format("{:{}}{}:", "", indent, key);
    write_value(entry.value, indent + 2, indent + key.size() + 1, text);
  }
  for (const Node& item : node.items) {
    const std::string flow = flow_text(item);
    if (!item.is_map() || item.entries.empty() || indent + 2 + flow.size() <= line_width) {
      text += fmt::format("{:{}}- {}\n", "", indent, flow);
      continue;
    }
    std::string block;
    write_block(item, indent + 2, block);
    block[indent] = '-';  // in place of the first line's indentation
    text += block;
  }
}

}  // namespace

std::string flow_text(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return scalar_text(node);
    case Node::Kind::list:
      for (const Node& item : node.items)
        text += fmt::format("{}{}", text.empty() ? "" : ", ", flow_text(item));
      return '[' + text + ']';
    case Node::Kind::map:
      for (const Entry& entry : node.entries)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key_text(entry.key),
                            flow_text(entry.value));
      return '{' + text + '}';
  }
  return text;
}

std::string block_text(const Node& node) {
  if (!node.is_map() && !node.is_list()) return flow_text(node) + '\n';
  std::string text;
  write_block(node, 0, text);
  return text;
}

}  // namespace splitvote::load
