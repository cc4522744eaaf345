#include "scenarios/cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::cli {

namespace {

namespace po = boost::program_options;

/// What Boost says of a word it cannot place, in our words.
std::string unknown_option(const std::string& word, std::span<const Option> options) {
  const std::size_t dashes = word.find_first_not_of('-');
  const std::string name =
      word.substr(std::min(dashes, word.size()), word.find('=') - std::min(dashes, word.size()));
  std::vector<std::string_view> known;
  for (const Option& option : options) known.push_back(option.name);
  const std::string_view near = load::nearest(name, known);
  std::string sentence = fmt::format("unknown option '{}'", word.substr(0, word.find('=')));
  if (!near.empty()) sentence += fmt::format("; did you mean '--{}'?", near);
  return sentence;
}

po::options_description describe(std::span<const Option> options) {
  po::options_description description;
  for (const Option& option : options) {
    const std::string name =
        std::string(option.name) +
        (option.letter != 0 ? std::string(",") + option.letter : std::string());
    if (option.value.empty()) {
      description.add_options()(name.c_str(), po::bool_switch(), "");
    } else {
      description.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
    }
  }
  return description;
}

/// Boost guesses abbreviations, lets a value swallow the next option, and stops at the first
/// mistake. The style switches the first off; the words are looked at one option at a time for the
/// rest.
constexpr int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;

const Option* find(std::span<const Option> options, std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& option) { return option.name == name; });
  return found == options.end() ? nullptr : &*found;
}

/// An option at the end, or followed by another one, that should have had a value.
void find_missing_values(std::span<const std::string> words, std::span<const Option> options,
                         Mistakes& mistakes) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::string& word = words[i];
    const Option* option = nullptr;
    if (word.starts_with("--")) option = find(options, std::string_view(word).substr(2));
    if (word.size() == 2 && word[0] == '-') {
      const auto by_letter = std::find_if(options.begin(), options.end(), [&](const Option& each) {
        return each.letter == word[1] && word[1] != 0;
      });
      if (by_letter != options.end()) option = &*by_letter;
    }
    if (option == nullptr || option->value.empty()) continue;
    const bool missing =
        i + 1 == words.size() || (words[i + 1].starts_with("--") && words[i + 1].size() > 2);
    if (missing)
      mistakes.push_back(
          fmt::format("option '{}' needs a value: {} {}", word, word, option->value));
  }
}

void take(const po::parsed_options& parsed, std::span<const Option> options, Arguments& arguments,
          Mistakes& mistakes) {
  for (const po::option& each : parsed.options) {
    if (each.unregistered) {
      mistakes.push_back(unknown_option(each.original_tokens.front(), options));
    } else if (each.position_key >= 0 || each.string_key.empty()) {
      arguments.files.insert(arguments.files.end(), each.value.begin(), each.value.end());
    } else {
      const Option* option = find(options, each.string_key);
      std::vector<std::string>& values = arguments.options[each.string_key];
      const bool given = each.original_tokens.size() > 0;
      if (given && !values.empty() && !option->repeatable) {
        mistakes.push_back(fmt::format("option '--{}' is given twice", each.string_key));
      }
      if (option->value.empty()) {
        values.push_back("true");
      } else {
        values.insert(values.end(), each.value.begin(), each.value.end());
      }
    }
  }
}

}  // namespace

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

std::expected<Arguments, Mistakes> parse(std::span<const std::string> words,
                                         std::span<const Option> options) {
  Mistakes mistakes;
  Arguments arguments;
  find_missing_values(words, options, mistakes);
  if (!mistakes.empty()) return std::unexpected(mistakes);
  const po::options_description description = describe(options);
  try {
    const po::parsed_options parsed =
        po::command_line_parser(std::vector<std::string>(words.begin(), words.end()))
            .options(description)
            .style(style)
            .allow_unregistered()
            .run();
    take(parsed, options, arguments, mistakes);
  } catch (const po::error& error) {
    mistakes.push_back(error.what());
  }
  if (!mistakes.empty()) return std::unexpected(mistakes);
  return arguments;
}

std::optional<std::uint64_t> integer(const Arguments& arguments, std::string_view option,
                                     std::uint64_t first, std::uint64_t last, Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value(option);
  if (!text) return std::nullopt;
  const load::Parsed<std::uint64_t> value = load::parse_integer(*text);
  if (!value) {
    mistakes.push_back(fmt::format("--{} '{}': {}", option, *text, value.error().message));
  } else if (*value < first || *value > last) {
    mistakes.push_back(
        fmt::format("--{} {} is out of range; it is from {} to {}", option, *text, first, last));
  } else {
    return *value;
  }
  return std::nullopt;
}

}  // namespace splitvote::cli
