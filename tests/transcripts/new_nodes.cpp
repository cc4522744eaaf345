// What `add-nodes` may say: the core's options, the members, and what the disk holds.
#include "tests/transcripts/new_nodes.hpp"

#include <algorithm>
#include <span>

#include "models/raft/keys.hpp"
#include "tests/transcripts/transcript.hpp"

namespace splitvote::transcripts {
namespace {

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
  truth("own_transfer_timer", options.own_transfer_timer);
  truth("leader_stickiness", options.leader_stickiness);
  truth("parallel_disk", options.parallel_disk);
  truth("leases", options.leases);
  truth("quiesce", options.quiesce);
  truth("fortification", options.fortification);
  count("max_batch_bytes", options.batch_bytes_max);
  count("max_batch_entries", options.batch_entries_max);
  count("max_inflight_messages", options.inflight_messages_max);
  count("trailing_entries", options.trailing_entries);
  truth("snapshots_on_demand", options.snapshots_on_demand);
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

}  // namespace

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

}  // namespace splitvote::transcripts
