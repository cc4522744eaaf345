// Shows Boost's parser one option at a time, so that nothing is guessed and no mistake hides
// another.
#include "scenarios/cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::cli {

namespace {

namespace po = boost::program_options;

// Boost guesses abbreviations (`--see` is `--seed`), reads `--runs=-5` into an unsigned number as
// 4294967291, and stops at the first mistake. The style switches the guessing off, every value is
// taken as text, and Boost is shown one option at a time.
constexpr int style =
    po::command_line_style::allow_long | po::command_line_style::allow_short |
    po::command_line_style::allow_dash_for_short | po::command_line_style::long_allow_adjacent |
    po::command_line_style::long_allow_next | po::command_line_style::short_allow_adjacent |
    po::command_line_style::short_allow_next;

po::options_description describe(std::span<const Option> options) {
  po::options_description description;
  for (const Option& option : options) {
    std::string name(option.name);
    if (option.letter != 0) name += std::string(",") + option.letter;
    if (option.value.empty()) {
      description.add_options()(name.c_str(), "");
    } else {
      description.add_options()(name.c_str(), po::value<std::string>(), "");
    }
  }
  return description;
}

const Option* find(std::span<const Option> options, std::string_view name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : &*found;
}

/// `--seed` of `--seed=5`.
std::string spelling(const std::string& word) {
  return word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
}

class Reading {
 public:
  Reading(std::span<const std::string> words, std::span<const Option> options, Mistakes& mistakes)
      : words_(words), options_(options), description_(describe(options)), mistakes_(mistakes) {}

  Arguments read() && {
    std::size_t next = 0;
    while (next < words_.size() && words_[next] != "--") next += read_at(next);
    for (++next; next < words_.size(); ++next) arguments_.files.push_back(words_[next]);
    return std::move(arguments_);
  }

 private:
  using Words = std::vector<std::string>;

  /// What Boost makes of these words, if they are one option with its value.
  [[nodiscard]] std::optional<po::option> one_option(const Words& words, std::string& complaint) {
    try {
      const po::parsed_options parsed = po::command_line_parser(words)
                                            .options(description_)
                                            .style(style)
                                            .allow_unregistered()
                                            .run();
      if (parsed.options.size() == 1) return parsed.options.front();
    } catch (const po::invalid_command_line_syntax& error) {
      using Kind = po::invalid_command_line_syntax::kind_t;
      complaint = error.kind() == Kind::extra_parameter ? "takes no value" : "needs a value";
    } catch (const po::error& error) {
      complaint = error.what();
    }
    return std::nullopt;
  }

  /// Returns how many words were read.
  std::size_t read_at(std::size_t at) {
    const std::string& word = words_[at];
    if (word.size() < 2 || word.front() != '-') {
      arguments_.files.push_back(word);
      return 1;
    }
    std::string complaint;
    if (const auto alone = one_option({word}, complaint)) return take(*alone), 1;
    // What looks like an option is not a value; a negative number does not look like one.
    const bool has_next = at + 1 < words_.size() && !words_[at + 1].starts_with("--");
    if (has_next) {
      std::string second;
      if (const auto pair = one_option({word, words_[at + 1]}, second)) return take(*pair), 2;
    }
    refuse(word, complaint);
    return 1;
  }

  void take(const po::option& read) {
    const std::string& word = read.original_tokens.front();
    // Boost takes a dash and letters for a short option with its value; `-seed` is a slip.
    const Option* const option = read.unregistered ? nullptr : find_option(read.string_key);
    if (option == nullptr) return refuse_unknown(word);
    std::vector<std::string>& values = arguments_.options[std::string(option->name)];
    if (!values.empty() && !option->repeatable)
      mistakes_.push_back(fmt::format("option '--{}' is given twice", option->name));
    values.push_back(option->value.empty() ? "" : read.value.front());
  }

  [[nodiscard]] const Option* find_option(std::string_view key) const {
    if (!key.starts_with('-')) return find(options_, key);
    const auto found = std::ranges::find_if(
        options_, [&](const Option& option) { return key.size() == 2 && option.letter == key[1]; });
    return found == options_.end() ? nullptr : &*found;
  }

  void refuse(const std::string& word, const std::string& complaint) {
    const std::string name = spelling(word);
    const Option* option = find_option(name.starts_with("--") ? name.substr(2) : name);
    if (option == nullptr) return refuse_unknown(word);
    std::string mistake = fmt::format("option '{}' {}", name, complaint);
    if (!option->value.empty()) mistake += fmt::format(": {} {}", name, option->value);
    mistakes_.push_back(std::move(mistake));
  }

  void refuse_unknown(const std::string& word) {
    const std::size_t dashes = word.find_first_not_of('-');
    const std::string shown = word.substr(0, word.find('='));
    const std::string_view name = std::string_view(shown).substr(std::min(dashes, shown.size()));
    std::vector<std::string_view> known;
    for (const Option& option : options_) known.push_back(option.name);
    std::vector<std::string_view> near = load::nearest(name, known);
    // An abbreviation is a slip too, if only one option begins like that.
    const auto begins = [&](std::string_view option) { return option.starts_with(name); };
    if (near.empty() && name.size() > 1 && std::ranges::count_if(known, begins) == 1)
      near = {*std::ranges::find_if(known, begins)};
    std::string mistake = fmt::format("unknown option '{}'", shown);
    if (const std::string question = load::did_you_mean(near, "'--", "'"); !question.empty())
      mistake += "; " + question;
    mistakes_.push_back(std::move(mistake));
  }

  std::span<const std::string> words_;
  std::span<const Option> options_;
  po::options_description description_;
  Arguments arguments_;
  Mistakes& mistakes_;
};

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

Arguments parse(std::span<const std::string> words, std::span<const Option> options,
                Mistakes& mistakes) {
  return Reading(words, options, mistakes).read();
}

std::optional<std::uint64_t> integer(const Arguments& arguments, std::string_view option,
                                     std::uint64_t first, std::uint64_t last, Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value(option);
  if (!text) return std::nullopt;
  const load::Parsed<std::uint64_t> value = load::parse_integer(*text);
  const std::size_t sign = text->starts_with('-') ? 1 : 0;
  const bool is_number =
      text->size() > sign && text->find_first_not_of("0123456789", sign) == std::string::npos;
  if (!value && !is_number) {
    mistakes.push_back(
        fmt::format("--{}: {}; {}", option, value.error().message, value.error().hint));
  } else if (!value || *value < first || *value > last) {
    mistakes.push_back(
        fmt::format("--{}: {} is out of range; it is from {} to {}", option, *text, first, last));
  } else {
    return *value;
  }
  return std::nullopt;
}

}  // namespace splitvote::cli
