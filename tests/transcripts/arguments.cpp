// Takes a command's line apart.
#include "tests/transcripts/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "tests/transcripts/transcript.hpp"

namespace splitvote::transcripts {
namespace {

constexpr std::uint64_t range_max = 10'000;

}  // namespace

std::uint64_t parse_number(const std::string& text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) throw Mistake("\"" + text + "\" is not a number");
  return value;
}

std::vector<std::uint64_t> parse_numbers(const std::string& text) {
  std::vector<std::uint64_t> numbers;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) {
    const std::size_t dots = part.find("..");
    const std::uint64_t first = parse_number(part.substr(0, dots));
    const std::uint64_t last =
        dots == std::string::npos ? first : parse_number(part.substr(dots + 2));
    if (last < first || last - first >= range_max) throw Mistake("\"" + part + "\" is no range");
    for (std::uint64_t number = first; number <= last; ++number) numbers.push_back(number);
  }
  if (numbers.empty()) throw Mistake("a number is missing");
  return numbers;
}

std::vector<NodeId> to_nodes(const std::string& text) {
  std::vector<NodeId> nodes;
  for (const std::uint64_t number : parse_numbers(text)) {
    if (number == 0 || number > raft::members_max) throw Mistake("nodes are numbered from 1");
    nodes.push_back(NodeId{static_cast<std::uint16_t>(number)});
  }
  return nodes;
}

Arguments::Arguments(const std::string& text, std::vector<NodeId> known)
    : known_(std::move(known)) {
  std::istringstream stream(text);
  stream >> name_;
  for (std::string word; stream >> word;) words_.push_back(word);
}

std::string Arguments::word(std::string_view what) {
  const auto found = std::ranges::find_if(
      words_, [](const std::string& word) { return word.find('=') == std::string::npos; });
  if (found == words_.end()) throw Mistake(name_ + " needs " + std::string(what));
  std::string word = *found;
  words_.erase(found);
  return word;
}

std::uint64_t Arguments::number(std::string_view what) { return parse_number(word(what)); }

NodeId Arguments::node() {
  const std::vector<NodeId> nodes = to_nodes(word("a node"));
  if (nodes.size() != 1) throw Mistake(name_ + " takes one node");
  return nodes.front();
}

std::vector<NodeId> Arguments::nodes() {
  const std::string text = word("nodes, or all");
  return text == "all" ? known_ : to_nodes(text);
}

std::string Arguments::rest(std::string_view what) {
  if (words_.empty()) throw Mistake(name_ + " needs " + std::string(what));
  std::string text;
  for (const std::string& word : words_) text += (text.empty() ? "" : " ") + word;
  words_.clear();
  return text;
}

std::optional<std::string> Arguments::option(std::string_view name) {
  const std::string key = std::string(name) + "=";
  const auto found =
      std::ranges::find_if(words_, [&](const std::string& word) { return word.starts_with(key); });
  if (found == words_.end()) return std::nullopt;
  std::string value = found->substr(key.size());
  words_.erase(found);
  return value;
}

std::optional<bool> Arguments::truth(std::string_view name) {
  const std::optional<std::string> value = option(name);
  if (!value) return std::nullopt;
  if (*value != "true" && *value != "false") throw Mistake(std::string(name) + " is true or false");
  return *value == "true";
}

std::optional<std::uint64_t> Arguments::count(std::string_view name) {
  const std::optional<std::string> value = option(name);
  return value ? std::optional(parse_number(*value)) : std::nullopt;
}

bool Arguments::flag(std::string_view name) {
  const auto found = std::ranges::find(words_, name);
  if (found == words_.end()) return false;
  words_.erase(found);
  return true;
}

void Arguments::finish() const {
  if (words_.empty()) return;
  throw Mistake(name_ + " does not know \"" + words_.front() + "\"");
}

}  // namespace splitvote::transcripts
