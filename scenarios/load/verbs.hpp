// The verbs of the timeline: what a step does to the world when it fires.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/registry/order.hpp"
#include "scenarios/load/selector.hpp"
#include "scenarios/load/topology.hpp"
#include "scenarios/load/values.hpp"

namespace splitvote::load {

/// What becomes of unsynced sectors when the power goes.
enum class Lose : std::uint8_t {
  nothing,   // all of them happened to reach the disk
  unsynced,  // none of them did
  torn,      // each is a mixture of old and new
  random,    // each draws its fate
  all,       // the whole disk is lost, synced or not: the node comes back empty
};

/// The process dies. Without `lose` the page cache survives; with it the power goes as well.
struct Crash {
  NodeSet nodes;
  std::optional<Lose> lose;
  bool operator==(const Crash&) const = default;
};

struct PowerLoss {
  NodeSet nodes;
  Lose lose = Lose::random;
  bool operator==(const PowerLoss&) const = default;
};

struct Restart {
  NodeSet nodes;
  bool operator==(const Restart&) const = default;
};

struct Pause {
  NodeSet nodes;
  bool operator==(const Pause&) const = default;
};

struct Resume {
  NodeSet nodes;
  bool operator==(const Resume&) const = default;
};

/// A partition made by a rule instead of by named groups.
enum class PartitionMode : std::uint8_t {
  majority,  // groups majority (with the leader) and minority
  minority,  // groups minority (with the leader) and majority
  leader,    // groups leader (alone) and rest
  one,       // groups one (a drawn server, alone) and rest
  random,    // groups left and right, each server drawing its side; neither is empty
};

/// Which messages between the groups are dropped, seen from the group that is written first.
enum class Drop : std::uint8_t { both, inbound, outbound };

struct Partition {
  struct Group {
    std::string name;
    NodeSet nodes;
    SourcePosition position;
    bool operator==(const Group&) const = default;
  };
  std::vector<Group> groups;  // at least two, or none and a mode
  std::optional<PartitionMode> mode;
  Drop drop = Drop::both;
  bool operator==(const Partition&) const = default;
};

/// The names of the groups a partition has, the first one first: what `step.group` may refer to.
[[nodiscard]] std::vector<std::string> group_names(const Partition& partition);

/// Nodes at two ends: `{from, to}` for one direction, `{between: [a, b]}` for both.
struct Ends {
  NodeSet source;
  NodeSet target;
  bool both_ways = false;
  bool operator==(const Ends&) const = default;
};

struct Cut {
  Ends ends;
  bool operator==(const Cut&) const = default;
};

/// What is absent stays as it is.
struct LinkFault {
  Ends ends;
  std::optional<Change> latency;
  std::optional<sim::Duration> jitter;  // more of it, added to whatever the latency is then
  std::optional<sim::Ratio> loss;
  std::optional<Burst> burst;
  std::optional<sim::Ratio> duplication;
  std::optional<sim::Ratio> reordering;
  std::optional<sim::Ratio> corruption;
  std::optional<std::uint64_t> bandwidth;
  bool operator==(const LinkFault&) const = default;
};

/// A kind of message, by the name that the protocol gives it.
struct MessageName {
  std::string name;
  SourcePosition position;
  bool operator==(const MessageName&) const = default;
};

/// Messages of these kinds wait until the step is healed; no kinds: all messages.
struct Hold {
  Ends ends;
  std::vector<MessageName> messages;
  bool operator==(const Hold&) const = default;
};

/// A step or an offset moves the wall clock; drift and freeze concern both clocks of the node.
struct Clock {
  NodeSet nodes;
  std::optional<Draw> step;             // by so much; may be negative
  std::optional<sim::Duration> offset;  // to so much ahead of true time
  std::optional<std::int64_t> drift_ppb;
  bool freeze = false;
  bool operator==(const Clock&) const = default;
};

struct Disk {
  NodeSet nodes;
  std::optional<Change> read;
  std::optional<Change> write;
  std::optional<Change> fsync;
  std::optional<Draw> stall;  // the device does nothing for so long, once
  bool read_errors = false;   // every such operation ends with an I/O error
  bool write_errors = false;
  bool fsync_errors = false;
  bool full = false;  // no space is left
  bool operator==(const Disk&) const = default;
};

/// Ends what earlier steps did. No steps: all that is in force, including crashes and pauses.
struct Heal {
  struct Target {
    std::string step;
    std::uint32_t index = 0;  // in Scenario::timeline
    SourcePosition position;
    bool operator==(const Target&) const = default;
  };
  std::vector<Target> steps;
  bool operator==(const Heal&) const = default;
};

/// Writes the text into the trace and the report.
struct Mark {
  std::string text;
  bool operator==(const Mark&) const = default;
};

/// A verb of the scenario's protocol: what an operator tells running servers.
struct Order {
  struct Argument {
    std::string name;
    std::variant<NodeSet, sim::Duration, bool, models::GroupId> value;
    SourcePosition position = {};
    bool operator==(const Argument&) const = default;
  };
  std::string name;
  NodeSet nodes;                    // `on`: who is told; the leader if the scenario does not say
  std::vector<Argument> arguments;  // those that are given, as the protocol lists its parameters
  SourcePosition position;
  bool operator==(const Order& other) const {
    return name == other.name && nodes == other.nodes && arguments == other.arguments;
  }
};

using Verb = std::variant<Crash, PowerLoss, Restart, Pause, Resume, Partition, Cut, LinkFault, Hold,
                          Clock, Disk, Heal, Mark, Order>;

/// `crash`, `power_loss` …: the key of the scenario language.
[[nodiscard]] std::string_view verb_name(const Verb& verb);

/// Whether `for:` makes sense: what the verb does can be undone.
[[nodiscard]] bool is_healable(const Verb& verb);

/// The name and one sentence of each verb, in the order of the variant; then of each order.
struct VerbHelp {
  std::string_view name;
  std::string_view help;
};
[[nodiscard]] std::vector<VerbHelp> verb_helps();

}  // namespace splitvote::load
