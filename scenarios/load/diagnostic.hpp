// A diagnostic: what is wrong at which place in the user's input, and what would be right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/load/position.hpp"

namespace splitvote::load {

enum class Severity : std::uint8_t { error, warning, note };

struct Diagnostic {
  SourcePosition position;
  std::string message;  // what is wrong; no full stop
  std::string hint;     // what would be right; may be empty
  Severity severity = Severity::error;
  std::uint32_t width = 1;  // how many characters are wrong; at least 1
};

enum class Colour : std::uint8_t { none, ansi };

[[nodiscard]] Diagnostic error_at(SourcePosition position, std::string message,
                                  std::string hint = {}, std::size_t width = 1);

/// `file:line:column: error: message; hint`, the source line and a caret line, each ended by a
/// newline. Tabs become single spaces, so that the caret stands where it should.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, Colour colour = Colour::none);

/// All of them, in the order of their positions. Sources keep the order in which they first appear.
[[nodiscard]] std::string render(const std::vector<Diagnostic>& diagnostics,
                                 Colour colour = Colour::none);

/// Sorts by position, and drops what says the same about the same place.
void sort_diagnostics(std::vector<Diagnostic>& diagnostics);

/// The known words nearest to `word` by Damerau-Levenshtein distance, all that are equally near;
/// none if none is near enough to be a slip of the finger.
[[nodiscard]] std::vector<std::string_view> nearest(std::string_view word,
                                                    const std::vector<std::string_view>& known);

/// `did you mean 'x' or 'y'?`, each word between the two texts; empty for none or too many words.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string_view>& words,
                                       std::string_view opening, std::string_view closing);

/// `did you mean "x"?`, or else `known are: a, b, c`, or empty if nothing is known.
[[nodiscard]] std::string suggest(std::string_view word,
                                  const std::vector<std::string_view>& known);

/// The least number of insertions, deletions, substitutions and swaps of neighbours (Damerau 1964;
/// optimal string alignment) that turn one into the other.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace splitvote::load
