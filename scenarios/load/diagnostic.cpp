// Rendering and ordering of diagnostics.
#include "scenarios/load/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "scenarios/load/characters.hpp"

namespace splitvote::load {
namespace {

struct Style {
  std::string_view bold, severity, caret, plain;
};

Style style_of(Severity severity, Colour colour) {
  if (colour == Colour::none) return {};
  constexpr std::string_view red = "\x1b[1;31m", magenta = "\x1b[1;35m", cyan = "\x1b[1;36m";
  const std::string_view tone = severity == Severity::error     ? red
                                : severity == Severity::warning ? magenta
                                                                : cyan;
  return {"\x1b[1m", tone, "\x1b[1;32m", "\x1b[0m"};
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return "error";
}

/// What of a long line is shown: a window around the column, so that one line stays one line.
struct Excerpt {
  std::string text;
  std::size_t column = 1;  // of the caret within the text
};

Excerpt excerpt_of(const std::string& line, std::size_t column) {
  constexpr std::size_t width = 120, before = 60;
  const std::size_t characters = character_count(line);
  column = std::clamp<std::size_t>(column, 1, characters + 1);
  if (characters <= width) return {printable(line), column};
  const std::size_t first = column > before ? column - before : 1;
  const std::string_view tail = from_character(line, first);
  const std::string_view shown =
      tail.substr(0, tail.size() - from_character(tail, width + 1).size());
  return {(first > 1 ? "…" : "") + printable(shown) + (shown.size() < tail.size() ? "…" : ""),
          column - first + 1 + (first > 1 ? 1 : 0)};
}

std::string source_lines(const Diagnostic& diagnostic, const Style& style) {
  const SourcePosition& at = diagnostic.position;
  if (!at.source || at.line == 0 || at.line > at.source->lines.size()) return {};
  const Excerpt excerpt = excerpt_of(at.source->lines[at.line - 1], at.column);
  const std::size_t room = character_count(excerpt.text) + 1 - excerpt.column;
  const std::size_t width =
      std::clamp<std::size_t>(diagnostic.width, 1, std::max<std::size_t>(room, 1));
  return fmt::format("  {}\n  {:{}}{}^{:~>{}}{}\n", excerpt.text, "", excerpt.column - 1,
                     style.caret, "", width - 1, style.plain);
}

}  // namespace

Diagnostic error_at(SourcePosition position, std::string message, std::string hint,
                    std::size_t width) {
  Diagnostic diagnostic;
  diagnostic.position = std::move(position);
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostic.width = static_cast<std::uint32_t>(std::max<std::size_t>(width, 1));
  return diagnostic;
}

std::shared_ptr<const Source> make_source(std::string name, std::string_view text) {
  auto source = std::make_shared<Source>();
  source->name = std::move(name);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    source->lines.emplace_back(line);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return source;
}

std::string to_text(const SourcePosition& position) {
  const std::string name = position.source ? position.source->name : "";
  if (position.line == 0) return name;
  return fmt::format("{}:{}:{}", name, position.line, position.column);
}

std::string render(const Diagnostic& diagnostic, Colour colour) {
  const Style style = style_of(diagnostic.severity, colour);
  const std::string place = to_text(diagnostic.position);
  return fmt::format("{}{}{}{}{}{}:{} {}{}{}{}\n{}", style.bold, printable(place),
                     place.empty() ? "" : ": ", style.plain, style.severity,
                     name_of(diagnostic.severity), style.plain, printable(diagnostic.message),
                     diagnostic.hint.empty() ? "" : "; ", printable(diagnostic.hint), "",
                     source_lines(diagnostic, style));
}

std::string render(const std::vector<Diagnostic>& diagnostics, Colour colour) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += render(diagnostic, colour);
  return text;
}

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
  std::vector<const Source*> order;
  const auto rank = [&order](const Diagnostic& diagnostic) {
    // The text of an option is a source anew for each document it is put into.
    const Source* const source = diagnostic.position.source.get();
    const auto at = std::ranges::find_if(order, [source](const Source* each) {
      return each == source || (each && source && *each == *source);
    });
    return at - order.begin();
  };
  for (const Diagnostic& diagnostic : diagnostics)
    if (rank(diagnostic) == std::ssize(order)) order.push_back(diagnostic.position.source.get());

  const auto key = [&rank](const Diagnostic& diagnostic) {
    return std::tuple(rank(diagnostic), diagnostic.position.line, diagnostic.position.column,
                      std::string_view(diagnostic.message));
  };
  std::ranges::sort(diagnostics, {}, key);
  // The variants of a sweep find the same mistakes again.
  const auto repeated = std::ranges::unique(diagnostics, {}, key);
  diagnostics.erase(repeated.begin(), repeated.end());
}

}  // namespace splitvote::load
