// Where something stands in what the user wrote: a file, an override on the command line, a text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::load {

/// One text the user gave: a scenario file, or an argument such as `--set a.b=c`.
struct Source {
  std::string name;                // as it is printed: a path, or `--set`
  std::vector<std::string> lines;  // without their line ends

  bool operator==(const Source&) const = default;
};

[[nodiscard]] std::shared_ptr<const Source> make_source(std::string name, std::string_view text);

/// A place in a source; line and column count from 1, columns in characters. Line 0: the source as
/// a whole. A position is no part of the meaning of what stands there, so any two are equal, and
/// two scenarios that mean the same compare equal.
struct SourcePosition {
  std::shared_ptr<const Source> source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const SourcePosition&) const { return true; }
};

/// `file:line:column`, or less where less is known.
[[nodiscard]] std::string to_text(const SourcePosition& position);

}  // namespace splitvote::load
