// From words to nodes: resolves a selector at the moment at which a step fires.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/selector.hpp"
#include "scenarios/run/cast.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::run {

/// The groups that steps formed when they last fired: step -> group -> nodes. `nodes` is all a step
/// touched.
using StepGroups = std::map<std::string, std::map<std::string, std::vector<sim::NodeId>>>;

/// What the words depend on.
struct Selection {
  const Cast& cast;
  std::optional<sim::NodeId> leader;
  const StepGroups* groups = nullptr;
  sim::Stream* stream = nullptr;  // for one, pick, minority, majority; null only for static sets
  sim::Stream* values = nullptr;  // for values that a verb draws when it fires
  const std::vector<sim::NodeId>* taken =
      nullptr;                // by the other groups of a partition: what `rest` leaves out
  bool with_clients = false;  // a datacenter's clients belong to it, too: for the topology
};

/// Each node once. In the order of their ids.
[[nodiscard]] std::vector<sim::NodeId> resolve(const load::NodeSet& set,
                                               const Selection& selection);

/// Those of the nodes that are none of the others, in the same order.
[[nodiscard]] std::vector<sim::NodeId> without(std::vector<sim::NodeId> nodes,
                                               const std::vector<sim::NodeId>& others);

/// The set contains this selector anywhere.
[[nodiscard]] bool mentions(const load::NodeSet& set, load::SelectorKind kind);

/// `n1, n3`, or `no node`.
[[nodiscard]] std::string names(const std::vector<sim::NodeId>& nodes, const Cast& cast);

}  // namespace splitvote::run
