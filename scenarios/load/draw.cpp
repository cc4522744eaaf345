// Distributions by name: a table row reads the parameters, makes the distribution and its words.
#include "scenarios/load/draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/load/distribution_tables.hpp"

namespace splitvote::load {
namespace {

struct Kind {
  std::string_view name;
  std::string_view help;
  std::optional<Draw> (*read)(Reader& reader, const Node& parameters);
  std::string (*schema)(Definitions& definitions);
};

constexpr std::array kinds{
    Kind{"uniform", "every value between two bounds alike: {uniform: [1ms, 2ms]}", read_uniform,
         uniform_schema},
    Kind{"exponential", "waiting times: {exponential: {mean: 2s, max: 10s}}", read_exponential,
         exponential_schema},
    Kind{"lognormal", "by two quantiles, or p50 and sigma: {lognormal: {p50: 1.5ms, p99: 12ms}}",
         read_lognormal, lognormal_schema},
    Kind{"pareto", "heavy tails: {pareto: {minimum: 1ms, alpha: 1.5, max: 1s}}", read_pareto,
         pareto_schema},
    Kind{"choose", "one of several: {choose: [{weight: 9, value: 1ms}, {weight: 1, value: 50ms}]}",
         read_choose, choose_schema},
    Kind{"empirical", "a table of quantiles: {empirical: {0%: 1ms, 50%: 2ms, 100%: 40ms}}",
         read_empirical, empirical_schema},
};

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kinds) names.push_back(kind.name);
  return names;
}

const Kind* find_kind(std::string_view name) {
  const auto at = std::ranges::find(kinds, name, &Kind::name);
  return at == kinds.end() ? nullptr : &*at;
}

std::optional<Draw> read_scalar(Reader& reader, const Node& node) {
  if (!node.text.contains("..")) {
    const auto value = parse_duration(node.text);
    if (value) return fixed_draw(*value);
    reader.error(node, value.error());
    return std::nullopt;
  }
  const auto range = parse_duration_range(node.text);
  if (range) return uniform_draw(reader, node, *range);
  reader.error(node, range.error());
  return std::nullopt;
}

/// `{dist: lognormal, p50: 1.5ms, p99: 12ms}` is `{lognormal: {p50: 1.5ms, p99: 12ms}}`.
std::optional<Draw> read_flat(Reader& reader, const Node& node, const Entry& dist) {
  if (!reader.expect(dist.value, Node::Kind::scalar, "the name of a distribution"))
    return std::nullopt;
  const Kind* kind = find_kind(dist.value.text);
  if (!kind || kind->name == "uniform" || kind->name == "choose" || kind->name == "empirical") {
    reader.unknown(dist.value.position, "distribution for \"dist\"", dist.value.text,
                   {"exponential", "lognormal", "pareto"});
    return std::nullopt;
  }
  Node parameters = node;
  std::erase_if(parameters.entries, [](const Entry& entry) { return entry.key == "dist"; });
  return kind->read(reader, parameters);
}

std::optional<Draw> read_map(Reader& reader, const Node& node) {
  if (const Entry* dist = node.find("dist")) return read_flat(reader, node, *dist);
  std::optional<Draw> draw;
  const Entry* first = nullptr;
  for (const Entry& entry : node.entries) {
    const Kind* kind = find_kind(entry.key);
    if (!kind) {
      reader.unknown(entry.position, "distribution", entry.key, kind_names());
    } else if (first) {
      reader.error(entry.position, fmt::format("a second distribution, \"{}\"", entry.key),
                   fmt::format("\"{}\" is one already; mix them with choose", first->key),
                   entry.key.size());
    } else {
      draw = kind->read(reader, entry.value);
    }
    if (!first) first = &entry;
  }
  if (!first) reader.error(node, "an empty map where a duration is due", "write 10ms");
  return node.entries.size() == 1 ? draw : std::nullopt;
}

std::optional<Draw> read_any(Reader& reader, const Node& node) {
  switch (node.kind) {
    case Node::Kind::scalar:
      return read_scalar(reader, node);
    case Node::Kind::map:
      return read_map(reader, node);
    default:
      break;
  }
  reader.error(node, fmt::format("{} where a duration is due", found(node)),
               "write 10ms, 10ms..20ms or a distribution such as {exponential: {mean: 2s}}");
  return std::nullopt;
}

bool read_draw(Reader& reader, const Node& node, Draw& target) {
  std::optional<Draw> draw = read_any(reader, node);
  if (!draw) return false;
  target = std::move(*draw);
  target.position = node.position;
  return true;
}

std::string draw_schema(Definitions& definitions) {
  if (!definitions.begin("draw")) return Definitions::reference("draw");
  std::vector<std::string> forms = {
      definitions.pattern("span", "a duration such as 10ms, or a range such as 10ms..20ms",
                          R"(^[-+]?[0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h))"
                          R"((\.\.[-+]?[0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h))?$)")};
  for (const Kind& kind : kinds)
    forms.push_back(definitions.object(
        {{std::string(kind.name), std::string(kind.help), kind.schema(definitions), true}}));
  forms.push_back(flat_schema(definitions));
  return definitions.end("draw", definitions.any_of(forms));
}

Node write_draw(const Draw& value) { return plain_scalar(value.text); }

bool read_change(Reader& reader, const Node& node, Change& target) {
  target.position = node.position;
  const char first = node.is_scalar() && !node.text.empty() ? node.text.front() : '\0';
  if (first == 'x') {
    const auto factor = parse_factor(node.text);
    if (!factor) return reader.error(node, factor.error()), false;
    target.kind = Change::Kind::multiply;
    target.factor = *factor;
    return true;
  }
  if (first == '+' || first == '-') {
    const auto extra = parse_duration(node.text);
    if (!extra) return reader.error(node, extra.error()), false;
    target.kind = Change::Kind::lengthen;
    target.extra = *extra;
    return true;
  }
  target.kind = Change::Kind::replace;
  return draw().read(reader, node, target.draw);
}

Node write_change(const Change& value) {
  switch (value.kind) {
    case Change::Kind::replace:
      return write_draw(value.draw);
    case Change::Kind::lengthen:
      return plain_scalar((value.extra.ns < 0 ? "" : "+") + to_text(value.extra));
    case Change::Kind::multiply:
      return plain_scalar(factor_text(value.factor));
  }
  return {};
}

}  // namespace

Draw fixed_draw(sim::Duration value) {
  Draw draw;
  draw.distribution = *sim::Distribution::constant(value.ns);  // parse_duration keeps the bounds
  draw.text = to_text(value);
  draw.fixed = value;
  return draw;
}

Type<Draw> signed_draw() { return {read_draw, write_draw, draw_schema}; }

Type<Draw> draw() {
  return {[](Reader& reader, const Node& node, Draw& target) {
            if (!read_draw(reader, node, target)) return false;
            if (target.distribution.minimum() >= 0) return true;
            reader.error(node, "a negative duration", "it is at least 0ms");
            return false;
          },
          write_draw, draw_schema};
}

Type<Change> change() {
  return {read_change, write_change, [](Definitions& definitions) {
            return definitions.any_of(
                {draw_schema(definitions),
                 definitions.pattern("factor", "a factor such as x3", R"(^x[0-9]+(\.[0-9]+)?$)")});
          }};
}

bool is_distribution(const Node& node) {
  return node.is_map() && std::ranges::any_of(node.entries, [](const Entry& entry) {
           return entry.key == "dist" || find_kind(entry.key);
         });
}

std::vector<DistributionHelp> distribution_helps() {
  std::vector<DistributionHelp> helps = {{"constant", "always the same: 5ms"}};
  for (const Kind& kind : kinds) helps.push_back({kind.name, kind.help});
  return helps;
}

}  // namespace splitvote::load
