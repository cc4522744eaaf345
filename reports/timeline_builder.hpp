// Follows the records of a trace and gathers what a window's timeline shows of them.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/notes.hpp"
#include "reports/timeline.hpp"
#include "sim/trace/keyframe.hpp"

namespace splitvote::reports {

class TimelineBuilder {
 public:
  /// `state` is that of the group at the moment from which on the records will come.
  TimelineBuilder(TraceText run, Window window, const sim::Keyframe& state,
                  std::uint64_t group = 0);

  void follow(const sim::Record& record);

  /// Ends what is open and hands the timeline out.
  [[nodiscard]] Timeline take() &&;

 private:
  /// A node as it is while the records go by.
  struct Player {
    sim::Life life = sim::Life::down;
    bool has_role = false;
    models::Role role{};
    std::uint64_t term = 0;
    bool halted = false;
    sim::Instant span_start;
    LaneState state = LaneState::down;
    std::uint64_t span_term = 0;
  };

  void follow_life(const sim::Record& record);
  void follow_power_loss(const sim::Record& record);
  void follow_role(const sim::Record& record);
  void follow_other_group(const sim::Record& record);
  void follow_commit(const sim::Record& record);
  void follow_note(const sim::Record& record);
  void follow_invoke(const sim::Record& record);
  void follow_complete(const sim::Record& record);
  void follow_fault(const sim::Record& record);
  void begin_message(const sim::Record& record);
  void copy_message(const sim::Record& record);
  void end_message(const sim::Record& record);

  /// Closes the lane's span if the player is no longer what it shows.
  void refresh(sim::NodeId node, sim::Instant now);
  void close_span(sim::NodeId node, sim::Instant now);
  /// Of several groups; where the key is not known, because it was invoked before the reading,
  /// none.
  [[nodiscard]] bool is_of_drawn_group(const ClientOperation& operation) const;
  void turn(const sim::Record& record, Turn what, std::string text);
  void add_fault(sim::FaultId id, sim::Instant since, std::string text);
  [[nodiscard]] std::string name(sim::NodeId node) const { return timeline_.run.node_name(node); }

  Timeline timeline_;
  std::vector<Player> players_;                               // by NodeId
  std::unordered_map<std::uint64_t, std::size_t> in_flight_;  // message id -> place in messages
  std::map<std::pair<sim::NodeId, std::uint64_t>, std::size_t> pending_;  // -> place in operations
  std::uint64_t committed_term_ = 0;  // the highest in which anything was committed
  std::uint64_t served_term_ = 0;     // the highest whose commit was followed by an acknowledgement
  bool looking_for_leader_ = false;
  sim::EventId fault_event_ = sim::no_event;  // the latest event in which a verb was applied
};

}  // namespace splitvote::reports
