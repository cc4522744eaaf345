// Small pieces of printed text: durations and counts for people, tables, colours.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"

namespace splitvote::reports {

/// Four significant digits and the unit that suits them: `0 s`, `250 ns`, `1.234 ms`, `12.5 s`,
/// `2 min 05 s`.
[[nodiscard]] std::string duration_text(sim::Duration duration);
/// A moment of a run, to the microsecond and fixed so that columns of them line up: `5.012345 s`.
[[nodiscard]] std::string time_text(sim::Instant time);
/// Groups of three digits: `1 234 567`.
[[nodiscard]] std::string count_text(std::uint64_t count);
/// `512 B`, `1.5 KiB`, `20 MiB`.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// `85 %`, `99.95 %`.
[[nodiscard]] std::string share_text(std::int64_t parts_per_million);

/// `2`, `2 and 0`, `2, 0 and 3`; of many the first eight and how many more there are.
[[nodiscard]] std::string numbers_text(std::span<const std::uint16_t> numbers);

enum class Colour : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };

/// Whether to colour is decided by whoever knows the terminal (NO_COLOR, a tty) and passed in.
struct Palette {
  bool coloured = false;

  /// The text between the escapes of the colour; the text alone if not coloured.
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;
};

enum class Align : std::uint8_t { left, right };

/// Columns as wide as their widest cell, two spaces between them, nothing at the ends of lines.
class Table {
 public:
  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// Missing cells are empty; there may not be more cells than columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// Every line begins with `indent` spaces and ends with a newline.
  [[nodiscard]] std::string print(std::size_t indent = 0) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// How many columns a terminal needs: code points, without counting escapes.
[[nodiscard]] std::size_t width(std::string_view text);

/// Every line of the text, with `indent` spaces before it and a newline behind it.
[[nodiscard]] std::string indented(std::string_view text, std::size_t indent);

}  // namespace splitvote::reports
