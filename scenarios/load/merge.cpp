// Merging documents and setting single values by path.
#include "scenarios/load/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/draw.hpp"

namespace splitvote::load {
namespace {

/// Two maps with different `kind` describe different things.
bool differ_in_kind(const Node& base, const Node& top) {
  const Entry* const below = base.find("kind");
  const Entry* const above = top.find("kind");
  return below && above && below->value.text != above->value.text;
}

Node* find_item(Node& list, std::string_view segment) {
  if (const auto index = parse_integer(segment))
    return *index < list.items.size() ? &list.items[*index] : nullptr;
  for (Node& item : list.items) {
    const Entry* const name = item.find("name");
    if (name && name->value.text == segment) return &item;
  }
  return nullptr;
}

/// Walks down one segment; makes maps where there is nothing.
class Path {
 public:
  Path(Reader& reader, std::string_view path, const SourcePosition& at)
      : reader_(reader), path_(path), at_(at) {}

  /// The segment begins at that offset of the path.
  Node* step(Node& node, std::string_view segment, std::size_t offset) {
    if (node.is_list()) {
      if (Node* const item = find_item(node, segment)) return item;
      return fail(
          fmt::format("no item \"{}\" in the list", segment),
          fmt::format("it has {}; use a number from 0 or an item's name", node.items.size()));
    }
    if (node.is_scalar())
      return fail(fmt::format("\"{}\" leads below {}", path_, found(node)), "shorten the path");
    if (!node.is_map()) node = map_of({});
    if (Entry* const entry = node.find(segment)) return &entry->value;
    SourcePosition place = at_;
    place.column += static_cast<std::uint32_t>(offset);
    node.entries.push_back({std::string(segment), place, {}});
    node.entries.back().value.position = place;
    return &node.entries.back().value;
  }

 private:
  Node* fail(std::string message, std::string hint) {
    reader_.error(at_, std::move(message), std::move(hint), path_.size());
    return nullptr;
  }

  Reader& reader_;
  std::string_view path_;
  const SourcePosition& at_;
};

}  // namespace

Node merged(Node base, Node top) {
  const bool replaces =
      !base.is_map() || !top.is_map() || is_distribution(base) || differ_in_kind(base, top);
  if (replaces) return top;
  for (Entry& entry : top.entries) {
    if (Entry* const below = base.find(entry.key)) {
      below->value = merged(std::move(below->value), std::move(entry.value));
      below->position = entry.position;
    } else {
      base.entries.push_back(std::move(entry));
    }
  }
  base.position = top.position;
  return base;
}

bool set_path(Reader& reader, Node& document, std::string_view path, const SourcePosition& at,
              Node value) {
  constexpr std::size_t segments_max = depth_max;
  if (path.empty() || path.front() == '.' || path.back() == '.' || path.contains("..")) {
    reader.error(at, "an empty part in the path", "write section.key", path.size());
    return false;
  }
  Path walk(reader, path, at);
  Node* node = &document;
  std::string_view rest = path;
  std::size_t segments = 0;
  for (bool more = true; more; ++segments) {
    const std::size_t dot = rest.find('.');
    const std::size_t offset = path.size() - rest.size();
    node = segments < segments_max ? walk.step(*node, rest.substr(0, dot), offset) : nullptr;
    if (!node) return false;
    more = dot != std::string_view::npos;
    if (more) rest.remove_prefix(dot + 1);
  }
  const bool is_parameter = segments == 2 && path.starts_with("params.") && node->find("type");
  if (is_parameter) node = walk.step(*node, "default", 0);
  *node = std::move(value);
  return true;
}

void apply_override(Reader& reader, std::vector<Diagnostic>& diagnostics, Node& document,
                    const Assignment& assignment) {
  const std::string line = fmt::format("{}={}", assignment.name, assignment.value);
  const auto source = make_source("--set", line);
  const SourcePosition at{source, 1, 1};
  if (assignment.name.starts_with("include"))
    return reader.error(at, "an override of include", "name another file instead", 7);
  // The value stands where it stands on the command line, so that columns fit.
  const std::string padded = std::string(assignment.name.size() + 1, ' ') + assignment.value;
  if (assignment.value.find_first_not_of(" \t\n") == std::string::npos)
    return reader.error(at, fmt::format("no value for \"{}\"", assignment.name),
                        "write --set path=value", assignment.name.size());
  std::optional<Node> value = read_yaml(source, padded, diagnostics);
  if (value) (void)set_path(reader, document, assignment.name, at, std::move(*value));
}

}  // namespace splitvote::load
