// Each command as a small function over the world; the table at the end names them all.
#include "tests/transcripts/commands.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "models/raft/keys.hpp"
#include "models/raft/registration.hpp"
#include "tests/transcripts/arguments.hpp"
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

/// A key of a scenario that has these words.
template <typename Value>
void choose(Arguments& arguments, const char* key, std::span<const std::string_view> words,
            Value& target) {
  const std::optional<std::string> word = arguments.option(key);
  if (!word) return;
  const auto found = std::ranges::find(words, *word);
  if (found == words.end()) throw Mistake(std::string(key) + " is never \"" + *word + "\"");
  target = static_cast<Value>(found - words.begin());
}

raft::Options core_options(Arguments& arguments) {
  raft::Options options;
  if (arguments.flag("plain")) {
    options.pre_vote = options.check_quorum = options.leader_stickiness = false;
  }
  const auto truth = [&](const char* name, bool& target) {
    target = arguments.truth(name).value_or(target);
  };
  const auto count = [&](const char* name, std::uint32_t& target) {
    target = static_cast<std::uint32_t>(arguments.count(name).value_or(target));
  };
  truth("pre_vote", options.pre_vote);
  truth("pre_vote_stickiness", options.pre_vote_stickiness);
  truth("check_quorum", options.check_quorum);
  truth("own_quorum_timeout", options.own_quorum_timeout);
  truth("leader_stickiness", options.leader_stickiness);
  truth("parallel_disk", options.parallel_disk);
  truth("leases", options.leases);
  truth("quiesce", options.quiesce);
  count("max_batch_bytes", options.batch_bytes_max);
  count("max_batch_entries", options.batch_entries_max);
  count("max_inflight_messages", options.inflight_messages_max);
  count("trailing_entries", options.trailing_entries);
  count("snapshot_chunk", options.snapshot_chunk_bytes);
  count("catch_up_heartbeats", options.catch_up_heartbeats);
  options.inflight_bytes_max = arguments.count("max_inflight_bytes").value_or(raft::no_limit);
  options.uncommitted_bytes_max = arguments.count("max_uncommitted_bytes").value_or(raft::no_limit);
  choose(arguments, "conflict_hints", raft::conflict_hints_choices, options.conflict_hints);
  choose(arguments, "joint_consensus", raft::joint_consensus_choices, options.joint_consensus);
  choose(arguments, "joint_exit", raft::joint_exit_choices, options.joint_exit);
  if (const auto priorities = arguments.option("priorities")) {
    // Of node 1, 2, …; there is no node 0.
    std::size_t node = 0;
    for (const std::uint64_t priority : parse_numbers(*priorities)) {
      if (++node == raft::members_max || priority > UINT8_MAX) throw Mistake("no such priority");
      options.priorities[node] = static_cast<std::uint8_t>(priority);
    }
  }
  return options;
}

/// Entries of these terms from index 1 on. Index and term say what they hold, so that equal ones
/// are equal on every node. A snapshot stands for the first of them.
Disk written_disk(Arguments& arguments, const raft::Configuration& initial) {
  Disk disk;
  if (const auto log = arguments.option("log")) {
    for (const Term term : parse_numbers(*log)) {
      disk.log.append({.term = term,
                       .index = disk.log.last_index() + 1,
                       .type = wal::RecordType::command,
                       .key = {},
                       .value = {}});
    }
  }
  disk.term = arguments.count("term").value_or(disk.log.last().term);
  if (disk.term < disk.log.last().term) throw Mistake("the log is ahead of the term");
  if (const auto last = arguments.count("snapshot")) {
    if (*last == 0 || *last > disk.log.last_index()) throw Mistake("the log has no such entry");
    disk.log.compact(*last);
    disk.snapshot = {.last = disk.log.base(),
                     .content = std::make_shared<const sim::Bytes>(),
                     .configuration = raft::encoded(initial)};
  }
  if (const auto vote = arguments.option("vote")) disk.vote = to_nodes(*vote).at(0);
  return disk;
}

/// What counts as long as the log says nothing else; "voters=none" knows of no cluster.
raft::Configuration configuration(Arguments& arguments, std::uint64_t everyone) {
  const std::string all = "1.." + std::to_string(everyone);
  const std::string voters = arguments.option("voters").value_or(all);
  raft::Configuration configuration;
  if (voters != "none") configuration = raft::configuration_of(to_nodes(voters));
  if (const auto learners = arguments.option("learners")) {
    configuration.learners = to_nodes(*learners);
  }
  if (const auto witnesses = arguments.option("witnesses")) {
    configuration.witnesses = to_nodes(*witnesses);
  }
  if (!raft::is_valid(configuration)) throw Mistake("these members do not fit together");
  return configuration;
}

Speed to_speed(const std::string& word) {
  if (word == "slow") return Speed::slow;
  if (word == "instant") return Speed::instant;
  throw Mistake("a disk or a state machine is slow or instant");
}

void add_nodes(World& world, Arguments& arguments) {
  const std::uint64_t count = arguments.number("how many");
  const raft::Options options = core_options(arguments);
  const Speed disk_speed = to_speed(arguments.option("disk").value_or("instant"));
  const Speed apply_speed = to_speed(arguments.option("apply").value_or("instant"));
  const std::uint64_t all = world.ids().size() + count;
  if (all > raft::members_max) throw Mistake("there cannot be that many nodes");
  const raft::Configuration initial = configuration(arguments, all);
  const Disk disk = written_disk(arguments, initial);
  arguments.finish();
  for (std::uint64_t i = 0; i < count; ++i) {
    world.add_node(options, initial, disk, disk_speed, apply_speed);
  }
}

void campaign(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  arguments.finish();
  world.campaign(node);
}

void tick(World& world, Arguments& arguments) {
  const std::vector<NodeId> nodes = arguments.nodes();
  const std::string timer = arguments.word("election, heartbeat or transfer");
  arguments.finish();
  const auto fire = timer == "election"    ? &World::election_timeout
                    : timer == "heartbeat" ? &World::heartbeat_timeout
                    : timer == "transfer"  ? &World::transfer_timeout
                                           : nullptr;
  if (fire == nullptr)
    throw Mistake("there is no timer \"" + timer + "\", only election, heartbeat, transfer");
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

void unreachable(World& world, Arguments& arguments) {
  const NodeId node = arguments.node();
  const NodeId target = arguments.node();
  arguments.finish();
  world.lose_messages(node, target);
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
    Entry{"tick NODES TIMER", tick},
    Entry{"propose NODE TEXT", propose},
    Entry{"read NODE [leased]", read},
    Entry{"forget NODE", forget},
    Entry{"lose-peer NODE", lose_peer},
    Entry{"unreachable NODE TARGET", unreachable},
    Entry{"transfer NODE [TARGET]", transfer},
    Entry{"reconfigure NODE CHANGE=NODES [...] [at_once]", reconfigure},
    Entry{"leave-joint NODE", leave_joint},
    Entry{"snapshot NODES", each<&World::snapshot>},
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
