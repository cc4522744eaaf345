// The notations of the language's scalars.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/type.hpp"

namespace splitvote::load {
namespace {

constexpr std::string_view duration_pattern = R"(^[-+]?[0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h)$)";

constexpr Notation<sim::Duration> duration_notation{
    "duration", "a duration such as 10ms", duration_pattern, parse_duration,
    [](const sim::Duration& value) { return to_text(value); }};

/// Ratios are compared as fractions.
bool is_above(sim::Ratio a, sim::Ratio b) {
  return std::uint64_t{a.numerator} * b.denominator > std::uint64_t{b.numerator} * a.denominator;
}

Type<sim::Ratio> share_up_to(std::string_view name, std::string_view due, sim::Ratio maximum) {
  const Notation<sim::Ratio> notation{name, due, R"(^[0-9]+(\.[0-9]+)?(%|ppm|ppb)$)", parse_share,
                                      [](const sim::Ratio& value) { return share_text(value); }};
  Type<sim::Ratio> type = scalar(notation);
  const auto read = type.read;
  type.read = [read, maximum](Reader& reader, const Node& node, sim::Ratio& value) {
    if (!read(reader, node, value)) return false;
    if (!is_above(value, maximum)) return true;
    reader.error(node, found(node) + " is too large", "it is at most " + share_text(maximum));
    return false;
  };
  return type;
}

}  // namespace

std::string guarded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("${")) result += '$';
    result += text[at];
  }
  return result;
}

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool follows_in_name(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; }

}  // namespace

bool is_check_name(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.empty() || text.size() > longest) return false;
  return (is_letter(text.front()) || is_digit(text.front())) &&
         std::ranges::all_of(text, [](char c) { return follows_in_name(c) || c == '.'; });
}

bool is_name(std::string_view text) {
  return is_check_name(text) && is_letter(text.front()) && !text.contains('.');
}

Type<sim::Duration> duration(sim::Duration minimum, sim::Duration maximum) {
  return scalar(duration_notation, std::optional(Bounds<sim::Duration>{minimum, maximum}));
}

Type<sim::Duration> signed_duration() { return scalar(duration_notation); }

Type<models::DurationRange> duration_range() {
  return scalar(Notation<models::DurationRange>{
      "duration_range", "a range of durations such as 150ms..300ms",
      R"(^[0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h)(\.\.[0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h))?$)",
      parse_duration_range, [](const models::DurationRange& value) { return to_text(value); }});
}

Type<std::uint64_t> size() {
  return scalar(Notation<std::uint64_t>{
      "size", "a size such as 64KiB", R"(^[0-9]+(\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$)", parse_size,
      [](const std::uint64_t& value) { return size_text(value); }});
}

Type<std::uint64_t> bandwidth() {
  return scalar(Notation<std::uint64_t>{
      "bandwidth", "a bandwidth such as 10MiB/s",
      R"(^[0-9]+(\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB|bit|kbit|Mbit|Gbit)/s$)", parse_bandwidth,
      [](const std::uint64_t& value) { return bandwidth_text(value); }});
}

Type<Rate> rate() {
  return scalar(Notation<Rate>{"rate", "a rate such as 200/s", R"(^[0-9]+(\.[0-9]+)?/(s|min)$)",
                               parse_rate, [](const Rate& value) { return to_text(value); }},
                std::optional(Bounds<Rate>{Rate{1}, Rate{1'000'000'000'000}}));
}

Type<std::int64_t> drift() {
  return scalar(Notation<std::int64_t>{
      "drift", "a drift such as 20ppm", R"(^[-+]?[0-9]+(\.[0-9]+)?(%|ppm|ppb)$)", parse_drift,
      [](const std::int64_t& value) { return drift_text(value); }});
}

Type<sim::Ratio> share() { return share_up_to("share", "a share such as 5%", {1, 1}); }

Type<sim::Ratio> growth() { return share_up_to("share", "a share such as 5%", {4, 1}); }

Type<sim::Ratio> decimal(std::uint32_t minimum, std::uint32_t maximum) {
  constexpr std::string_view due = "a number such as 0.99";
  return {
      [=](Reader& reader, const Node& node, sim::Ratio& value) {
        if (!reader.expect(node, Node::Kind::scalar, due)) return false;
        const auto parsed = parse_decimal(node.text);
        if (!parsed) return reader.error(node, parsed.error()), false;
        if (is_above({minimum, 1}, *parsed) || is_above(*parsed, {maximum, 1})) {
          reader.error(node, found(node) + " is out of range",
                       fmt::format("it is from {} to {}", minimum, maximum));
          return false;
        }
        value = *parsed;
        return true;
      },
      [](const sim::Ratio& value) { return plain_scalar(decimal_text(value)); },
      [=](Definitions& definitions) {
        return definitions.number("decimal", due, minimum, maximum);
      },
  };
}

Type<bool> boolean() {
  return {
      [](Reader& reader, const Node& node, bool& value) {
        if (!reader.expect(node, Node::Kind::scalar, "true or false")) return false;
        if (node.plain && (node.text == "true" || node.text == "false"))
          return value = node.text == "true", true;
        reader.error(node, found(node) + " is not a boolean",
                     node.plain ? "write true or false" : "write true or false without quotes");
        return false;
      },
      [](const bool& value) { return plain_scalar(value ? "true" : "false"); },
      [](Definitions& definitions) { return definitions.boolean(); },
  };
}

Type<std::string> text() {
  return {
      [](Reader& reader, const Node& node, std::string& value) {
        if (!reader.expect(node, Node::Kind::scalar, "a text")) return false;
        return value = node.text, true;
      },
      [](const std::string& value) { return text_scalar(guarded(value)); },
      [](Definitions&) { return std::string(R"({"type": ["string", "number", "boolean"]})"); },
  };
}

namespace {

struct WordRule {
  bool (*holds)(std::string_view text);
  std::string_view what;  // it is
  std::string_view hint;
  std::string_view name;     // in the schema
  std::string_view pattern;  // there
};

Type<std::string> word(const WordRule& rule) {
  return {
      [rule](Reader& reader, const Node& node, std::string& value) {
        if (!reader.expect(node, Node::Kind::scalar, rule.what)) return false;
        value = node.text;
        if (rule.holds(node.text)) return true;
        reader.error(node, fmt::format("{} is not {}", found(node), rule.what),
                     fmt::format("write {}", rule.hint));
        return false;
      },
      [](const std::string& value) { return text_scalar(value); },
      [rule](Definitions& definitions) {
        return definitions.pattern(rule.name, rule.hint, rule.pattern);
      },
  };
}

}  // namespace

Type<std::string> name(std::string_view what) {
  return word({is_name, what, "a letter, then letters, digits, - and _", "name",
               "^[A-Za-z][A-Za-z0-9_-]*$"});
}

Type<std::string> check_name() {
  return word({is_check_name, "the name of a check", "a letter or digit, then those, -, _ and .",
               "check_name", "^[A-Za-z0-9][A-Za-z0-9_.-]*$"});
}

}  // namespace splitvote::load
