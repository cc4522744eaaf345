// Types of the scenario language: how a value is read, printed and described, in one place each.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/load/reader.hpp"
#include "scenarios/load/schema_text.hpp"
#include "scenarios/load/tree.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::load {

/// `read` returns whether the value is usable; if not, it has said why. `schema` gives JSON text.
template <typename Value>
struct Type {
  std::function<bool(Reader&, const Node&, Value&)> read;
  std::function<Node(const Value&)> write;
  std::function<std::string(Definitions&)> schema;
};

/// A scalar in a notation of its own. `due` names it with its article; `name` is its definition in
/// the schema, where `pattern` is what a text has to look like.
template <typename Value>
struct Notation {
  std::string_view name;
  std::string_view due;
  std::string_view pattern;
  Parsed<Value> (*parse)(std::string_view text);
  std::string (*print)(const Value& value);
};

template <typename Value>
struct Bounds {
  Value minimum;
  Value maximum;
};

/// Complains about a value outside of its bounds.
template <typename Value>
bool within(Reader& reader, const Node& node, const Value& value,
            const std::optional<Bounds<Value>>& bounds, std::string (*print)(const Value&)) {
  if (!bounds) return true;
  if (value < bounds->minimum) {
    reader.error(node, found(node) + " is too small", "it is at least " + print(bounds->minimum));
    return false;
  }
  if (bounds->maximum < value) {
    reader.error(node, found(node) + " is too large", "it is at most " + print(bounds->maximum));
    return false;
  }
  return true;
}

template <typename Value>
Type<Value> scalar(const Notation<Value>& notation,
                   std::optional<Bounds<Value>> bounds = std::nullopt) {
  return {
      [notation, bounds](Reader& reader, const Node& node, Value& value) {
        if (!reader.expect(node, Node::Kind::scalar, notation.due)) return false;
        const Parsed<Value> parsed = notation.parse(node.text);
        if (!parsed) return reader.error(node, parsed.error()), false;
        if constexpr (requires(Value a) { a < a; }) {
          if (!within(reader, node, *parsed, bounds, notation.print)) return false;
        } else {
          (void)bounds;
        }
        value = *parsed;
        return true;
      },
      [notation](const Value& value) { return plain_scalar(notation.print(value)); },
      [notation](Definitions& definitions) {
        return definitions.pattern(notation.name, notation.due, notation.pattern);
      },
  };
}

[[nodiscard]] Type<sim::Duration> duration(sim::Duration minimum = {},
                                           sim::Duration maximum = duration_max);
[[nodiscard]] Type<sim::Duration> signed_duration();
[[nodiscard]] Type<models::DurationRange> duration_range();
[[nodiscard]] Type<std::uint64_t> size();
[[nodiscard]] Type<std::uint64_t> bandwidth();
[[nodiscard]] Type<Rate> rate();
[[nodiscard]] Type<std::int64_t> drift();
/// A share from 0% to 100%.
[[nodiscard]] Type<sim::Ratio> share();
/// A share from 0% to 400%: what may grow by more than itself.
[[nodiscard]] Type<sim::Ratio> growth();
[[nodiscard]] Type<sim::Ratio> decimal(std::uint32_t minimum, std::uint32_t maximum);
[[nodiscard]] Type<bool> boolean();
[[nodiscard]] Type<std::string> text();
/// `$${` for `${`, so that no parameter is put in when the text is loaded again.
[[nodiscard]] std::string guarded(std::string_view text);
/// A word that other parts of the scenario refer to: a letter, then letters, digits, `_` and `-`.
[[nodiscard]] Type<std::string> name(std::string_view what);
[[nodiscard]] bool is_name(std::string_view text);
/// Some begin with a digit: 2-atomic. None has a dot, but who writes one shall hear of what there
/// is.
[[nodiscard]] Type<std::string> check_name();
[[nodiscard]] bool is_check_name(std::string_view text);

template <typename Integer>
struct IntegerNotation {
  static std::string print(const Integer& value) { return std::to_string(value); }
};

/// A decimal integer within bounds.
template <typename Integer>
Type<Integer> integer(Integer minimum, Integer maximum) {
  return {
      [=](Reader& reader, const Node& node, Integer& value) {
        if (!reader.expect(node, Node::Kind::scalar, "an integer")) return false;
        const auto parsed = parse_integer(node.text);
        if (!parsed) return reader.error(node, parsed.error()), false;
        const std::optional<Bounds<std::uint64_t>> bounds{{minimum, maximum}};
        if (!within(reader, node, *parsed, bounds, IntegerNotation<std::uint64_t>::print))
          return false;
        value = static_cast<Integer>(*parsed);
        return true;
      },
      [](const Integer& value) { return plain_scalar(std::to_string(value)); },
      [=](Definitions& definitions) { return definitions.integer(minimum, maximum); },
  };
}

/// One of a fixed set of words.
template <typename Enum>
struct Word {
  Enum value{};
  std::string_view name;
};
template <typename Enum>
Type<Enum> word(std::string_view what, std::vector<Word<Enum>> words) {
  std::vector<std::string_view> names;
  for (const Word<Enum>& each : words) names.push_back(each.name);
  return {
      [what, words, names](Reader& reader, const Node& node, Enum& value) {
        if (!reader.expect(node, Node::Kind::scalar, what)) return false;
        for (const Word<Enum>& each : words)
          if (each.name == node.text) return value = each.value, true;
        reader.error(node, found(node) + " is not " + std::string(what), suggest(node.text, names));
        return false;
      },
      [words](const Enum& value) {
        for (const Word<Enum>& each : words)
          if (each.value == value) return plain_scalar(std::string(each.name));
        return Node{};
      },
      [names](Definitions& definitions) { return definitions.words(names); },
  };
}

/// A list; empty ones only where they mean something.
template <typename Value>
Type<std::vector<Value>> list(Type<Value> item, std::string_view due, std::size_t least = 0) {
  return {
      [item, due, least](Reader& reader, const Node& node, std::vector<Value>& values) {
        if (!reader.expect(node, Node::Kind::list, due)) return false;
        bool usable = true;
        values.clear();
        for (const Node& each : node.items) {
          Value value{};
          const bool read = item.read(reader, each, value);
          usable = usable && read;
          values.push_back(std::move(value));
        }
        if (node.items.size() >= least) return usable;
        reader.error(node, "too few items", "it needs at least " + std::to_string(least));
        return false;
      },
      [item](const std::vector<Value>& values) {
        std::vector<Node> items;
        for (const Value& value : values) items.push_back(item.write(value));
        return list_of(std::move(items));
      },
      [item, least](Definitions& definitions) {
        return definitions.list(item.schema(definitions), least);
      },
  };
}

}  // namespace splitvote::load
