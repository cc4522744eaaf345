// Each command as a small function over the world; the table at the end names them all.
#include "tests/transcripts/commands.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "models/raft/registration.hpp"
#include "tests/transcripts/arguments.hpp"
#include "tests/transcripts/new_nodes.hpp"
#include "tests/transcripts/printer.hpp"

namespace splitvote::transcripts {
namespace {

sim::MessageKind to_kind(const std::string& name) {
  std::string names;
  for (const models::NamedMessage& named : raft::raft_protocol().messages) {
    if (named.name == name) return named.kind;
    names += " " + std::string(named.name);
  }
  throw Mistake("there is no message \"" + name + "\"; there are" + names);
}

Selection selection(Arguments& arguments) {
  Selection selection;
  if (const auto from = arguments.option("from")) selection.sources = to_nodes(*from);
  if (const auto to = arguments.option("to")) selection.targets = to_nodes(*to);
  if (const auto kind = arguments.option("kind")) selection.kinds = {to_kind(*kind)};
  if (const auto nth = arguments.count("nth")) selection.nth = *nth;
  if (arguments.flag("one")) selection.nth = 1;
  return selection;
}

void campaign(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  arguments.finish();
  world.campaign(node);
}

void tick(World& world, Arguments& arguments) {
  const std::vector<NodeId> nodes = arguments.nodes();
  const std::string timer = arguments.word("election, heartbeat, transfer or quorum");
  const auto silent = arguments.option("silent");
  arguments.finish();
  if (silent && timer != "quorum") throw Mistake("silent= is for the timer quorum");
  if (timer == "quorum") {
    for (const NodeId node : nodes) world.quorum_timeout(node, silent.value_or(""));
    return;
  }
  const auto fire = timer == "election"    ? &World::election_timeout
                    : timer == "heartbeat" ? &World::heartbeat_timeout
                    : timer == "transfer"  ? &World::transfer_timeout
                                           : nullptr;
  if (fire == nullptr)
    throw Mistake("there is no timer \"" + timer +
                  "\", only election, heartbeat, transfer, quorum");
  for (const NodeId node : nodes) (world.*fire)(node);
}

void propose(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  world.propose(node, arguments.rest("a text"));
}

void read(World& world, Arguments& arguments) {
  const bool leased = arguments.flag("leased");
  const NodeId node = arguments.node();
  arguments.finish();
  world.read(node, leased);
}

void forget(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  arguments.finish();
  world.forget_leader(node);
}

void leave_joint(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  arguments.finish();
  world.leave_joint(node);
}

void lose_peer(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  arguments.finish();
  world.lose_peer(node);
}

template <void (World::*act)(NodeId, NodeId)>
void between(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  const NodeId peer = arguments.node();
  arguments.finish();
  (world.*act)(node, peer);
}

void transfer(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  const NodeId target = arguments.empty() ? sim::no_node : arguments.node();
  arguments.finish();
  world.transfer(node, target);
}

void reconfigure(World& world, Arguments& arguments) {
  using Kind = raft::Change::Kind;
  constexpr std::array<std::pair<const char*, Kind>, 6> kinds{{{"add_voter", Kind::add_voter},
                                                               {"add_witness", Kind::add_witness},
                                                               {"add_learner", Kind::add_learner},
                                                               {"promote", Kind::promote},
                                                               {"demote", Kind::demote},
                                                               {"remove", Kind::remove}}};
  const NodeId node = arguments.node();
  const raft::Pace pace =
      arguments.flag("at_once") ? raft::Pace::at_once : raft::Pace::when_caught_up;
  std::vector<raft::Change> changes;
  for (const auto& [name, kind] : kinds) {
    const std::optional<std::string> nodes = arguments.option(name);
    if (!nodes) continue;
    for (const NodeId changed : to_nodes(*nodes)) changes.push_back({kind, changed});
  }
  arguments.finish();
  if (changes.empty()) throw Mistake("reconfigure needs a change");
  world.reconfigure(node, changes, pace);
}

template <void (World::*act)(const Selection&)>
void select(World& world, Arguments& arguments) {
  const Selection chosen = selection(arguments);
  arguments.finish();
  (world.*act)(chosen);
}

template <void (World::*act)(NodeId)>
void each(World& world, Arguments& arguments) {
  const std::vector<NodeId> nodes = arguments.nodes();
  arguments.finish();
  for (const NodeId node : nodes) (world.*act)(node);
}

void stabilize(World& world, Arguments& arguments) {
  const std::vector<NodeId> nodes = arguments.empty() ? world.ids() : arguments.nodes();
  arguments.finish();
  world.stabilize(nodes);
}

void disk(World& world, Arguments& arguments) {
  const std::vector<NodeId> nodes = arguments.nodes();
  const Speed speed = to_speed(arguments.word("slow or instant"));
  arguments.finish();
  for (const NodeId node : nodes) world.set_speed(node, speed);
}

void apply(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  const std::optional<std::uint64_t> entries =
      arguments.empty() ? std::nullopt : std::optional(arguments.number("how many"));
  arguments.finish();
  world.apply(node, entries);
}

void crash(World& world, Arguments& arguments) {
  const std::vector<NodeId> nodes = arguments.nodes();
  const std::uint64_t kept = arguments.count("keep").value_or(0);
  arguments.finish();
  for (const NodeId node : nodes) world.crash(node, kept);
}

void cut(World& world, Arguments& arguments) {
  const std::vector<NodeId> some = arguments.nodes();
  const std::vector<NodeId> others = arguments.nodes();
  arguments.finish();
  world.cut(some, others);
}

void heal(World& world, Arguments& arguments) {
  arguments.finish();
  world.heal();
}

template <bool quiet>
void tell(World& world, Arguments& arguments) {
  arguments.finish();
  world.set_quiet(quiet);
}

void show_messages(World& world, Arguments& arguments) {
  arguments.finish();
  if (world.flights().empty()) world.print("no messages");
  for (const Flight& flight : world.flights()) {
    world.print(to_text(flight) + (flight.held ? " (held)" : ""));
  }
}

void show(World& world, Arguments& arguments) {
  const std::string what =
      arguments.word("what: state, log, disk, configuration, progress or messages");
  if (what == "messages") return show_messages(world, arguments);
  const std::vector<NodeId> nodes = arguments.empty() ? world.ids() : arguments.nodes();
  arguments.finish();
  for (const NodeId id : nodes) {
    const Node& node = world.node(id);
    if (what == "state") {
      world.print(state_line(node));
    } else if (what == "log") {
      world.print(log_line(node));
    } else if (what == "disk") {
      world.print(disk_line(node));
    } else if (what == "configuration") {
      world.print(configuration_line(node));
    } else if (what == "progress") {
      for (const std::string& line : progress_lines(node)) world.print(line);
    } else {
      throw Mistake("show knows state, log, disk, configuration, progress and messages, not \"" +
                    what + "\"");
    }
  }
}

struct Entry {
  std::string_view usage;  // begins with the name
  void (*run)(World&, Arguments&);

  [[nodiscard]] std::string_view name() const { return usage.substr(0, usage.find(' ')); }
};

constexpr std::array table{
    Entry{"add-nodes COUNT [plain] [OPTION=VALUE ...]", add_nodes},
    Entry{"campaign NODE", campaign},
    Entry{"tick NODES TIMER [silent=NODES]", tick},
    Entry{"propose NODE TEXT", propose},
    Entry{"read NODE [leased]", read},
    Entry{"forget NODE", forget},
    Entry{"lose-peer NODE", lose_peer},
    Entry{"unreachable NODE TARGET", between<&World::lose_messages>},
    Entry{"withdraw NODE PEER", between<&World::withdraw>},
    Entry{"support NODE PEER", between<&World::support>},
    Entry{"transfer NODE [TARGET]", transfer},
    Entry{"reconfigure NODE CHANGE=NODES [...] [at_once]", reconfigure},
    Entry{"leave-joint NODE", leave_joint},
    Entry{"snapshot NODES", each<&World::snapshot>},
    Entry{"compact NODES", each<&World::compact>},
    Entry{"deliver [SELECTION]", select<&World::deliver>},
    Entry{"drop [SELECTION]", select<&World::drop>},
    Entry{"duplicate [SELECTION]", select<&World::duplicate>},
    Entry{"hold [SELECTION]", select<&World::hold>},
    Entry{"release [SELECTION]", select<&World::release>},
    Entry{"stabilize [NODES]", stabilize},
    Entry{"cut NODES NODES", cut},
    Entry{"heal", heal},
    Entry{"disk NODES SPEED", disk},
    Entry{"sync NODES", each<&World::sync>},
    Entry{"sync-one NODES", each<&World::sync_one>},
    Entry{"apply NODE [COUNT]", apply},
    Entry{"crash NODES [keep=COUNT]", crash},
    Entry{"restart NODES", each<&World::restart>},
    Entry{"show WHAT [NODES]", show},
    Entry{"show messages", show},
    Entry{"quiet", tell<true>},
    Entry{"loud", tell<false>},
};

}  // namespace

std::vector<std::string_view> usages() {
  std::vector<std::string_view> usages;
  for (const Entry& entry : table) usages.push_back(entry.usage);
  return usages;
}

void execute(World& world, const Command& command) {
  Arguments arguments(command.text, world.ids());
  const auto found = std::ranges::find(table, arguments.name(), &Entry::name);
  if (found == table.end()) throw Mistake("there is no command \"" + arguments.name() + "\"");
  found->run(world, arguments);
}

std::vector<std::vector<std::string>> play(const Transcript& transcript) {
  World world;
  std::vector<std::vector<std::string>> outputs;
  for (const Block& block : transcript.blocks) {
    for (const Command& command : block.commands) {
      try {
        execute(world, command);
      } catch (const Mistake& mistake) {
        throw Mistake(std::to_string(command.line) + ": " + mistake.what());
      }
    }
    outputs.push_back(world.take_output());
  }
  return outputs;
}

}  // namespace splitvote::transcripts
