// The keys of `sweep:` and `report:`.
#include <fmt/format.h>

#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

constexpr std::uint64_t runs_max = 1'000'000'000;

Type<SeedRange> seed_range() {
  return {
      [](Reader& reader, const Node& node, SeedRange& range) {
        if (!reader.expect(node, Node::Kind::scalar, "a range of seeds such as 1..1000"))
          return false;
        const auto parsed = parse_integer_range(node.text);
        if (!parsed) return reader.error(node, parsed.error()), false;
        range = {parsed->first, parsed->last};
        if (range.last - range.first < runs_max) return true;
        reader.error(node, "too many seeds", fmt::format("at most {}", runs_max));
        return false;
      },
      [](const SeedRange& range) {
        return plain_scalar(fmt::format("{}..{}", range.first, range.last));
      },
      [](Definitions& definitions) {
        return definitions.any_of({definitions.integer(0, INT64_MAX),
                                   definitions.pattern("seeds", "a range of seeds such as 1..1000",
                                                       R"(^[0-9]+(\.\.[0-9]+)?$)")});
      }};
}

/// Values are kept as canonical text here; the loader takes the nodes themselves to make variants.
bool read_matrix(Reader& reader, const Node& node, std::vector<Axis>& axes) {
  if (!reader.expect(node, Node::Kind::map, "a map from dotted paths to lists of values"))
    return false;
  bool usable = true;
  for (const Entry& entry : node.entries) {
    Axis axis{entry.key, {}, entry.position};
    if (!entry.value.is_list() || entry.value.items.empty()) {
      reader.error(entry.value, fmt::format("{} where a list of values is due", found(entry.value)),
                   fmt::format("write [{}]", entry.value.is_scalar() ? entry.value.text : "a, b"));
      usable = false;
    }
    for (const Node& value : entry.value.items) axis.values.push_back(guarded(flow_text(value)));
    axes.push_back(std::move(axis));
  }
  return usable;
}

Type<std::vector<Axis>> matrix() {
  return {read_matrix,
          [](const std::vector<Axis>& axes) {
            std::vector<Entry> entries;
            for (const Axis& axis : axes) {
              std::vector<Node> values;
              for (const std::string& value : axis.values) values.push_back(plain_scalar(value));
              entries.push_back({axis.path, {}, list_of(std::move(values))});
            }
            return map_of(std::move(entries));
          },
          [](Definitions& definitions) { return definitions.map(definitions.list("{}", 1)); }};
}

bool read_exclusion(Reader& reader, const Node& node, Exclusion& exclusion) {
  exclusion.position = node.position;
  if (!reader.expect(node, Node::Kind::map, "a map from dotted paths to values")) return false;
  for (const Entry& entry : node.entries)
    exclusion.pairs.push_back({entry.key, guarded(flow_text(entry.value))});
  if (!exclusion.pairs.empty()) return true;
  reader.error(node, "an exclusion of nothing", "name paths of the matrix and their values");
  return false;
}

Type<Exclusion> exclusion() {
  return {read_exclusion,
          [](const Exclusion& value) {
            std::vector<Entry> entries;
            for (const Exclusion::Pair& pair : value.pairs)
              entries.push_back({pair.path, {}, plain_scalar(pair.value)});
            return map_of(std::move(entries));
          },
          [](Definitions& definitions) { return definitions.map("{}"); }};
}

struct StopOn {
  std::optional<std::uint64_t> failures;
  std::optional<sim::Duration> wall;
};
const Table<StopOn>& stop_table() {
  static const auto table =
      Table<StopOn>("what stops a sweep")
          .key("failures", &StopOn::failures, integer<std::uint64_t>(1, runs_max),
               "so many failed runs")
          .key("wall", &StopOn::wall, duration(sim::milliseconds(1)), "so much real time");
  return table;
}

/// `stop_on` lies flat in the sweep.
Row<Sweep> stop_row() {
  const Type<StopOn> type = object("stop_on", stop_table);
  return {"stop_on",
          "what stops the sweep early",
          Presence::optional,
          [type](Reader& reader, const Entry& entry, Sweep& sweep) {
            StopOn stop;
            if (!type.read(reader, entry.value, stop)) return false;
            sweep.stop_failures = stop.failures;
            sweep.stop_wall = stop.wall;
            return true;
          },
          [type](const Sweep& sweep) -> std::optional<Node> {
            if (!sweep.stop_failures && !sweep.stop_wall) return std::nullopt;
            return type.write({sweep.stop_failures, sweep.stop_wall});
          },
          type.schema};
}

/// A percentage without its sign: 50, 99, 99.9.
Type<sim::Ratio> quantile() {
  return {[](Reader& reader, const Node& node, sim::Ratio& value) {
            if (!reader.expect(node, Node::Kind::scalar, "a quantile such as 99.9")) return false;
            const auto share = parse_share(node.text + "%");
            const auto plain = parse_decimal(node.text);
            if (share && plain && share->numerator <= share->denominator)
              return value = *share, true;
            reader.error(node, fmt::format("{} is not a quantile", found(node)),
                         "write a number from 0 to 100, such as 99.9");
            return false;
          },
          [](const sim::Ratio& value) {
            std::string share = share_text(value);
            share.pop_back();
            return plain_scalar(std::move(share));
          },
          [](Definitions& definitions) {
            return definitions.number("quantile", "a quantile in percent", 0, 100);
          }};
}

}  // namespace

const Table<Sweep>& sweep_table() {
  static const auto table =
      Table<Sweep>("a sweep")
          .key("seeds", &Sweep::seeds, seed_range(), "inclusive: 1..1000")
          .if_any("matrix", &Sweep::matrix, matrix(),
                  "dotted paths and the values they take in turn")
          .if_any("exclude", &Sweep::exclude, list(exclusion(), "a list of maps"),
                  "cells of the matrix that are left out")
          .row(stop_row())
          .key("limit", &Sweep::limit, integer<std::uint64_t>(1, runs_max), "so many runs at most");
  return table;
}

const Table<Report>& report_table() {
  static const auto table =
      Table<Report>("a report")
          .key("quantiles", &Report::quantiles, list(quantile(), "a list of quantiles", 1),
               "which quantiles are printed")
          .if_any("group_by", &Report::group_by, list(text(), "a list of paths of the matrix"),
                  "paths of the matrix");
  return table;
}

}  // namespace splitvote::load
