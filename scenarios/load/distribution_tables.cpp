// Reading the parameters of distributions; the values themselves are judged by sim::Distribution.
#include "scenarios/load/distribution_tables.hpp"

#include <fmt/format.h>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/table.hpp"

namespace splitvote::load {
namespace {

struct Exponential {
  sim::Duration mean;
  std::optional<sim::Duration> max;
};
struct Lognormal {
  sim::Duration p50;
  std::optional<sim::Duration> p99;
  std::optional<sim::Ratio> sigma;
  std::optional<sim::Duration> max;
};
struct Pareto {
  sim::Duration minimum;
  sim::Ratio alpha;
  std::optional<sim::Duration> max;
};
struct Part {
  std::uint32_t weight = 1;
  Draw value;
};

constexpr sim::Duration least = sim::nanoseconds(1);
constexpr std::string_view cap_help = "a cap: what would be longer lasts this long";

const Table<Exponential>& exponential_table() {
  static const auto table = Table<Exponential>("an exponential distribution")
                                .required("mean", &Exponential::mean, duration(least), "the mean")
                                .key("max", &Exponential::max, duration(least), cap_help);
  return table;
}

const Table<Lognormal>& lognormal_table() {
  static const auto table =
      Table<Lognormal>("a lognormal distribution")
          .required("p50", &Lognormal::p50, duration(least), "the median")
          .key("p99", &Lognormal::p99, duration(least), "99 % of the values lie below")
          .key("sigma", &Lognormal::sigma, decimal(0, 16), "the deviation of the logarithm")
          .key("max", &Lognormal::max, duration(least), cap_help)
          .check([](Reader& reader, const Node& node, Lognormal& value) {
            if (value.p99.has_value() != value.sigma.has_value()) return true;
            reader.error(node.position, "a lognormal distribution needs either p99 or sigma",
                         "write {p50: 1ms, p99: 10ms}");
            return false;
          });
  return table;
}

const Table<Pareto>& pareto_table() {
  static const auto table =
      Table<Pareto>("a Pareto distribution")
          .required("minimum", &Pareto::minimum, duration(least), "the least value")
          .required("alpha", &Pareto::alpha, decimal(0, 1000), "the exponent of the tail")
          .key("max", &Pareto::max, duration(least), cap_help);
  return table;
}

const Table<Part>& part_table() {
  static const auto table =
      Table<Part>("a weighted value")
          .key("weight", &Part::weight, integer<std::uint32_t>(1, 1'000'000), "its weight")
          .required("value", &Part::value, draw(), "a duration or a distribution");
  return table;
}

std::optional<Draw> finish(Reader& reader, const Node& node,
                           const sim::Result<sim::Distribution>& made, std::string text) {
  if (!made) {
    reader.error(node, made.error().message);
    return std::nullopt;
  }
  Draw draw;
  draw.distribution = *made;
  draw.text = std::move(text);
  if (made->is_constant()) draw.fixed = sim::Duration{made->minimum()};
  return draw;
}

std::int64_t cap(const std::optional<sim::Duration>& max) {
  return max ? max->ns : sim::Distribution::value_max;
}

/// The canonical words: the key and what the table prints.
template <typename Owner>
std::string words(std::string_view name, const Table<Owner>& table, const Owner& owner) {
  return fmt::format("{{{}: {}}}", name, flow_text(table.write(owner)));
}

}  // namespace

std::optional<Draw> uniform_draw(Reader& reader, const Node& node,
                                 const models::DurationRange& range) {
  if (range.first == range.last) return fixed_draw(range.first);
  return finish(reader, node, sim::Distribution::uniform(range.first.ns, range.last.ns),
                fmt::format("{{uniform: [{}, {}]}}", to_text(range.first), to_text(range.last)));
}

std::optional<Draw> read_uniform(Reader& reader, const Node& parameters) {
  std::vector<sim::Duration> bounds;
  const auto type = list(signed_duration(), "a list of two durations such as [1ms, 2ms]");
  if (!type.read(reader, parameters, bounds)) return std::nullopt;
  if (bounds.size() != 2) {
    reader.error(parameters, fmt::format("{} bounds where two are due", bounds.size()),
                 "write [1ms, 2ms]");
    return std::nullopt;
  }
  if (bounds[1] < bounds[0]) {
    reader.error(parameters.items[1],
                 fmt::format("the upper bound {} is below the lower bound {}",
                             parameters.items[1].text, parameters.items[0].text),
                 "swap them");
    return std::nullopt;
  }
  return uniform_draw(reader, parameters, {bounds[0], bounds[1]});
}

std::optional<Draw> read_exponential(Reader& reader, const Node& parameters) {
  Exponential value;
  if (!exponential_table().read(reader, parameters, value)) return std::nullopt;
  return finish(reader, parameters, sim::Distribution::exponential(value.mean.ns, cap(value.max)),
                words("exponential", exponential_table(), value));
}

std::optional<Draw> read_lognormal(Reader& reader, const Node& parameters) {
  Lognormal value;
  if (!lognormal_table().read(reader, parameters, value)) return std::nullopt;
  const auto made =
      value.p99 ? sim::Distribution::lognormal(value.p50.ns, value.p99->ns, cap(value.max))
                : sim::Distribution::lognormal_sigma(value.p50.ns, *value.sigma, cap(value.max));
  return finish(reader, parameters, made, words("lognormal", lognormal_table(), value));
}

std::optional<Draw> read_pareto(Reader& reader, const Node& parameters) {
  Pareto value;
  if (!pareto_table().read(reader, parameters, value)) return std::nullopt;
  return finish(reader, parameters,
                sim::Distribution::pareto(value.minimum.ns, value.alpha, cap(value.max)),
                words("pareto", pareto_table(), value));
}

std::optional<Draw> read_choose(Reader& reader, const Node& parameters) {
  if (!reader.expect(parameters, Node::Kind::list, "a list of values")) return std::nullopt;
  std::vector<sim::WeightedDistribution> parts;
  std::vector<Node> items;
  for (const Node& item : parameters.items) {
    Part part;
    const bool weighted = item.is_map() && (item.find("value") || item.find("weight"));
    const bool read =
        weighted ? part_table().read(reader, item, part) : draw().read(reader, item, part.value);
    if (!read) continue;
    parts.push_back({part.weight, part.value.distribution});
    items.push_back(part_table().write(part));
  }
  if (parameters.items.empty()) reader.error(parameters, "nothing to choose from", "list values");
  if (parts.empty() || parts.size() != parameters.items.size()) return std::nullopt;
  return finish(reader, parameters, sim::Distribution::mixture(parts),
                fmt::format("{{choose: {}}}", flow_text(list_of(items))));
}

std::optional<Draw> read_empirical(Reader& reader, const Node& parameters) {
  std::vector<Named<sim::Duration>> values;
  const auto type = map_to(signed_duration(), "a map from shares to durations");
  if (!type.read(reader, parameters, values)) return std::nullopt;
  std::vector<sim::QuantilePoint> points;
  std::string text;
  for (const Named<sim::Duration>& each : values) {
    const auto quantile = parse_share(each.key);
    if (!quantile) {
      reader.error(each.position, quantile.error().message, "keys are shares such as 50%",
                   each.key.size());
      return std::nullopt;
    }
    points.push_back({*quantile, each.value.ns});
    text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", share_text(*quantile),
                        to_text(each.value));
  }
  return finish(reader, parameters, sim::Distribution::empirical(points),
                fmt::format("{{empirical: {{{}}}}}", text));
}

std::string uniform_schema(Definitions& definitions) {
  return definitions.list(signed_duration().schema(definitions), 2);
}
std::string exponential_schema(Definitions& definitions) {
  return exponential_table().schema(definitions);
}
std::string lognormal_schema(Definitions& definitions) {
  return lognormal_table().schema(definitions);
}
std::string pareto_schema(Definitions& definitions) { return pareto_table().schema(definitions); }

std::string choose_schema(Definitions& definitions) {
  const std::string part = part_table().schema(definitions);
  return definitions.list(definitions.any_of({part, draw().schema(definitions)}), 1);
}

std::string empirical_schema(Definitions& definitions) {
  return definitions.map(signed_duration().schema(definitions));
}

std::string flat_schema(Definitions& definitions) {
  const auto with_dist = [&definitions](std::string_view name, const auto& table) {
    std::vector<Property> properties = {
        {"dist", "the distribution's name", definitions.words({name}), true}};
    for (const auto& row : table.rows())
      properties.push_back(
          {row.key, row.help, row.schema(definitions), row.presence == Presence::required});
    return definitions.object(properties);
  };
  return definitions.any_of({with_dist("exponential", exponential_table()),
                             with_dist("lognormal", lognormal_table()),
                             with_dist("pareto", pareto_table())});
}

}  // namespace splitvote::load
