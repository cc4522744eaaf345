// One case for each kind of selector; sets are in the order of ids unless a draw orders them.
#include "scenarios/run/selection.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::run {

namespace {

using sim::NodeId;
using Nodes = std::vector<NodeId>;

void normalise(Nodes& nodes) {
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

/// `count` of the nodes, drawn one after the other.
Nodes pick(Nodes from, std::size_t count, const Selection& selection) {
  SPLITVOTE_CHECK(selection.stream != nullptr);
  Nodes picked;
  while (picked.size() < count && !from.empty()) {
    const auto last = static_cast<std::int64_t>(from.size()) - 1;
    const std::int64_t drawn = sim::uniform(*selection.stream, 0, last);
    picked.push_back(from[static_cast<std::size_t>(drawn)]);
    from.erase(from.begin() + drawn);
  }
  normalise(picked);
  return picked;
}

template <typename Wanted>
Nodes players(const Cast& cast, Wanted wanted) {
  Nodes found;
  for (std::size_t i = 0; i < cast.players.size(); ++i) {
    if (wanted(cast.players[i])) found.push_back(NodeId(i));
  }
  return found;
}

Nodes of_group(const load::Selector& selector, const Selection& selection) {
  if (selection.groups == nullptr) return {};
  const auto step = selection.groups->find(selector.name);
  if (step == selection.groups->end()) return {};  // it has not fired
  const auto group = step->second.find(selector.group);
  return group == step->second.end() ? Nodes{} : group->second;
}

Nodes operand(const load::Selector& selector, const Selection& selection) {
  return selector.operands.empty() ? selection.cast.servers
                                   : resolve(selector.operands[0], selection);
}

Nodes except(const load::Selector& selector, const Selection& selection) {
  Nodes nodes = resolve(selector.operands[0], selection);
  for (std::size_t i = 1; i < selector.operands.size(); ++i) {
    nodes = without(std::move(nodes), resolve(selector.operands[i], selection));
  }
  return nodes;
}

Nodes resolve_one(const load::Selector& selector, const Selection& selection) {
  const Cast& cast = selection.cast;
  switch (selector.kind) {
    case load::SelectorKind::all:
      return cast.servers;
    case load::SelectorKind::node:
      return {NodeId(selector.node)};
    case load::SelectorKind::datacenter:
      return players(cast, [&](const Player& player) {
        return player.datacenter == selector.name &&
               (selection.with_clients || !player.is_client());
      });
    case load::SelectorKind::leader:
      return selection.leader ? Nodes{*selection.leader} : Nodes{};
    case load::SelectorKind::followers:
      return selection.leader ? without(cast.servers, {*selection.leader}) : cast.servers;
    case load::SelectorKind::one:
      return pick(operand(selector, selection), 1, selection);
    case load::SelectorKind::minority:
      return pick(cast.servers, (cast.servers.size() - 1) / 2, selection);
    case load::SelectorKind::majority:
      return pick(cast.servers, cast.servers.size() / 2 + 1, selection);
    case load::SelectorKind::rest:
      return selection.taken == nullptr ? cast.servers : without(cast.servers, *selection.taken);
    case load::SelectorKind::pick:
      return pick(operand(selector, selection), selector.count, selection);
    case load::SelectorKind::except:
      return except(selector, selection);
    case load::SelectorKind::group:
      return of_group(selector, selection);
    case load::SelectorKind::clients:
      return players(cast, [](const Player& player) { return player.is_client(); });
    case load::SelectorKind::workload:
      return players(cast, [&](const Player& player) {
        return player.is_client() && cast.workloads[*player.workload] == selector.name;
      });
  }
  return {};
}

}  // namespace

std::vector<NodeId> without(std::vector<NodeId> nodes, const std::vector<NodeId>& others) {
  std::erase_if(nodes, [&](NodeId node) {
    return std::find(others.begin(), others.end(), node) != others.end();
  });
  return nodes;
}

std::vector<NodeId> resolve(const load::NodeSet& set, const Selection& selection) {
  Nodes nodes;
  for (const load::Selector& selector : set.any_of) {
    const Nodes more = resolve_one(selector, selection);
    nodes.insert(nodes.end(), more.begin(), more.end());
  }
  normalise(nodes);
  return nodes;
}

bool mentions(const load::NodeSet& set, load::SelectorKind kind) {
  return std::any_of(set.any_of.begin(), set.any_of.end(), [&](const load::Selector& selector) {
    return selector.kind == kind ||
           std::any_of(selector.operands.begin(), selector.operands.end(),
                       [&](const load::NodeSet& inner) { return mentions(inner, kind); });
  });
}

std::string names(const std::vector<NodeId>& nodes, const Cast& cast) {
  if (nodes.empty()) return "no node";
  std::string text;
  for (const NodeId node : nodes) text += (text.empty() ? "" : ", ") + cast.name(node);
  return text;
}

}  // namespace splitvote::run
