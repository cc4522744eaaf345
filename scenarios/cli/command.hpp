// The commands of splitvote, each a name, a table of options and a function.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/cli/arguments.hpp"
#include "scenarios/cli/console.hpp"
#include "scenarios/load/loader.hpp"

namespace splitvote::cli {

struct Command {
  std::string_view name;
  std::string_view usage;  // behind the name: `FILE|FOLDER…`
  std::string_view help;   // one sentence
  std::span<const Option> options;
  std::size_t files_min = 0;
  std::size_t files_max = SIZE_MAX;
  /// Looks at the values without touching anything; absent: any value will do.
  void (*check)(const Arguments& arguments, Mistakes& mistakes) = nullptr;
  int (*execute)(const Arguments& arguments, Console& console);  // returns the exit code
};

/// A command line that is understood: no value in it is wrong by itself.
struct Invocation {
  const Command* command = nullptr;
  Arguments arguments;
};

[[nodiscard]] std::span<const Command> commands();

/// The words behind `splitvote`, but for `help` and `version`. Touches nothing outside.
[[nodiscard]] std::expected<Invocation, Mistakes> understand(std::span<const std::string> words);

/// Reads the whole command line and carries it out; returns the exit code.
[[nodiscard]] int execute(std::span<const std::string> words, Console& console);

/// `splitvote: error: …`, one line a mistake; returns the exit code of a usage error.
int refuse(Console& console, const Mistakes& mistakes);

/// -P and --set as the loader takes them.
[[nodiscard]] load::Options load_options(const Arguments& arguments);
/// A mistake for each of them without `=`.
void check_assignments(const Arguments& arguments, Mistakes& mistakes);

// The options that several commands have.
inline constexpr Option set_option{"set", "PATH=VALUE", true, "override a value of the scenario"};
inline constexpr Option parameter_option{"param", "NAME=VALUE", true,
                                         "give a parameter of the scenario its value", 'P'};
inline constexpr Option colour_option{"color", "WHEN", false,
                                      "auto, always or never; NO_COLOR is heeded"};

[[nodiscard]] Command run_command();
[[nodiscard]] Command lint_command();
[[nodiscard]] Command list_command();
[[nodiscard]] Command explain_command();
[[nodiscard]] Command replay_command();
[[nodiscard]] Command report_command();
[[nodiscard]] Command check_command();
[[nodiscard]] Command schema_command();

}  // namespace splitvote::cli
