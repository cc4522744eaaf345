// From the words of a command line to a command and its exit code; help, version, and the
// mistakes of all commands.
#include "scenarios/cli/command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/registry/protocol.hpp"
#include "reports/summary.hpp"
#include "scenarios/load/diagnostic.hpp"
#include "scenarios/run/summary.hpp"

namespace splitvote::cli {

namespace {

constexpr int usage_error = reports::exit_code(reports::Verdict::usage_error);

const Command* find_command(std::string_view name) {
  const std::span<const Command> all = commands();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string command_help(const Command& command) {
  std::string text =
      fmt::format("splitvote {} {}\n  {}\n", command.name, command.usage, command.help);
  if (command.options.empty()) return text;
  text += "\noptions\n";
  reports::Table table({reports::Align::left, reports::Align::left});
  for (const Option& option : command.options) {
    std::string name =
        fmt::format("--{}{}{}", option.name, option.value.empty() ? "" : " ", option.value);
    if (option.letter != 0) name = fmt::format("-{}, {}", option.letter, name);
    table.add({name, std::string(option.help)});
  }
  return text + table.print(2);
}

std::string overview() {
  std::string text =
      "splitvote replays scenarios of distributed systems and says whether what they expect "
      "holds.\n\n";
  reports::Table table({reports::Align::left, reports::Align::left});
  for (const Command& command : commands()) {
    table.add(
        {fmt::format("splitvote {} {}", command.name, command.usage), std::string(command.help)});
  }
  table.add({"splitvote help [COMMAND]", "This page, or a command's options."});
  table.add({"splitvote version", "Which build this is."});
  text += table.print(2);
  return text +
         "\nexit codes\n"
         "  0 passed   1 safety violated   2 usage or scenario error   3 liveness or objective "
         "missed\n"
         "  4 inconclusive   5 nothing selected   6 not deterministic   70 internal error\n";
}

int version(std::span<const std::string> words, Console& console) {
  if (!words.empty())
    return refuse(console, {fmt::format("unexpected argument '{}'", words.front())});
  console.print(fmt::format("{}\n", run::build_name()));
  return 0;
}

std::string unknown_command(const std::string& word) {
  std::vector<std::string_view> names{"help", "version"};
  for (const Command& command : commands()) names.push_back(command.name);
  const std::string near = load::did_you_mean(load::nearest(word, names), "'", "'");
  std::string mistake = fmt::format("unknown command '{}'", word);
  if (!near.empty()) return mistake + "; " + near;
  if (word.ends_with(".yaml")) return mistake + fmt::format("; write 'splitvote run {}'", word);
  if (word.starts_with("-")) return mistake + "; the command comes first: splitvote run …";
  return mistake + "; see 'splitvote help'";
}

int help(std::span<const std::string> words, Console& console) {
  if (words.empty()) return console.print(overview()), 0;
  if (words.size() > 1) return refuse(console, {fmt::format("unexpected argument '{}'", words[1])});
  const Command* command = find_command(words.front());
  if (command == nullptr) return refuse(console, {unknown_command(words.front())});
  console.print(command_help(*command));
  return 0;
}

void check_count(const Command& command, std::size_t files, Mistakes& mistakes) {
  if (files >= command.files_min && files <= command.files_max) return;
  mistakes.push_back(
      fmt::format("{}; usage: splitvote {} {}",
                  files < command.files_min ? "something is missing" : "that is too much",
                  command.name, command.usage));
}

void check_colour(const Arguments& arguments, Mistakes& mistakes) {
  const std::string when = arguments.value("color").value_or("auto");
  if (when != "auto" && when != "always" && when != "never")
    mistakes.push_back(fmt::format("--color: '{}' is not auto, always or never", when));
}

int dispatch(std::span<const std::string> words, Console& console) {
  if (words.empty()) return console.complain(overview()), usage_error;
  const std::string& name = words.front();
  const std::span<const std::string> rest = words.subspan(1);
  if (name == "help" || name == "--help" || name == "-h") return help(rest, console);
  if (name == "version" || name == "--version") return version(rest, console);
  const bool asks = std::ranges::any_of(
      rest, [](const std::string& word) { return word == "--help" || word == "-h"; });
  if (asks) return help(words.first(1), console);
  const std::expected<Invocation, Mistakes> invocation = understand(words);
  if (!invocation) return refuse(console, invocation.error());
  console.choose_colours(invocation->arguments.value("color").value_or("auto"));
  return invocation->command->execute(invocation->arguments, console);
}

std::optional<load::Assignment> assignment(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return load::Assignment{text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<load::Assignment> assignments(const std::vector<std::string>& texts) {
  std::vector<load::Assignment> all;
  for (const std::string& text : texts)
    if (auto each = assignment(text)) all.push_back(std::move(*each));
  return all;
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all{run_command(),     lint_command(),   list_command(),
                                        explain_command(), replay_command(), report_command(),
                                        check_command(),   schema_command()};
  return all;
}

int refuse(Console& console, const Mistakes& mistakes) {
  for (const std::string& mistake : mistakes)
    console.complain(fmt::format("splitvote: error: {}\n", mistake));
  return usage_error;
}

std::expected<Invocation, Mistakes> understand(std::span<const std::string> words) {
  const Command* const command = words.empty() ? nullptr : find_command(words.front());
  if (command == nullptr)
    return std::unexpected(Mistakes{unknown_command(words.empty() ? "" : words.front())});
  Mistakes mistakes;
  Arguments arguments = parse(words.subspan(1), command->options, mistakes);
  check_count(*command, arguments.files.size(), mistakes);
  check_colour(arguments, mistakes);
  if (command->check != nullptr) command->check(arguments, mistakes);
  if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
  return Invocation{command, std::move(arguments)};
}

load::Options load_options(const Arguments& arguments) {
  return {.protocols = models::protocols(),
          .parameters = assignments(arguments.values("param")),
          .overrides = assignments(arguments.values("set"))};
}

void check_assignments(const Arguments& arguments, Mistakes& mistakes) {
  for (const auto& [option, written] : {std::pair("param", "-P name"), {"set", "--set path"}}) {
    for (const std::string& text : arguments.values(option))
      if (!assignment(text))
        mistakes.push_back(fmt::format("{}=value is due, not '{}'", written, text));
  }
}

int execute(std::span<const std::string> words, Console& console) {
  console.choose_colours("auto");
  const int code = dispatch(words, console);
  const std::string shortfall = console.shortfall();
  return shortfall.empty() ? code : refuse(console, {shortfall});
}

}  // namespace splitvote::cli
