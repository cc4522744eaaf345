// The tables of the scenario's sections, one per map of the language.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/scenario.hpp"
#include "scenarios/load/selector_text.hpp"
#include "scenarios/load/table.hpp"

namespace splitvote::load {

[[nodiscard]] const Table<Scenario>& scenario_table();
[[nodiscard]] const Table<Run>& run_table();
[[nodiscard]] const Table<Topology>& topology_table();
[[nodiscard]] const Table<Workload>& workload_table();
[[nodiscard]] const Table<Expectations>& expectations_table();
[[nodiscard]] const Table<Sweep>& sweep_table();
[[nodiscard]] const Table<Report>& report_table();

/// Its keys are those of the protocol it names. Its schema refers to a definition that
/// `define_protocols` makes.
[[nodiscard]] Type<Protocol> protocol_settings();
void define_protocols(std::span<const models::Protocol> protocols, Definitions& definitions);
[[nodiscard]] Type<Step> step();
[[nodiscard]] Type<Partition> partition();

/// What stands for both ends of a link: checks that it is either from and to, or between.
[[nodiscard]] bool check_ends(Reader& reader, const Node& node);
[[nodiscard]] Type<std::vector<NodeSet>> pair_of_sets();

/// Adds the keys `from`, `to` and `between` for an owner with source, target and both_ways.
template <typename Owner>
void add_ends(Table<Owner>& table) {
  const auto one_way = [&table](std::string_view key, NodeSet Owner::*member,
                                std::string_view help) {
    const Type<NodeSet> type = node_set();
    table.row({std::string(key), std::string(help), Presence::optional,
               [type, member](Reader& reader, const Entry& entry, Owner& owner) {
                 return type.read(reader, entry.value, owner.*member);
               },
               [type, member](const Owner& owner) -> std::optional<Node> {
                 if (owner.both_ways) return std::nullopt;
                 return type.write(owner.*member);
               },
               type.schema});
  };
  one_way("from", &Owner::source, "the nodes that send");
  one_way("to", &Owner::target, "the nodes that receive");
  const Type<std::vector<NodeSet>> pair = pair_of_sets();
  table.row({"between", "two sets of nodes, for both directions", Presence::optional,
             [pair](Reader& reader, const Entry& entry, Owner& owner) {
               std::vector<NodeSet> sets;
               const bool usable = pair.read(reader, entry.value, sets);
               owner.both_ways = true;
               // One of them may be all that could be read, and its names are judged as well.
               if (!sets.empty()) owner.source = sets[0];
               if (sets.size() > 1) owner.target = sets[1];
               return usable;
             },
             [pair](const Owner& owner) -> std::optional<Node> {
               if (!owner.both_ways) return std::nullopt;
               return pair.write({owner.source, owner.target});
             },
             pair.schema});
}

[[nodiscard]] const Table<Burst>& burst_table();

}  // namespace splitvote::load
