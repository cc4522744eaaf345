// A scenario as the loader leaves it: resolved, validated, and a plain value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/registry/settings.hpp"
#include "scenarios/load/expectations.hpp"
#include "scenarios/load/position.hpp"
#include "scenarios/load/timeline.hpp"
#include "scenarios/load/topology.hpp"
#include "scenarios/load/workload.hpp"

namespace splitvote::load {

struct Run {
  std::uint64_t seed = 1;
  sim::Duration duration = sim::seconds(30);
  std::uint64_t max_events = 100'000'000;  // then the run is inconclusive
  /// That the search of a check goes through, of linearizable for each key; then it is undecided.
  std::uint64_t max_configurations = 1'000'000;
  SourcePosition position;
  bool operator==(const Run&) const = default;
};

struct Protocol {
  std::string kind;  // the name of a registered protocol
  models::Settings settings;
  std::map<std::string, std::string> texts;  // the same settings as the language writes them
  SourcePosition position;
  bool operator==(const Protocol& other) const {
    return kind == other.kind && settings.all() == other.settings.all();
  }
};

/// A parameter with the value it has got; every `${name}` has been replaced by it.
struct Parameter {
  std::string name;
  std::string type;
  std::string value;
  std::string help;
  SourcePosition position;
  bool operator==(const Parameter&) const = default;
};

/// Inclusive.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  constexpr bool operator==(const SeedRange&) const = default;
};

/// A dotted path and the values it takes in turn, as canonical YAML.
struct Axis {
  std::string path;
  std::vector<std::string> values;
  SourcePosition position;
  bool operator==(const Axis&) const = default;
};

/// A cell of the matrix that is left out: all of these hold.
struct Exclusion {
  struct Pair {
    std::string path;
    std::string value;
    bool operator==(const Pair&) const = default;
  };
  std::vector<Pair> pairs;
  SourcePosition position;
  bool operator==(const Exclusion&) const = default;
};

struct Sweep {
  std::optional<SeedRange> seeds;  // absent: the seed of `run`
  std::vector<Axis> matrix;
  std::vector<Exclusion> exclude;
  std::optional<std::uint64_t> stop_failures;  // so many failed runs end the sweep
  std::optional<sim::Duration> stop_wall;      // of real time
  std::optional<std::uint64_t> limit;          // runs at most
  SourcePosition position;
  bool operator==(const Sweep&) const = default;
};

struct Report {
  std::vector<sim::Ratio> quantiles;
  std::vector<std::string> group_by;  // paths of the matrix
  SourcePosition position;
  bool operator==(const Report&) const = default;
};

struct Scenario {
  std::string name;
  std::string description;
  std::vector<std::string> tags;
  std::vector<Parameter> params;
  Run run;
  Topology topology;
  Protocol protocol;
  std::vector<Workload> workloads;
  std::vector<Step> timeline;
  Expectations expect;
  std::optional<Sweep> sweep;
  Report report;
  SourcePosition position;

  bool operator==(const Scenario&) const = default;
};

/// The scenario as YAML with everything resolved and every fallback written out. Loading it again
/// gives an equal scenario.
[[nodiscard]] std::string to_yaml(const Scenario& scenario);

}  // namespace splitvote::load
