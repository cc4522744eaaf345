// A window of a run as it can be drawn: lanes, messages, periods, operations and turning points.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/client/operation.hpp"
#include "reports/trace_text.hpp"
#include "sim/base/error.hpp"
#include "sim/trace/record.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::reports {

struct Window {
  sim::Instant from;
  sim::Instant to;

  constexpr bool operator==(const Window&) const = default;
  [[nodiscard]] constexpr bool holds(sim::Instant time) const { return from <= time && time <= to; }
  [[nodiscard]] constexpr sim::Duration length() const { return to - from; }
};

enum class LaneState : std::uint8_t {
  down,
  paused,
  idle,  // running, and has not said what it is
  follower,
  pre_candidate,
  candidate,
  leader,
};
[[nodiscard]] std::string_view to_string(LaneState state);

/// A node in one state and term. Spans of a lane touch each other and fill the window.
struct Span {
  Window period;
  LaneState state{};
  std::uint64_t term = 0;  // 0: none known
};

struct Lane {
  sim::NodeId node = sim::no_node;
  std::string name;
  bool client = false;
  std::vector<Span> spans;
};

/// What a message is for; decided by its name. Drawn as its colour.
enum class MessageGroup : std::uint8_t { election, heartbeat, replication, client, other };
inline constexpr std::size_t message_groups = 5;
[[nodiscard]] std::string_view to_string(MessageGroup group);

/// One copy of a message that is in flight at some time of the window.
struct DrawnMessage {
  std::uint64_t id = 0;
  std::uint64_t kind = 0;
  MessageGroup group{};
  sim::NodeId source = sim::no_node;
  sim::NodeId target = sim::no_node;
  sim::Instant sent;
  std::optional<sim::Instant> ended;  // absent: still in flight when the reading stopped
  sim::Fate fate = sim::Fate::delivered;
};

/// A fault from its verb to its healing, cut to the window.
struct FaultPeriod {
  sim::FaultId id = sim::no_fault;
  Window period;
  bool began_before = false;  // the window
  bool lasts_beyond = false;
  std::string text;
  bool on_network = false;  // concerns what passes between nodes, not the nodes themselves
};

enum class LifeEvent : std::uint8_t { crash, power_loss, halt, start, restart };

struct LifeMark {
  sim::Instant time;
  sim::NodeId node = sim::no_node;
  LifeEvent event{};
};

/// The commit index of a node moved.
struct Commit {
  sim::Instant time;
  sim::NodeId node = sim::no_node;
  std::uint64_t index = 0;
  std::uint64_t term = 0;
};

struct ClientOperation {
  sim::NodeId client = sim::no_node;
  std::uint64_t number = 0;
  client::OperationKind kind{};
  std::string key;
  std::optional<sim::Instant> invoke;    // absent: before the reading began
  std::optional<sim::Instant> complete;  // absent: not within the window
  std::optional<client::Outcome> outcome;
};

enum class Turn : std::uint8_t {
  fault,
  heal,
  life,       // crash, halt, restart
  candidacy,  // the first of a term
  leadership,
  step_down,  // a leader becomes something else
  commit,     // the first of a term
  service,    // the first acknowledged operation after the commit of a new term
  mark,       // the scenario's own
};

/// Something a reader should notice, in words.
struct TurningPoint {
  sim::Instant time;
  sim::NodeId node = sim::no_node;
  Turn what{};
  std::string text;
};

struct Timeline {
  TraceText run;
  Window window;
  std::uint64_t group = 0;             // which of several this is the timeline of
  std::vector<Lane> lanes;             // by NodeId
  std::vector<DrawnMessage> messages;  // in the order they were sent
  std::vector<FaultPeriod> faults;     // in the order they began
  std::vector<LifeMark> lives;
  std::vector<Commit> commits;
  std::vector<ClientOperation> operations;   // in the order of their invocations
  std::vector<TurningPoint> turning_points;  // in the order of time
  std::string shortfall;                     // of the trace, if it was cut short
};

/// Reads the window of the trace, and a little before it for what is in flight when it begins. The
/// window is cut to the run; an empty one is an error. Roles, commits, messages, operations and the
/// steps of the story are those of the group, and of the others it is told who leads them. Messages
/// that are of no group, such as the beats of nodes, are there for each.
[[nodiscard]] sim::Result<Timeline> read_timeline(const sim::TraceReader& trace, Window window,
                                                  std::uint64_t group = 0);

/// What to look at when nobody said: from shortly before the first fault to shortly after service
/// is restored by the group, or the first two seconds of a run without faults.
[[nodiscard]] sim::Result<Window> suggested_window(const sim::TraceReader& trace,
                                                   std::uint64_t group = 0);

}  // namespace splitvote::reports
