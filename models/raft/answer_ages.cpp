// An instant per member; a set of numbers says whose count.
#include "models/raft/answer_ages.hpp"

#include <algorithm>

namespace splitvote::raft {

void AnswerAges::restart(NodeSet members, sim::LocalInstant now) {
  members_ = 0;
  set_members(members, now);
}

void AnswerAges::set_members(NodeSet members, sim::LocalInstant now) {
  answered_.resize(members_max);
  for_each(members & ~members_, [&](std::size_t number) { answered_[number] = now; });
  members_ = members;
}

void AnswerAges::on_answer(NodeId member, sim::LocalInstant now) {
  if ((members_ & set_of(member)) == 0) return;
  sim::LocalInstant& answered = answered_[sim::number(member)];
  answered = std::max(answered, now);
}

NodeSet AnswerAges::silent(sim::LocalInstant now) const {
  NodeSet found = 0;
  for_each(members_, [&](std::size_t number) {
    if (answered_[number] + timeout_ <= now) found |= NodeSet{1} << number;
  });
  return found;
}

sim::Duration AnswerAges::until_next(sim::LocalInstant now) const {
  sim::Duration least = timeout_;
  for_each(members_ & ~silent(now), [&](std::size_t number) {
    least = std::min(least, answered_[number] + timeout_ - now);
  });
  return least;
}

}  // namespace splitvote::raft
