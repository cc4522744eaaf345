// Node selectors: words for sets of nodes, most of which are resolved when a step fires.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/load/position.hpp"

namespace splitvote::load {

struct Selector;

/// A union: the nodes that any of the selectors names, each once, in the order of their ids unless
/// a draw orders them. Never empty after loading.
struct NodeSet {
  std::vector<Selector> any_of;
  SourcePosition position;

  bool operator==(const NodeSet&) const;
};

enum class SelectorKind : std::uint8_t {
  all,         // every server
  node,        // `name`: one server; `node` is its index in Topology::nodes
  datacenter,  // `dc:name`: the servers in it
  leader,      // the server that leads in the highest term; none if there is none
  followers,   // every server but that leader
  one,         // a server drawn from all, or `one(set)`
  minority,    // (n - 1) / 2 servers drawn from all: the most that can be missed
  majority,    // n / 2 + 1 servers drawn from all
  rest,        // in a partition: the servers that no other group of it names
  pick,        // `pick(k, set…)`: k nodes drawn from the set, or all of it if it is smaller
  except,      // `except(set, set…)`: the first set without the others
  group,       // `step.group`: the nodes that group of a partition, or `step.nodes`, last had
  clients,     // every client node
  workload,    // `clients(name)`: the client nodes of one workload
};

struct Selector {
  SelectorKind kind{};
  std::string name;         // of node, datacenter, group (the step), workload
  std::string group;        // of group: a group's name, or `nodes` for all that the step touched
  std::uint32_t count = 0;  // of pick
  std::uint32_t node = 0;   // of node
  std::vector<NodeSet> operands;  // of one, pick (at most one), except (two or more)
  SourcePosition position;

  bool operator==(const Selector&) const = default;
};

inline bool NodeSet::operator==(const NodeSet& other) const { return any_of == other.any_of; }

/// Whether the set is the same for the whole run: names, datacenters, all, clients.
[[nodiscard]] bool is_static(const NodeSet& set);

/// The canonical words, which load as an equal set.
[[nodiscard]] std::string to_text(const Selector& selector);

}  // namespace splitvote::load
