// How long ago each member answered its leader.
#pragma once

#include <vector>

#include "models/raft/node_set.hpp"
#include "models/registry/settings.hpp"

namespace splitvote::raft {

/// By the leader's monotonic clock. Nobody can answer before it is asked, so a member counts as
/// heard when it becomes one.
class AnswerAges {
 public:
  explicit AnswerAges(sim::Duration timeout) : timeout_(timeout) {}

  /// Whatever was answered before is forgotten.
  void restart(NodeSet members, sim::LocalInstant now);
  void set_members(NodeSet members, sim::LocalInstant now);
  void on_answer(NodeId member, sim::LocalInstant now);

  /// Who has not answered for the whole timeout.
  [[nodiscard]] NodeSet silent(sim::LocalInstant now) const;
  /// How long it takes until one more can be silent; of nobody, the timeout.
  [[nodiscard]] sim::Duration until_next(sim::LocalInstant now) const;

 private:
  sim::Duration timeout_;
  NodeSet members_ = 0;
  std::vector<sim::LocalInstant> answered_;  // by the member's number
};

}  // namespace splitvote::raft
