// Looking at and making nodes of the YAML tree.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "scenarios/load/characters.hpp"
#include "scenarios/load/tree.hpp"

namespace splitvote::load {

const Entry* Node::find(std::string_view key) const {
  const auto at = std::ranges::find(entries, key, &Entry::key);
  return at == entries.end() ? nullptr : &*at;
}
Entry* Node::find(std::string_view key) {
  return const_cast<Entry*>(std::as_const(*this).find(key));
}

Node plain_scalar(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  return node;
}

Node text_scalar(std::string text) {
  Node node = plain_scalar(std::move(text));
  node.plain = false;
  return node;
}

Node list_of(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::list;
  node.items = std::move(items);
  return node;
}

Node map_of(std::vector<Entry> entries) {
  Node node;
  node.kind = Node::Kind::map;
  node.entries = std::move(entries);
  return node;
}

std::string found(const Node& node) {
  constexpr std::size_t shown = 40;
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  const std::string_view tail = from_character(node.text, shown + 1);
  const std::string_view head =
      std::string_view(node.text).substr(0, node.text.size() - tail.size());
  return fmt::format("\"{}{}\"", head, tail.empty() ? "" : "…");
}

SourcePosition position_within(const Node& scalar, std::size_t offset) {
  SourcePosition at = scalar.position;
  if (!at.source || at.line == 0 || at.line > at.source->lines.size()) return at;
  std::string_view written = from_character(at.source->lines[at.line - 1], at.column);
  const bool quoted = !scalar.plain && (written.starts_with('"') || written.starts_with('\''));
  if (quoted) written.remove_prefix(1);
  const std::string_view before = std::string_view(scalar.text).substr(0, offset);
  if (!written.starts_with(before)) return at;
  at.column += static_cast<std::uint32_t>(character_count(before) + (quoted ? 1 : 0));
  return at;
}

}  // namespace splitvote::load
