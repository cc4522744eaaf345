// Rounds in integers, so that the same figure is printed alike everywhere.
#include "reports/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace splitvote::reports {

namespace {

/// A fraction as it is printed: `decimals` of them at most, zeros at the end left out.
std::string print_scaled(std::uint64_t value, unsigned decimals) {
  std::uint64_t scale = 1;
  for (unsigned i = 0; i < decimals; ++i) scale *= 10;
  std::string text = fmt::format("{}", value / scale);
  if (value % scale == 0) return text;
  text += fmt::format(".{:0{}}", value % scale, decimals);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

/// `value / unit`, rounded to three decimals below ten, two below a hundred, one below a thousand;
/// `scaled` is that times ten to the `decimals`.
struct Rounded {
  std::uint64_t scaled = 0;
  unsigned decimals = 0;
  [[nodiscard]] bool below_thousand() const {
    return scaled < (decimals == 0 ? 1'000U : decimals == 1 ? 10'000U : 1'000'000U);
  }
};

Rounded round_to_unit(std::uint64_t value, std::uint64_t unit) {
  const std::uint64_t whole = value / unit;
  const unsigned decimals = unit == 1 ? 0 : whole < 10 ? 3 : whole < 100 ? 2 : 1;
  const std::uint64_t scale = decimals == 0 ? 1 : decimals == 3 ? 1'000 : decimals == 2 ? 100 : 10;
  const auto scaled = (static_cast<unsigned __int128>(value) * scale + unit / 2) / unit;
  return {static_cast<std::uint64_t>(scaled), decimals};
}

}  // namespace

std::string duration_text(sim::Duration duration) {
  struct Unit {
    std::uint64_t ns;
    std::string_view name;
  };
  static constexpr std::array units{Unit{1, "ns"}, Unit{1'000, "µs"}, Unit{1'000'000, "ms"},
                                    Unit{1'000'000'000, "s"}};
  if (duration.ns == 0) return "0 s";
  const std::string_view sign = duration.ns < 0 ? "-" : "";
  const std::uint64_t ns = duration.ns < 0 ? 0 - static_cast<std::uint64_t>(duration.ns)
                                           : static_cast<std::uint64_t>(duration.ns);
  constexpr std::uint64_t minute = 60'000'000'000;
  if (ns >= 2 * minute)
    return fmt::format("{}{} min {:02} s", sign, ns / minute, ns % minute / units.back().ns);
  for (const Unit& unit : units) {
    const bool last = unit.name == units.back().name;
    if (!last && ns >= unit.ns * 1'000) continue;
    const Rounded rounded = round_to_unit(ns, unit.ns);
    if (!last && !rounded.below_thousand()) continue;  // 999.97 µs is 1 ms
    return fmt::format("{}{} {}", sign, print_scaled(rounded.scaled, rounded.decimals), unit.name);
  }
  return {};
}

std::string time_text(sim::Instant time) {
  const std::int64_t us = time.ns / 1'000;
  return fmt::format("{}.{:06} s", us / 1'000'000, us % 1'000'000);
}

std::string count_text(std::uint64_t count) {
  std::string text = fmt::format("{}", count);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3)
    text.insert(static_cast<std::size_t>(place), " ");
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  static constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
  std::uint64_t unit = 1024;
  std::size_t index = 0;
  while (index + 1 < units.size() && bytes / unit >= 1024) {
    unit *= 1024;
    ++index;
  }
  const auto tenths =
      static_cast<std::uint64_t>((static_cast<unsigned __int128>(bytes) * 10 + unit / 2) / unit);
  return fmt::format("{} {}", print_scaled(tenths, 1), units[index]);
}

std::string share_text(std::int64_t parts_per_million) {
  const bool negative = parts_per_million < 0;
  const auto ppm = static_cast<std::uint64_t>(negative ? -parts_per_million : parts_per_million);
  return fmt::format("{}{} %", negative ? "-" : "", print_scaled(ppm, 4));
}

std::string numbers_text(std::span<const std::uint16_t> numbers) {
  constexpr std::size_t told_max = 8;
  const std::size_t told = std::min(numbers.size(), told_max);
  const std::size_t more = numbers.size() - told;
  std::string text;
  for (std::size_t i = 0; i < told; ++i) {
    const bool last = i + 1 == told && more == 0;
    text += i == 0 ? "" : last ? " and " : ", ";
    text += std::to_string(numbers[i]);
  }
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

std::string Palette::paint(Colour colour, std::string_view text) const {
  static constexpr std::array<std::string_view, 7> codes{"0", "1", "2", "31", "32", "33", "36"};
  if (!coloured || colour == Colour::plain) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(colour)], text);
}

std::size_t width(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80) {
      ++count;  // not the continuation of a UTF-8 sequence
    }
  }
  return count;
}

std::string Table::print(std::size_t indent) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  std::string text;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - width(row[i]), ' ');
      if (i > 0) line += "  ";
      line += columns_[i] == Align::right ? padding + row[i] : row[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string indented(std::string_view text, std::size_t indent) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (!line.empty()) result.append(indent, ' ').append(line);
    result += '\n';
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace splitvote::reports
