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

int help(std::span<const std::string> words, Console& console) {
  if (words.empty()) return console.print(overview()), 0;
  const Command* command = find_command(words.front());
  if (command == nullptr)
    return refuse(console, {fmt::format("unknown command '{}'", words.front())});
  console.print(command_help(*command));
  return 0;
}

int unknown_command(const std::string& word, Console& console) {
  std::vector<std::string_view> names{"help", "version"};
  for (const Command& command : commands()) names.push_back(command.name);
  const std::string_view near = load::nearest(word, names);
  std::string mistake = fmt::format("unknown command '{}'", word);
  mistake += near.empty() ? "; see 'splitvote help'" : fmt::format("; did you mean '{}'?", near);
  return refuse(console, {mistake});
}

int carry_out(const Command& command, std::span<const std::string> words, Console& console) {
  if (std::find(words.begin(), words.end(), "--help") != words.end())
    return console.print(command_help(command)), 0;
  const std::expected<Arguments, Mistakes> arguments = parse(words, command.options);
  if (!arguments) return refuse(console, arguments.error());
  const std::string when = arguments->value("color").value_or("auto");
  if (when != "auto" && when != "always" && when != "never") {
    return refuse(console, {fmt::format("--color '{}' is not auto, always or never", when)});
  }
  console.choose_colours(when);
  const std::size_t files = arguments->files.size();
  if (files < command.files_min || files > command.files_max) {
    const std::string_view what =
        files < command.files_min ? "something is missing" : "that is too much";
    return refuse(console,
                  {fmt::format("{}; usage: splitvote {} {}", what, command.name, command.usage)});
  }
  return command.execute(*arguments, console);
}

void take(const std::vector<std::string>& texts, std::string_view option,
          std::vector<load::Assignment>& target, Mistakes& mistakes) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      mistakes.push_back(
          fmt::format("{} '{}' is no assignment; write {} name=value", option, text, option));
    } else {
      target.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
  }
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all{run_command(),     lint_command(),   list_command(),
                                        explain_command(), replay_command(), report_command(),
                                        schema_command()};
  return all;
}

int refuse(Console& console, const Mistakes& mistakes) {
  for (const std::string& mistake : mistakes)
    console.complain(fmt::format("splitvote: error: {}\n", mistake));
  return usage_error;
}

load::Options load_options(const Arguments& arguments, Mistakes& mistakes) {
  load::Options options{.protocols = models::protocols(), .parameters = {}, .overrides = {}};
  take(arguments.values("param"), "-P", options.parameters, mistakes);
  take(arguments.values("set"), "--set", options.overrides, mistakes);
  return options;
}

int execute(std::span<const std::string> words, Console& console) {
  console.choose_colours("auto");
  if (words.empty()) return console.complain(overview()), usage_error;
  const std::string& name = words.front();
  const std::span<const std::string> rest = words.subspan(1);
  if (name == "help" || name == "--help" || name == "-h") return help(rest, console);
  if (name == "version" || name == "--version")
    return console.print(fmt::format("{}\n", run::build_name())), 0;
  const Command* command = find_command(name);
  if (command == nullptr) return unknown_command(name, console);
  return carry_out(*command, rest, console);
}

}  // namespace splitvote::cli
