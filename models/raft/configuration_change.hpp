// What an operator may change about a configuration, and which configuration comes of it: pure.
#pragma once

#include <span>

#include "models/raft/configuration.hpp"
#include "sim/base/error.hpp"

namespace splitvote::raft {

struct Change {
  enum class Kind : std::uint8_t {
    add_voter,    // from nothing, or of a learner
    add_witness,  // a voter that stores the log and holds no state
    add_learner,
    promote,  // a learner becomes a voter
    demote,   // a voter becomes a learner
    remove,
  };
  Kind kind{};
  NodeId node = sim::no_node;

  constexpr bool operator==(const Change&) const = default;
};

enum class Pace : std::uint8_t {
  at_once,         // new voters count at once, although their logs may be empty
  when_caught_up,  // "a new server joins as a non-voting member" first (section 4.2.1)
};

/// The next configuration, or why there is none: applies the changes, all or none, to what the
/// configuration is about to become: its plan, if it has one, and else its voters.
///
/// "Only one server can be added or removed at a time" is the simple case (section 4.1): if at most
/// one voter differs, majorities before and after overlap and the next configuration takes over at
/// once. Otherwise, or `always`, it is joint (section 4.3). With `when_caught_up`, new voters are
/// learners first and the next configuration holds the plan.
[[nodiscard]] sim::Result<Configuration> change(const Configuration& from,
                                                std::span<const Change> changes, Pace pace,
                                                JointConsensus joint = JointConsensus::when_needed);

/// Of a configuration with a plan whose learners have caught up.
[[nodiscard]] Configuration carry_out_plan(const Configuration& from,
                                           JointConsensus joint = JointConsensus::when_needed);

/// C_new of C_old,new.
[[nodiscard]] Configuration leave_joint(const Configuration& from);

}  // namespace splitvote::raft
