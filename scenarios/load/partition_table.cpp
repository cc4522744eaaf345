// The keys of a partition: named groups, or a rule that makes them.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/selector_text.hpp"
#include "scenarios/load/tables.hpp"
#include "scenarios/load/verb_tables.hpp"

namespace splitvote::load {
namespace {

using Group = Partition::Group;

bool read_groups(Reader& reader, const Node& node, std::vector<Group>& groups) {
  std::vector<Named<NodeSet>> named;
  const auto type = map_to(node_set(), "a map from group names to nodes");
  bool usable = type.read(reader, node, named);
  if (!node.is_map()) return false;
  for (Named<NodeSet>& each : named) {
    if (!is_name(each.key) || each.key == "nodes" || each.key == "start" || each.key == "end") {
      reader.error(each.position, fmt::format("\"{}\" cannot name a group", each.key),
                   "write a letter, then letters, digits, - and _; not nodes, start or end",
                   each.key.size());
      usable = false;
    }
    groups.push_back({each.key, std::move(each.value), each.position});
  }
  if (groups.size() >= 2) return usable;
  reader.error(node, fmt::format("{} group{}", groups.size(), groups.size() == 1 ? "" : "s"),
               "a partition has at least two; the others may be [rest]");
  return false;
}

Type<std::vector<Group>> groups() {
  return {read_groups,
          [](const std::vector<Group>& values) {
            std::vector<Entry> entries;
            for (const Group& group : values)
              entries.push_back({group.name, {}, node_set().write(group.nodes)});
            return map_of(std::move(entries));
          },
          [](Definitions& definitions) { return definitions.map(node_set().schema(definitions)); }};
}

struct ModeWord {
  PartitionMode mode{};
  std::string_view name;
  std::vector<std::string> groups;
};
const std::vector<ModeWord>& modes() {
  static const std::vector<ModeWord> words = {
      {PartitionMode::majority, "majority", {"majority", "minority"}},
      {PartitionMode::minority, "minority", {"minority", "majority"}},
      {PartitionMode::leader, "leader", {"leader", "rest"}},
      {PartitionMode::one, "one", {"one", "rest"}},
      {PartitionMode::random, "random", {"left", "right"}},
  };
  return words;
}

Type<PartitionMode> mode() {
  std::vector<Word<PartitionMode>> words;
  for (const ModeWord& each : modes()) words.push_back({each.mode, each.name});
  return word("a way to part", std::move(words));
}

bool check_partition(Reader& reader, const Node& node) {
  const bool groups = node.find("groups") != nullptr;
  const bool mode = node.find("mode") != nullptr;
  if (groups != mode) return true;
  reader.error(node.position, "a partition needs either \"groups\" or \"mode\"",
               "write {mode: minority} or {groups: {a: [n1, n2], b: [rest]}}");
  return false;
}

const Table<Partition>& partition_table() {
  static const auto table =
      Table<Partition>("a partition")
          .if_any("groups", &Partition::groups, groups(), "names and nodes of the groups")
          .key("mode", &Partition::mode, mode(),
               "majority or minority: the side with the leader; leader, one: that node alone; "
               "random")
          .key("drop", &Partition::drop,
               word<Drop>("what is dropped", {{Drop::both, "both"},
                                              {Drop::inbound, "inbound"},
                                              {Drop::outbound, "outbound"}}),
               "messages into the first group, out of it, or both")
          .form(check_partition);
  return table;
}

}  // namespace

Type<Partition> partition() { return object("partition", partition_table); }

std::vector<std::string> group_names(const Partition& partition) {
  if (partition.mode) return std::ranges::find(modes(), *partition.mode, &ModeWord::mode)->groups;
  std::vector<std::string> names;
  for (const Group& group : partition.groups) names.push_back(group.name);
  return names;
}

}  // namespace splitvote::load
