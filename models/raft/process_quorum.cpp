// When a leader looks at its quorum: every quorum_timeout (etcd), or when the last answer of one
// more member has become that old (hashicorp/raft: checkLeaderLease()).
#include <algorithm>

#include "models/raft/raft_process.hpp"

namespace splitvote::raft {

sim::Duration quorum_timeout(const ProcessOptions& options) {
  const sim::Duration own = options.quorum_timeout;
  if (own.ns > 0) return own;
  return options.core.fortification ? support_duration(options) : options.election_timeout.first;
}

void RaftProcess::look_at_quorum(sim::Host& host) {
  step(host, QuorumTimeout{answers_.silent(host.now())});
}

/// What a step tells of the members' answers.
void RaftProcess::obey_answers(sim::Host& host, const Input& input) {
  if (raft_.role() != Role::leader) return;
  const bool looked = std::holds_alternative<QuorumTimeout>(input);
  if (out_.election == ElectionTimer::arm_quorum && !looked)
    answers_.restart(others(raft_), host.now());
  if (out_.answered != sim::no_node) answers_.on_answer(out_.answered, host.now());
  const auto changes = [](const Remark& remark) {
    return remark.type == models::NoteType::configuration;
  };
  if (std::ranges::any_of(out_.notes, changes)) answers_.set_members(others(raft_), host.now());
}

void RaftProcess::arm_quorum(sim::Host& host) {
  if (options_.quorum_check == QuorumCheck::window)
    return arm(host, election_timer, quorum_timeout(options_));
  // If a tick makes it too early, nobody more is silent yet, and it looks again with the next.
  const std::int64_t tick = std::max<std::int64_t>(options_.tick.ns, 1);
  const std::int64_t wait = answers_.until_next(host.now()).ns;
  arm(host, election_timer, {(wait + tick - 1) / tick * tick});
}

}  // namespace splitvote::raft
