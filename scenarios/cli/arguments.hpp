// Command lines: what a command understands, and the strict reading of what it was given.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::cli {

/// An option of a command, with the name it is written with: `--seed N`.
struct Option {
  std::string_view name;   // without the dashes
  std::string_view value;  // what its value is called in the help; empty: it takes none
  bool repeatable = false;
  std::string_view help;
  char letter = 0;  // a short form, `-o`
};

/// What is wrong with a command line: one sentence a mistake, all of them.
using Mistakes = std::vector<std::string>;

/// The words of a command line, by option; the values are as they were written.
class Arguments {
 public:
  std::map<std::string, std::vector<std::string>, std::less<>> options;
  std::vector<std::string> files;  // what belongs to no option

  [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }
  /// The value of an option that is given once, or nothing.
  [[nodiscard]] std::optional<std::string> value(std::string_view option) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view option) const;
};

/// Abbreviations are not guessed, a single-valued option is given once, and every mistake is found.
/// What could be understood is returned all the same, so that it can be looked at, too.
[[nodiscard]] Arguments parse(std::span<const std::string> words, std::span<const Option> options,
                              Mistakes& mistakes);

/// A whole number within the bounds, or a mistake that names the option.
[[nodiscard]] std::optional<std::uint64_t> integer(const Arguments& arguments,
                                                   std::string_view option, std::uint64_t first,
                                                   std::uint64_t last, Mistakes& mistakes);

}  // namespace splitvote::cli
