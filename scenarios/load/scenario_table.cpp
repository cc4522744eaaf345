// The keys at the top of a scenario, and of `params:` and `run:`.
#include <fmt/format.h>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/parameters.hpp"
#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

/// A key that the loader deals with before the tables see the tree.
Row<Scenario> early_row(std::string_view key, std::string_view help, std::string schema) {
  return {std::string(key),
          std::string(help),
          Presence::optional,
          [](Reader&, const Entry&, Scenario&) { return true; },
          [](const Scenario&) -> std::optional<Node> { return std::nullopt; },
          [schema](Definitions&) { return schema; }};
}

Row<Scenario> version_row() {
  return {"version",
          "the version of the language: 1",
          Presence::required,
          [](Reader& reader, const Entry& entry, Scenario&) {
            if (entry.value.is_scalar() && entry.value.plain && entry.value.text == "1")
              return true;
            reader.error(entry.value, fmt::format("unknown version {}", found(entry.value)),
                         "write version: 1");
            return false;
          },
          [](const Scenario&) { return std::optional(plain_scalar("1")); },
          [](Definitions&) { return std::string(R"({"const": 1})"); }};
}

Row<Scenario> params_row() {
  return {"params",
          "parameters, put in wherever ${name} stands",
          Presence::optional,
          [](Reader&, const Entry&, Scenario&) { return true; },
          [](const Scenario& scenario) -> std::optional<Node> {
            if (scenario.params.empty()) return std::nullopt;
            return write_parameters(scenario.params);
          },
          parameters_schema};
}

}  // namespace

const Table<Run>& run_table() {
  static const auto table =
      Table<Run>("a run")
          .key("seed", &Run::seed, integer<std::uint64_t>(0, INT64_MAX),
               "names all randomness of the run")
          .key("duration", &Run::duration, duration(sim::nanoseconds(1)), "simulated time")
          .key("max_events", &Run::max_events, integer<std::uint64_t>(1, INT64_MAX),
               "then the run ends without a verdict")
          .key("max_configurations", &Run::max_configurations, integer<std::uint64_t>(1, INT64_MAX),
               "what the search of a consistency check goes through before it is undecided");
  return table;
}

const Table<Scenario>& scenario_table() {
  static const auto table = [] {
    Table<Scenario> whole("a scenario");
    whole.row(version_row())
        .required("name", &Scenario::name, name("a scenario's name"), "what reports call it")
        .if_any("description", &Scenario::description, text(),
                "what it shows, in a sentence or two")
        .if_any("tags", &Scenario::tags, list(name("a tag"), "a list of tags"),
                "words to select scenarios by")
        .row(early_row(
            "include", "files whose maps are merged in and whose lists are taken over",
            R"({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})"))
        .row(params_row())
        .key("run", &Scenario::run, object("run", run_table), "seed, duration, budget")
        .required("topology", &Scenario::topology, object("topology", topology_table),
                  "nodes, links, disks, clocks")
        .required("protocol", &Scenario::protocol, protocol_settings(), "what the nodes run")
        .if_any("workload", &Scenario::workloads,
                list(object("workload", workload_table), "a list of workloads"), "the clients")
        .if_any("timeline", &Scenario::timeline, list(step(), "a list of steps"),
                "what happens to them")
        .key("expect", &Scenario::expect, object("expect", expectations_table),
             "what must be true of it")
        .key("sweep", &Scenario::sweep, object("sweep", sweep_table), "seeds and a matrix")
        .key("report", &Scenario::report, object("report", report_table), "how it is told")
        .ignoring("x-");
    return whole;
  }();
  return table;
}

std::string to_yaml(const Scenario& scenario) {
  return block_text(scenario_table().write(scenario));
}

}  // namespace splitvote::load
