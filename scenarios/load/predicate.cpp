// Predicates and measures, by recursive descent over one scalar:
//
//   any        = every { "or" every }
//   every      = negation { "and" negation }
//   negation   = "not" negation | one
//   one        = "(" any ")" | measure [ comparison quantity ]
//   comparison = "<" | "<=" | "==" | "!=" | ">=" | ">"
//   measure    = path [ "(" selector { "," selector } ")" [ "." aggregate ] ]
//   path       = [ workload "." ] name [ "." aggregate ]
//   aggregate  = "p" percentage | "min" | "max" | "mean" | "count"
//
// A quantity is a number with the unit it is due: 3, 2s, 99.9%. Brackets and "not" nest eight deep.
#include "scenarios/load/predicate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/load/predicate_text.hpp"
#include "scenarios/load/selector_text.hpp"

namespace splitvote::load {
namespace {

struct Symbol {
  std::string_view text;
  Comparison comparison{};
};
// Longer symbols first: `<=` is not `<` followed by `=`.
constexpr std::array symbols{
    Symbol{"<=", Comparison::at_most}, Symbol{">=", Comparison::at_least},
    Symbol{"==", Comparison::equal},   Symbol{"!=", Comparison::unequal},
    Symbol{"<", Comparison::less},     Symbol{">", Comparison::greater},
};

struct AggregateName {
  std::string_view name;
  Aggregate aggregate{};
};
constexpr std::array aggregate_names{
    AggregateName{"min", Aggregate::minimum}, AggregateName{"max", Aggregate::maximum},
    AggregateName{"mean", Aggregate::mean}, AggregateName{"count", Aggregate::count}};

/// Where something stands that must have been meant as a quantile, such as `.p101`; npos if
/// nowhere.
std::size_t bad_quantile(std::string_view path) {
  const std::size_t dot = path.rfind(".p");
  if (dot == std::string_view::npos || dot + 2 >= path.size()) return std::string_view::npos;
  const char digit = path[dot + 2];
  return digit >= '0' && digit <= '9' ? dot + 1 : std::string_view::npos;
}

class PredicateParser {
 public:
  explicit PredicateParser(Words& words) : words_(words) {}

  std::optional<Predicate> any() {
    return chain("or", PredicateKind::any, &PredicateParser::every);
  }

  std::optional<Measure> measure() {
    Measure measure;
    const std::size_t offset = words_.offset();
    measure.position = words_.position(offset);
    const std::string_view path = words_.path();
    if (path.empty()) {
      words_.fail("a predicate is due", "write single_leader or commits(n1) > 0");
      return std::nullopt;
    }
    if (!apply_path(measure, path, offset)) return std::nullopt;
    if (words_.accept('(') && !arguments(measure)) return std::nullopt;
    if (!measure.arguments.empty() && words_.next() == '.') {
      const std::size_t behind = words_.offset();
      if (!apply_suffix(measure, words_.path(), behind)) return std::nullopt;
    }
    return measure;
  }

 private:
  using Part = std::optional<Predicate> (PredicateParser::*)();

  std::optional<Predicate> every() {
    return chain("and", PredicateKind::every, &PredicateParser::negation);
  }

  std::optional<Predicate> chain(std::string_view word, PredicateKind kind, Part part) {
    if (words_.too_deep())
      return words_.fail("nested too deeply", "eight levels are enough"), std::nullopt;
    Predicate chain;
    chain.kind = kind;
    chain.position = words_.position(words_.offset());
    do {
      std::optional<Predicate> next = (this->*part)();
      if (!next) return std::nullopt;
      chain.operands.push_back(std::move(*next));
    } while (words_.accept_word(word));
    if (chain.operands.size() > 1) return chain;
    Predicate only = std::move(chain.operands.front());
    return only;
  }

  std::optional<Predicate> negation() {
    const std::size_t offset = words_.offset();
    if (!words_.accept_word("not")) return one();
    if (words_.too_deep())
      return words_.fail("nested too deeply", "eight levels are enough"), std::nullopt;
    const DepthMark mark(words_);
    std::optional<Predicate> operand = negation();
    if (!operand) return std::nullopt;
    Predicate negation;
    negation.kind = PredicateKind::negation;
    negation.position = words_.position(offset);
    negation.operands.push_back(std::move(*operand));
    return negation;
  }

  std::optional<Predicate> one() {
    if (words_.accept('(')) {
      const DepthMark mark(words_);
      std::optional<Predicate> inner = any();
      if (!inner || !words_.close()) return std::nullopt;
      return inner;
    }
    Predicate predicate;
    predicate.position = words_.position(words_.offset());
    std::optional<Measure> measured = measure();
    if (!measured) return std::nullopt;
    predicate.measure = std::move(*measured);
    for (const Symbol& symbol : symbols) {
      if (!words_.accept(symbol.text)) continue;
      predicate.kind = PredicateKind::comparison;
      predicate.comparison = symbol.comparison;
      if (!threshold(predicate)) return std::nullopt;
      return predicate;
    }
    if (words_.next() == '=')
      return words_.fail("\"=\" is not a comparison", "write =="), std::nullopt;
    return predicate;
  }

  bool threshold(Predicate& predicate) {
    const std::size_t offset = words_.offset();
    const std::string_view text = words_.number();
    if (text.empty())
      return words_.fail("a number is due behind the comparison", "write > 0 or < 2s"), false;
    const auto quantity = parse_quantity(text);
    if (!quantity) {
      TextError error = quantity.error();
      if (error.width == 0) error.width = text.size() - std::min(text.size(), error.offset);
      return words_.fail(std::move(error), offset), false;
    }
    predicate.threshold = *quantity;
    predicate.threshold_position = words_.position(offset);
    return true;
  }

  bool arguments(Measure& measure) {
    const DepthMark mark(words_);
    NodeSet set;
    set.position = words_.position(words_.offset());
    do {
      std::optional<Selector> selector = parse_selector(words_);
      if (!selector) return false;
      set.any_of.push_back(std::move(*selector));
    } while (words_.accept(','));
    measure.arguments.push_back(std::move(set));
    return words_.close();
  }

  /// `name`, `workload.name`, each with an aggregate or without. The workload stays in the name
  /// until the workloads are known.
  bool apply_path(Measure& measure, std::string_view path, std::size_t offset) {
    const SplitPath split = split_aggregate(path);
    if (const std::size_t at = bad_quantile(split.rest); at != std::string_view::npos) {
      const std::string_view word = split.rest.substr(at);
      words_.fail(fmt::format("\"{}\" is not a quantile", word), "write p0 to p100", offset + at,
                  word.size());
      return false;
    }
    measure.name = split.rest;
    measure.aggregate = split.aggregate;
    measure.quantile = split.quantile;
    std::string_view rest = split.rest;
    for (std::size_t parts = 0;; ++parts) {
      const std::size_t dot = rest.find('.');
      if (parts > 1 || !is_name(rest.substr(0, dot))) {
        words_.fail(fmt::format("\"{}\" is not a measure", path),
                    "write failover_time.p99 or kv.availability", offset, path.size());
        return false;
      }
      if (dot == std::string_view::npos) return true;
      rest.remove_prefix(dot + 1);
    }
  }

  bool apply_suffix(Measure& measure, std::string_view suffix, std::size_t offset) {
    const SplitPath split = split_aggregate(suffix);
    measure.aggregate = split.aggregate;
    measure.quantile = split.quantile;
    if (split.rest.empty() && split.aggregate != Aggregate::none) return true;
    words_.fail(fmt::format("\"{}\" is not an aggregate", suffix),
                "write .p99, .min, .max, .mean or .count", offset,
                std::max<std::size_t>(suffix.size(), 1));
    return false;
  }

  Words& words_;
};

template <typename Value, std::optional<Value> (PredicateParser::*parse)()>
bool read(Reader& reader, const Node& node, Value& value) {
  if (!reader.expect(node, Node::Kind::scalar, "a predicate such as single_leader")) return false;
  Words words(node);
  PredicateParser parser(words);
  std::optional<Value> parsed = (parser.*parse)();
  if (parsed && !words.at_end())
    words.fail("something behind the predicate", "join predicates with and, or");
  if (words.error()) return reader.error(node, *words.error()), false;
  value = std::move(*parsed);
  return true;
}

std::string operands_text(const Predicate& predicate, std::string_view word) {
  std::string text;
  for (const Predicate& operand : predicate.operands) {
    if (!text.empty()) text += word;
    const bool chain = operand.kind == PredicateKind::any || operand.kind == PredicateKind::every;
    text += chain ? fmt::format("({})", to_text(operand)) : to_text(operand);
  }
  return text;
}

std::string aggregate_text(const Measure& measure) {
  if (measure.aggregate == Aggregate::none) return {};
  if (measure.aggregate == Aggregate::quantile) {
    std::string share = share_text(measure.quantile);
    share.pop_back();
    return ".p" + share;
  }
  const auto at = std::ranges::find(aggregate_names, measure.aggregate, &AggregateName::aggregate);
  return fmt::format(".{}", at->name);
}

}  // namespace

SplitPath split_aggregate(std::string_view path) {
  for (const AggregateName& each : aggregate_names) {
    if (!path.ends_with(each.name)) continue;
    const std::string_view rest = path.substr(0, path.size() - each.name.size());
    if (rest.ends_with('.')) return {rest.substr(0, rest.size() - 1), each.aggregate, {}};
  }
  const std::size_t at = path.rfind(".p");
  if (at == std::string_view::npos) return {path, Aggregate::none, {}};
  const auto share = parse_share(std::string(path.substr(at + 2)) + "%");
  if (!share || share->numerator > share->denominator) return {path, Aggregate::none, {}};
  return {path.substr(0, at), Aggregate::quantile, *share};
}

Type<Predicate> predicate() {
  return {read<Predicate, &PredicateParser::any>,
          [](const Predicate& value) { return text_scalar(to_text(value)); },
          [](Definitions& definitions) {
            return definitions.pattern(
                "predicate", "a predicate such as commits(n1) > 0 and single_leader", "^[A-Za-z(]");
          }};
}

Type<Measure> measure() {
  return {read<Measure, &PredicateParser::measure>,
          [](const Measure& value) { return text_scalar(to_text(value)); },
          [](Definitions& definitions) {
            return definitions.pattern("measure", "a measure such as failover_time.p99",
                                       "^[A-Za-z]");
          }};
}

std::vector<PredicateHelp> predicate_helps() {
  return {
      {"single_leader", "a condition, true or false by itself: one of those below"},
      {"split_vote", "an event: true from its first occurrence on"},
      {"split_vote < 3", "how often an event has occurred"},
      {"term > 3", "a number, compared by <, <=, ==, !=, >= or >"},
      {"availability >= 99.9%", "a share is compared with a share"},
      {"failover_time.p99 < 2s",
       "a distribution needs an aggregate, .p0 to .p100, .min, .max, .mean or .count, and a unit"},
      {"kv.availability > 99%", "a metric of the one workload that is called kv"},
      {"commits(leader, n1..n3) > 0", "what is counted on nodes: any selectors, joined"},
      {"not no_leader", "true if it is not; binds most tightly"},
      {"single_leader and term > 3", "true if both are"},
      {"no_leader or term > 3", "true if one of them is; binds least tightly"},
      {"messages.append_entries < 9000", "messages of one kind"},
      {"(no_leader or term > 3) and messages > 9", "what is in brackets comes first"},
  };
}

std::string_view to_text(Comparison comparison) {
  return std::ranges::find(symbols, comparison, &Symbol::comparison)->text;
}

std::string to_text(const Measure& measure) {
  std::string text =
      measure.workload.empty() ? measure.name : measure.workload + "." + measure.name;
  if (!measure.message.empty()) text += "." + measure.message;
  for (const NodeSet& set : measure.arguments) {
    std::string selectors;
    for (const Selector& selector : set.any_of)
      selectors += (selectors.empty() ? "" : ", ") + to_text(selector);
    text += fmt::format("({})", selectors);
  }
  return text + aggregate_text(measure);
}

std::string to_text(const Predicate& predicate) {
  switch (predicate.kind) {
    case PredicateKind::condition:
      return to_text(predicate.measure);
    case PredicateKind::comparison:
      return fmt::format("{} {} {}", to_text(predicate.measure), to_text(predicate.comparison),
                         to_text(predicate.threshold));
    case PredicateKind::negation:
      return "not " + operands_text(predicate, " ");
    case PredicateKind::every:
      return operands_text(predicate, " and ");
    case PredicateKind::any:
      return operands_text(predicate, " or ");
  }
  return {};
}

}  // namespace splitvote::load
