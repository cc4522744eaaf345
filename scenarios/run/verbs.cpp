// One case for each verb: whom it hits, by the selectors, and which fault it becomes.
#include "scenarios/run/verbs.hpp"

#include <algorithm>

#include "models/client/message.hpp"
#include "models/registry/protocol.hpp"
#include "reports/text.hpp"
#include "scenarios/run/orders.hpp"

namespace splitvote::run {

namespace {

using sim::NodeId;
using Nodes = std::vector<NodeId>;

sim::LossMode loss_mode(load::Lose lose) {
  switch (lose) {
    case load::Lose::nothing:
      return sim::LossMode::keep;
    case load::Lose::unsynced:
      return sim::LossMode::lose;
    case load::Lose::torn:
      return sim::LossMode::tear;
    case load::Lose::random:
    case load::Lose::all:
      break;
  }
  return sim::LossMode::random;
}

std::string_view loss_text(load::Lose lose) {
  switch (lose) {
    case load::Lose::nothing:
      return "nothing unsynced is lost";
    case load::Lose::unsynced:
      return "what is unsynced is lost";
    case load::Lose::torn:
      return "what is unsynced is torn";
    case load::Lose::random:
      return "what is unsynced is kept, lost or torn";
    case load::Lose::all:
      return "the disk is lost";
  }
  return "";
}

std::vector<sim::Direction> directions(const Nodes& source, const Nodes& target) {
  std::vector<sim::Direction> found;
  for (const NodeId s : source) {
    for (const NodeId t : target) {
      if (s != t) found.push_back({s, t});
    }
  }
  return found;
}

std::vector<sim::Direction> directions(const load::Ends& ends, const Nodes& source,
                                       const Nodes& target) {
  std::vector<sim::Direction> found = directions(source, target);
  if (ends.both_ways) {
    for (const sim::Direction& direction : directions(target, source)) found.push_back(direction);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Nodes joined(Nodes nodes, const Nodes& more) {
  nodes.insert(nodes.end(), more.begin(), more.end());
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

std::string link_text(const load::LinkFault& verb);

/// One verb after the other; each knows how it is written down.
class Resolver {
 public:
  Resolver(const Selection& selection, sim::World& world) : selection_(selection), world_(world) {}

  void operator()(const load::Crash& verb) {
    const Nodes nodes = touch(verb.nodes);
    sim::Crash how;
    std::string text = "crash " + named(nodes);
    if (verb.lose) {
      how = power_loss(*verb.lose);
      text += " (power lost: " + std::string(loss_text(*verb.lose)) + ")";
    }
    add(sim::CrashNodes{nodes, how}, text);
  }
  void operator()(const load::PowerLoss& verb) {
    const Nodes nodes = touch(verb.nodes);
    add(sim::CrashNodes{nodes, power_loss(verb.lose)},
        "power loss of " + named(nodes) + " (" + std::string(loss_text(verb.lose)) + ")");
  }
  void operator()(const load::Restart& verb) {
    const Nodes nodes = touch(verb.nodes);
    add(sim::StartNodes{nodes}, "restart " + named(nodes));
  }
  void operator()(const load::Pause& verb) {
    const Nodes nodes = touch(verb.nodes);
    add(sim::PauseNodes{nodes}, "pause " + named(nodes));
  }
  void operator()(const load::Resume& verb) {
    const Nodes nodes = touch(verb.nodes);
    add(sim::ResumeNodes{nodes}, "resume " + named(nodes));
  }
  void operator()(const load::Partition& verb);
  void operator()(const load::Cut& verb) {
    sim::CutDirections cut{between(verb.ends)};
    add(std::move(cut), "cut " + way(verb.ends));
  }
  void operator()(const load::LinkFault& verb) {
    sim::ChangeLinks change{between(verb.ends), link_change(verb)};
    add(std::move(change), "change links " + way(verb.ends) + link_text(verb));
  }
  void operator()(const load::Hold& verb) {
    sim::HoldMessages hold{between(verb.ends), kinds_named(verb.messages, protocol)};
    std::string kinds;
    for (const load::MessageName& message : verb.messages)
      kinds += (kinds.empty() ? " (" : ", ") + message.name;
    add(std::move(hold), "hold messages " + way(verb.ends) + (kinds.empty() ? kinds : kinds + ")"));
  }
  void operator()(const load::Clock& verb);
  void operator()(const load::Disk& verb);
  void operator()(const load::Heal& verb) {
    result.text = "heal";
    if (verb.steps.empty()) result.text += " all";
    for (const load::Heal::Target& target : verb.steps) result.text += " " + target.step;
  }
  void operator()(const load::Mark& verb) { result.text = verb.text; }
  void operator()(const load::Order& verb) { result = resolve_order(verb, selection_); }

  ResolvedVerb result;
  std::string protocol;

 private:
  Nodes touch(const load::NodeSet& set) {
    const Nodes nodes = resolve(set, selection_);
    result.groups["nodes"] = joined(result.groups["nodes"], nodes);
    return nodes;
  }
  [[nodiscard]] std::string named(const Nodes& nodes) const {
    return names(nodes, selection_.cast);
  }
  void add(sim::Fault fault, const std::string& text) {
    result.faults.push_back(std::move(fault));
    result.text += (result.text.empty() ? "" : ", ") + text;
  }

  /// The ends are drawn once and serve both the directions and then, in `way`, the text.
  std::vector<sim::Direction> between(const load::Ends& ends) {
    source_ = touch(ends.source);
    target_ = touch(ends.target);
    return directions(ends, source_, target_);
  }
  [[nodiscard]] std::string way(const load::Ends& ends) const {
    return named(source_) + (ends.both_ways ? " <-> " : " -> ") + named(target_);
  }

  [[nodiscard]] sim::Duration sample(const load::Draw& draw) const {
    return {draw.distribution.sample(*selection_.values)};
  }

  static sim::Crash power_loss(load::Lose lose) {
    return {.power = true, .loss = loss_mode(lose), .wipe = lose == load::Lose::all};
  }
  static sim::LinkChange link_change(const load::LinkFault& verb);
  std::vector<std::pair<std::string, Nodes>> partition_groups(const load::Partition& verb);
  std::vector<std::pair<std::string, Nodes>> groups_by_rule(load::PartitionMode mode);
  Nodes draw(Nodes from, std::size_t count);

  const Selection& selection_;
  sim::World& world_;
  Nodes source_;
  Nodes target_;
};

Nodes Resolver::draw(Nodes from, std::size_t count) {
  Nodes drawn;
  while (drawn.size() < count && !from.empty()) {
    const auto last = static_cast<std::int64_t>(from.size()) - 1;
    const std::int64_t chosen = sim::uniform(*selection_.stream, 0, last);
    drawn.push_back(from[static_cast<std::size_t>(chosen)]);
    from.erase(from.begin() + chosen);
  }
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

std::vector<std::pair<std::string, Nodes>> Resolver::groups_by_rule(load::PartitionMode mode) {
  const Nodes& all = selection_.cast.servers;
  // Without a leader a drawn server stands in for it.
  const NodeId leader = selection_.leader ? *selection_.leader : draw(all, 1)[0];
  const Nodes others = without(all, {leader});
  const std::size_t majority = all.size() / 2 + 1;
  switch (mode) {
    case load::PartitionMode::majority: {
      const Nodes large = joined({leader}, draw(others, majority - 1));
      return {{"majority", large}, {"minority", without(all, large)}};
    }
    case load::PartitionMode::minority: {
      const std::size_t size = std::max<std::size_t>(all.size() - majority, 1);
      const Nodes small = joined({leader}, draw(others, size - 1));
      return {{"minority", small}, {"majority", without(all, small)}};
    }
    case load::PartitionMode::leader:
      return {{"leader", {leader}}, {"rest", others}};
    case load::PartitionMode::one: {
      const Nodes one = draw(all, 1);
      return {{"one", one}, {"rest", without(all, one)}};
    }
    case load::PartitionMode::random:
      break;
  }
  const auto largest = static_cast<std::int64_t>(std::max<std::size_t>(all.size(), 2)) - 1;
  const auto size = static_cast<std::size_t>(sim::uniform(*selection_.stream, 1, largest));
  const Nodes left = draw(all, size);
  return {{"left", left}, {"right", without(all, left)}};
}

std::vector<std::pair<std::string, Nodes>> Resolver::partition_groups(const load::Partition& verb) {
  if (verb.mode) return groups_by_rule(*verb.mode);
  // `rest` means whoever no group names, so the groups without it come first.
  std::vector<std::pair<std::string, Nodes>> groups;
  for (const load::Partition::Group& group : verb.groups) groups.emplace_back(group.name, Nodes{});
  Nodes taken;
  for (const bool with_rest : {false, true}) {
    for (std::size_t i = 0; i < verb.groups.size(); ++i) {
      if (mentions(verb.groups[i].nodes, load::SelectorKind::rest) != with_rest) continue;
      Selection narrowed = selection_;
      narrowed.taken = &taken;
      // A node belongs to the first group that gets it.
      const Nodes nodes = without(resolve(verb.groups[i].nodes, narrowed), taken);
      groups[i].second = nodes;
      taken = joined(taken, nodes);
    }
  }
  return groups;
}

void Resolver::operator()(const load::Partition& verb) {
  const auto groups = partition_groups(verb);
  sim::CutDirections cut;
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto& [name, nodes] = groups[i];
    result.groups[name] = nodes;
    result.groups["nodes"] = joined(result.groups["nodes"], nodes);
    text += (i == 0 ? "" : " | ") + name + " " + named(nodes);
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      const Nodes& others = groups[j].second;
      const bool first = i == 0;
      if (!first || verb.drop != load::Drop::inbound) {
        for (const sim::Direction& d : directions(nodes, others)) cut.directions.push_back(d);
      }
      if (!first || verb.drop != load::Drop::outbound) {
        for (const sim::Direction& d : directions(others, nodes)) cut.directions.push_back(d);
      }
    }
  }
  if (verb.drop == load::Drop::inbound) text += " (nothing reaches " + groups[0].first + ")";
  if (verb.drop == load::Drop::outbound) text += " (nothing leaves " + groups[0].first + ")";
  add(std::move(cut), "partition " + text);
}

sim::LinkChange Resolver::link_change(const load::LinkFault& verb) {
  sim::LinkChange change;
  if (verb.latency) {
    switch (verb.latency->kind) {
      case load::Change::Kind::replace:
        change.latency = verb.latency->draw.distribution;
        break;
      case load::Change::Kind::lengthen:
        change.latency_extra = verb.latency->extra;
        break;
      case load::Change::Kind::multiply:
        change.latency_factor = verb.latency->factor;
        break;
    }
  }
  change.jitter_extra = verb.jitter.value_or(sim::Duration{});
  change.loss = verb.loss;
  if (verb.burst) change.burst = {verb.burst->enter, verb.burst->leave, verb.burst->loss};
  change.duplication = verb.duplication;
  change.reordering = verb.reordering;
  change.corruption = verb.corruption;
  change.bytes_per_second = verb.bandwidth;
  return change;
}

void Resolver::operator()(const load::Clock& verb) {
  const Nodes nodes = touch(verb.nodes);
  if (verb.step) {
    const sim::Duration by = sample(*verb.step);
    add(sim::StepClocks{nodes, by},
        "step the wall clock of " + named(nodes) + " by " + reports::duration_text(by));
  }
  if (verb.offset) {
    for (const NodeId node : nodes) {
      const sim::Duration ahead =
          sim::Duration{world_.node(node).wall.read(world_.now()).ns - world_.now().ns};
      add(sim::StepClocks{{node}, *verb.offset - ahead},
          "set the wall clock of " + named({node}) + " " + reports::duration_text(*verb.offset) +
              " ahead");
    }
  }
  if (verb.drift_ppb) {
    add(sim::DriftClocks{nodes, *verb.drift_ppb},
        "clocks of " + named(nodes) + " drift by " + std::to_string(*verb.drift_ppb) + " ppb");
  }
  if (verb.freeze) add(sim::FreezeClocks{nodes}, "freeze the clocks of " + named(nodes));
}

sim::LatencyChange latency_change(const load::Change& change) {
  switch (change.kind) {
    case load::Change::Kind::replace:
      return {.instead = change.draw.distribution};
    case load::Change::Kind::lengthen:
      return {.extra = change.extra};
    case load::Change::Kind::multiply:
      return {.factor = change.factor};
  }
  return {};
}

void Resolver::operator()(const load::Disk& verb) {
  const Nodes nodes = touch(verb.nodes);
  const sim::Ratio always{1, 1};
  sim::DiskChange change;
  std::string what;
  const auto say = [&](std::string_view word) {
    what += (what.empty() ? "" : ", ") + std::string(word);
  };
  if (verb.read) say("slow reads"), change.read = latency_change(*verb.read);
  if (verb.write) say("slow writes"), change.write = latency_change(*verb.write);
  if (verb.fsync) say("slow fsync"), change.sync = latency_change(*verb.fsync);
  if (verb.read_errors) say("read errors"), change.read_error = always;
  if (verb.write_errors) say("write errors"), change.write_error = always;
  if (verb.fsync_errors) say("fsync errors"), change.sync_error = always;
  const std::string of = " on the disks of " + named(nodes);
  if (!what.empty()) add(sim::ChangeDisks{nodes, change}, what + of);
  // How much is in use differs from node to node.
  if (verb.full) {
    for (const NodeId node : nodes) {
      result.faults.emplace_back(sim::ChangeDisks{{node}, {.capacity = world_.disk(node).used()}});
    }
    result.text += (result.text.empty() ? "" : ", ") + ("no space" + of);
  }
  if (verb.stall) {
    const sim::Duration span = sample(*verb.stall);
    add(sim::StallDisks{nodes, span}, "stall of " + reports::duration_text(span) + of);
  }
}

/// `change links`, with what is changed: `latency, loss`.
std::string link_text(const load::LinkFault& verb) {
  std::string text;
  const auto say = [&](bool changed, std::string_view word) {
    if (changed) text += (text.empty() ? " (" : ", ") + std::string(word);
  };
  say(verb.latency.has_value(), "latency");
  say(verb.jitter.has_value(), "jitter");
  say(verb.loss.has_value(), "loss");
  say(verb.burst.has_value(), "bursts of loss");
  say(verb.duplication.has_value(), "duplication");
  say(verb.reordering.has_value(), "reordering");
  say(verb.corruption.has_value(), "corruption");
  say(verb.bandwidth.has_value(), "bandwidth");
  return text.empty() ? text : text + ")";
}

}  // namespace

ResolvedVerb resolve_verb(const load::Verb& verb, const Selection& selection, sim::World& world) {
  Resolver resolver(selection, world);
  resolver.protocol = selection.cast.protocol;
  std::visit(resolver, verb);
  return std::move(resolver.result);
}

sim::KindMask kinds_named(const std::vector<load::MessageName>& names, std::string_view protocol) {
  if (names.empty()) return ~sim::KindMask{0};
  sim::KindMask mask = 0;
  for (const models::NamedMessage& message : message_names(protocol)) {
    if (std::ranges::find(names, message.name, &load::MessageName::name) != names.end()) {
      mask |= sim::KindMask{1} << sim::number(message.kind);
    }
  }
  return mask;
}

}  // namespace splitvote::run
