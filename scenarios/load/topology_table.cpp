// The keys of `topology:`: its nodes by number, list or map, their latencies, disks, clocks and
// costs.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

constexpr std::uint64_t nodes_max = 64;

const Table<LinkSettings>& link_table() {
  static const auto table =
      Table<LinkSettings>("the properties of a link")
          .key("latency", &LinkSettings::latency, draw(), "how long a message takes")
          .key("jitter", &LinkSettings::jitter, duration(), "up to so much is added, uniformly")
          .key("loss", &LinkSettings::loss, share(), "the share of messages that is lost")
          .key("burst", &LinkSettings::burst, object("burst", burst_table), "loss in bursts")
          .key("duplication", &LinkSettings::duplication, share(), "messages that arrive twice")
          .key("reordering", &LinkSettings::reordering, share(),
               "messages that may overtake earlier ones")
          .key("corruption", &LinkSettings::corruption, share(), "messages with a flipped bit")
          .key("bandwidth", &LinkSettings::bandwidth, bandwidth(), "0B/s: unlimited")
          .key("queue", &LinkSettings::queue, duration(),
               "messages that would wait longer for bandwidth are dropped; 0ms: unlimited");
  return table;
}

const Table<LinkRule>& link_rule_table() {
  static const auto table = [] {
    Table<LinkRule> rule("a link rule");
    add_ends(rule);
    rule.inlined(&LinkRule::settings, link_table());
    rule.form(check_ends);
    return rule;
  }();
  return table;
}

const Table<DiskSettings>& disk_table() {
  static const auto table =
      Table<DiskSettings>("the properties of a disk")
          .key("read", &DiskSettings::read, draw(), "how long a read takes")
          .key("write", &DiskSettings::write, draw(),
               "how long a write takes; the next fsync waits for it")
          .key("fsync", &DiskSettings::fsync, draw(), "how long an fsync takes")
          .key("bandwidth", &DiskSettings::bandwidth, bandwidth(), "0B/s: unlimited")
          .key("capacity", &DiskSettings::capacity, size(), "0B: unlimited");
  return table;
}

const Table<ClockSettings>& clock_table() {
  static const auto table =
      Table<ClockSettings>("the properties of a clock")
          .key("offset", &ClockSettings::offset, signed_duration(), "ahead of true time")
          .key("drift", &ClockSettings::drift_ppb, drift(), "how much it runs fast");
  return table;
}

const Table<CostSettings>& cost_table() {
  static const auto table = Table<CostSettings>("the costs of a node")
                                .key("handle", &CostSettings::per_message_handled, duration(),
                                     "processor time per message handled")
                                .key("send", &CostSettings::per_message_sent, duration(),
                                     "processor time per message sent")
                                .key("per_kilobyte", &CostSettings::per_kilobyte, duration(),
                                     "processor time per 1024 bytes handled or sent")
                                .key("nic", &CostSettings::nic_bandwidth, bandwidth(),
                                     "what the network card sends; 0B/s: unlimited");
  return table;
}

/// `{default: …, n3: …, "dc:west": …}`
template <typename Settings>
Type<PerNode<Settings>> per_node(std::string_view due, std::string_view name,
                                 const Table<Settings>& (*table)()) {
  const Type<Settings> settings = object(name, table);
  const auto read = [due, settings](Reader& reader, const Node& node, PerNode<Settings>& value) {
    if (!reader.expect(node, Node::Kind::map, due)) return false;
    bool usable = true;
    for (const Entry& entry : node.entries) {
      if (entry.key == "default") {
        const bool usable_default = settings.read(reader, entry.value, value.fallback);
        usable = usable && usable_default;
        continue;
      }
      typename PerNode<Settings>::Exception exception;
      exception.position = entry.position;
      Node nodes = plain_scalar(entry.key);
      nodes.position = entry.position;
      const bool usable_nodes = node_set().read(reader, nodes, exception.nodes);
      const bool usable_settings = settings.read(reader, entry.value, exception.settings);
      usable = usable && usable_nodes && usable_settings;
      value.exceptions.push_back(std::move(exception));
    }
    return usable;
  };
  const auto write = [settings](const PerNode<Settings>& value) {
    std::vector<Entry> entries = {{"default", {}, settings.write(value.fallback)}};
    for (const auto& exception : value.exceptions)
      entries.push_back(
          {to_text(exception.nodes.any_of.front()), {}, settings.write(exception.settings)});
    return map_of(std::move(entries));
  };
  return {read, write, [settings](Definitions& definitions) {
            return definitions.map(settings.schema(definitions));
          }};
}

const Table<NodeSettings>& node_table() {
  static const auto table = Table<NodeSettings>("the properties of a node")
                                .if_any("dc", &NodeSettings::datacenter,
                                        name("a datacenter's name"), "the datacenter it is in");
  return table;
}

bool read_node(Reader& reader, const SourcePosition& at, std::string_view name,
               std::vector<NodeSettings>& nodes) {
  if (!is_name(name)) {
    reader.error(at, fmt::format("\"{}\" is not a node's name", name),
                 "write a letter, then letters, digits, - and _", name.size());
    return false;
  }
  if (is_selector_word(name)) {
    reader.error(at, fmt::format("\"{}\" is a word of the language", name),
                 "choose another name for the node", name.size());
    return false;
  }
  if (std::ranges::find(nodes, name, &NodeSettings::name) != nodes.end()) {
    reader.error(at, fmt::format("the node \"{}\" is given twice", name), "name it once",
                 name.size());
    return false;
  }
  NodeSettings node;
  node.name = name;
  node.position = at;
  nodes.push_back(std::move(node));
  return true;
}

bool read_node_count(Reader& reader, const Node& node, std::vector<NodeSettings>& nodes) {
  std::uint64_t count = 0;
  if (!integer<std::uint64_t>(1, nodes_max).read(reader, node, count)) return false;
  for (std::uint64_t i = 1; i <= count; ++i)
    if (!read_node(reader, node.position, fmt::format("n{}", i), nodes)) return false;
  return true;
}

bool read_nodes(Reader& reader, const Node& node, std::vector<NodeSettings>& nodes) {
  nodes.clear();
  if (node.is_scalar()) return read_node_count(reader, node, nodes);
  if (!node.is_list() && !node.is_map()) {
    reader.error(node, "nothing where nodes are due", "write 5, [n1, n2, n3] or {n1: {dc: east}}");
    return false;
  }
  bool usable = true;
  for (const Node& item : node.items) {
    const bool read = reader.expect(item, Node::Kind::scalar, "a node's name") &&
                      read_node(reader, item.position, item.text, nodes);
    usable = usable && read;
  }
  for (const Entry& entry : node.entries) {
    bool read = read_node(reader, entry.position, entry.key, nodes);
    // A node with nothing to say about it may be left empty: `n1:`.
    NodeSettings ignored;
    if (entry.value.kind != Node::Kind::null) {
      const bool settings = node_table().read(reader, entry.value, read ? nodes.back() : ignored);
      if (read) nodes.back().position = entry.position;
      read = read && settings;
    }
    usable = usable && read;
  }
  const std::size_t count = node.items.size() + node.entries.size();
  if (count == 0) reader.error(node, "no nodes", "a topology has at least one");
  if (count > nodes_max)
    reader.error(node, fmt::format("{} nodes", count), fmt::format("at most {}", nodes_max));
  return usable && count > 0 && count <= nodes_max;
}

Type<std::vector<NodeSettings>> nodes() {
  return {read_nodes,
          [](const std::vector<NodeSettings>& values) {
            std::vector<Entry> entries;
            for (const NodeSettings& node : values)
              entries.push_back({node.name, {}, node_table().write(node)});
            return map_of(std::move(entries));
          },
          [](Definitions& definitions) {
            const std::string settings = node_table().schema(definitions);
            return definitions.any_of(
                {definitions.integer(1, nodes_max),
                 definitions.list(name("a node").schema(definitions), 1),
                 definitions.map(definitions.any_of({settings, R"({"type": "null"})"}))});
          }};
}

/// `{east: {west: 12ms}}`: one direction stands for both unless the other is given as well.
bool read_matrix(Reader& reader, const Node& node, std::vector<DatacenterLatency>& values) {
  std::vector<Named<std::vector<Named<Draw>>>> rows;
  const auto type = map_to(map_to(draw(), "a map from datacenters to latencies"),
                           "a map from datacenters to rows");
  const bool usable = type.read(reader, node, rows);
  values.clear();
  for (const auto& row : rows)
    for (const Named<Draw>& cell : row.value)
      values.push_back({row.key, cell.key, cell.value, cell.position});
  const auto has = [&values](const std::string& source, const std::string& target) {
    return std::ranges::any_of(values, [&](const DatacenterLatency& each) {
      return each.source == source && each.target == target;
    });
  };
  const std::size_t written = values.size();
  for (std::size_t i = 0; i < written; ++i) {
    DatacenterLatency mirrored = values[i];
    std::swap(mirrored.source, mirrored.target);
    if (!has(mirrored.source, mirrored.target)) values.push_back(std::move(mirrored));
  }
  std::ranges::sort(values, {}, [](const DatacenterLatency& each) {
    return std::pair(each.source, each.target);
  });
  return usable;
}

Type<std::vector<DatacenterLatency>> matrix() {
  return {read_matrix,
          [](const std::vector<DatacenterLatency>& values) {
            Node rows = map_of({});
            for (const DatacenterLatency& each : values) {
              if (!rows.find(each.source)) rows.entries.push_back({each.source, {}, map_of({})});
              rows.find(each.source)
                  ->value.entries.push_back({each.target, {}, draw().write(each.latency)});
            }
            return rows;
          },
          [](Definitions& definitions) {
            return definitions.map(definitions.map(draw().schema(definitions)));
          }};
}

const Table<Network>& network_table() {
  static const auto table =
      Table<Network>("the network")
          .key("default", &Network::fallback, object("link", link_table), "every link, unless …")
          .if_any("matrix", &Network::latencies, matrix(),
                  "latencies between datacenters: {east: {west: 12ms}}")
          .if_any("links", &Network::rules,
                  list(object("link_rule", link_rule_table), "a list of link rules"),
                  "links that differ; later rules win")
          .key("refusals", &Network::refusals, boolean(),
               "whether the machine of a process that crashed tells whoever was in touch with it, "
               "and refuses what comes for it, as TCP does; one without power is silent");
  return table;
}

}  // namespace

const Table<Burst>& burst_table() {
  static const auto table =
      Table<Burst>("loss in bursts")
          .required("enter", &Burst::enter, share(), "the chance per message that a burst begins")
          .required("leave", &Burst::leave, share(), "the chance per message that it ends")
          .required("loss", &Burst::loss, share(), "the share of messages lost meanwhile");
  return table;
}

bool check_ends(Reader& reader, const Node& node) {
  const Entry* const from = node.find("from");
  const Entry* const to = node.find("to");
  const Entry* const between = node.find("between");
  if ((from && to && !between) || (!from && !to && between)) return true;
  reader.error(between && (from || to) ? between->position : node.position,
               "a link needs either \"from\" and \"to\", or \"between\"",
               "write {from: n1, to: n2} or {between: [n1, n2]}");
  return false;
}

Type<std::vector<NodeSet>> pair_of_sets() {
  Type<std::vector<NodeSet>> type = list(node_set(), "a list of two sets of nodes");
  const auto read = type.read;
  type.read = [read](Reader& reader, const Node& node, std::vector<NodeSet>& sets) {
    if (!read(reader, node, sets)) return false;
    if (sets.size() == 2) return true;
    reader.error(node, fmt::format("{} sets of nodes where two are due", sets.size()),
                 "write [n1, n2] or [[n1, n2], n3]");
    return false;
  };
  return type;
}

const Table<Topology>& topology_table() {
  static const auto table =
      Table<Topology>("a topology")
          .required("nodes", &Topology::nodes, nodes(),
                    "the servers: a number, a list of names, or a map {n1: {dc: east}}")
          .key("network", &Topology::network, object("network", network_table), "the links")
          .key("disks", &Topology::disks, per_node("disks, by node or default", "disk", disk_table),
               "the disks")
          .key("clocks", &Topology::clocks,
               per_node("clocks, by node or default", "clock", clock_table), "the clocks")
          .key("costs", &Topology::costs,
               per_node("costs, by node or default", "costs", cost_table),
               "what handling and sending messages costs");
  return table;
}

}  // namespace splitvote::load
