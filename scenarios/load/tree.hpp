// The YAML tree: maps, lists and scalars with the position of every key and value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/position.hpp"

namespace splitvote::load {

struct Entry;

/// A value. Keys keep their order; a duplicate is reported when the tree is built and left out.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };
  Kind kind = Kind::null;
  bool plain = true;           // of a scalar: written without quotes
  bool doubtful = false;       // what is wrong with it has been said: no complaint follows
  std::string text;            // of a scalar
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map
  SourcePosition position;

  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind == Kind::map; }

  /// The entry of a map with that key, or null.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  [[nodiscard]] Entry* find(std::string_view key);
};

struct Entry {
  std::string key;
  SourcePosition position;  // of the key
  Node value;
};

[[nodiscard]] Node plain_scalar(std::string text);  // printed as it is
[[nodiscard]] Node text_scalar(std::string text);   // quoted where YAML would misread it
[[nodiscard]] Node list_of(std::vector<Node> items);
[[nodiscard]] Node map_of(std::vector<Entry> entries);

/// `a map`, `a list`, `nothing`, or the scalar in quotes: how messages name what they found.
[[nodiscard]] std::string found(const Node& node);

/// Where the byte at `offset` of a scalar stands in its source; the scalar's own position if the
/// scalar is not written there literally (escapes, folded lines, a substituted parameter).
[[nodiscard]] SourcePosition position_within(const Node& scalar, std::size_t offset);

/// Largest input: beyond it a file is not a scenario but an attack.
inline constexpr std::size_t file_size_max = 1 << 20;
inline constexpr int depth_max = 32;
inline constexpr std::size_t values_max = 100'000;
inline constexpr std::size_t keys_max = 5'000;  // of one map

/// Reads the one document of a text. What is wrong is added to the diagnostics; then the tree holds
/// what could be understood, or nothing if that would only lead to further complaints.
[[nodiscard]] std::optional<Node> read_yaml(const std::shared_ptr<const Source>& source,
                                            std::string_view text,
                                            std::vector<Diagnostic>& diagnostics);

/// As flow YAML on one line.
[[nodiscard]] std::string flow_text(const Node& node);
/// As block YAML, where short parts stay on one line; ends with a newline.
[[nodiscard]] std::string block_text(const Node& node);

}  // namespace splitvote::load
