// "Leadership transfer extension" (dissertation, section 3.10), and the priorities it serves.
#include <algorithm>

#include "models/raft/raft.hpp"

namespace splitvote::raft {

namespace {

enum class Stage : std::uint8_t { begun, told, given_up };

void note_transfer(NodeId target, Term term, Stage stage, Outbox& out) {
  out.notes.emplace_back(models::NoteType::transfer, sim::number(target), term,
                         static_cast<std::uint64_t>(stage));
}

}  // namespace

// "The prior leader stops accepting new client requests. It fully updates the target server's log
// to match its own."
void Raft::on_transfer(const TransferLeadership& transfer, Outbox& out) {
  if (role_ != Role::leader) {
    out.refused_order = "this server does not lead";
    return;
  }
  Member* const target = transfer_target(transfer.target);
  if (target == nullptr) {
    out.refused_order = "nobody else may lead, or the target may not";
    return;
  }
  if (target->id == transfer_to_) return;
  abort_transfer(out);
  transfer_to_ = target->id;
  note_transfer(target->id, term_, Stage::begun, out);
  // "If leadership transfer does not complete after about an election timeout, the prior leader
  // aborts the transfer and resumes accepting client requests."
  if (options_.own_transfer_timer) {
    out.arm_transfer = true;
  } else {
    out.election = ElectionTimer::arm_minimum;
  }
  send_append(*target, out);
  hand_over(*target, out);
}

/// The one that was asked for, or the one with the longest log of those that may lead; of several
/// one that is active.
Member* Raft::transfer_target(NodeId wanted) {
  Member* best = nullptr;
  const auto better = [&](const Member& member) {
    if (best == nullptr || member.match != best->match)
      return best == nullptr || member.match > best->match;
    return member.recently_active && !best->recently_active;
  };
  for (Member& member : members_) {
    if (!may_take_over(member)) continue;
    if (member.id == wanted) return &member;
    if (better(member)) best = &member;
  }
  return wanted == sim::no_node ? best : nullptr;
}

bool Raft::may_take_over(const Member& member) const {
  const bool stands = options_.priorities[sim::number(member.id)] > 0;
  return stands && !is_self(member) && member.votes &&
         !is_witness(configurations_.newest(), member.id);
}

// "The prior leader sends a TimeoutNow request to the target server", once it is up to date.
void Raft::hand_over(Member& target, Outbox& out) {
  if (!may_take_over(target)) return abort_transfer(out);  // the members changed meanwhile
  if (target.match < log_.last_index()) return;
  // From now on the target may be elected at any moment, however this transfer ends: whatever
  // this leader promised itself by a lease is over.
  if (!timeout_now_sent_) note_transfer(target.id, term_, Stage::told, out);
  timeout_now_sent_ = true;
  send<TimeoutNow>(target.id, out).term = term_;
}

void Raft::abort_transfer(Outbox& out) {
  if (transfer_to_ == sim::no_node) return;
  note_transfer(transfer_to_, term_, Stage::given_up, out);
  transfer_to_ = sim::no_node;
}

/// For as long again none begins by itself: clients were turned away long enough.
void Raft::on_transfer_timeout(Outbox& out) {
  transfer_rests_ = transfer_to_ != sim::no_node;
  out.arm_transfer = transfer_rests_;
  abort_transfer(out);
}

/// A witness leads only to hand on what nobody else has: the first server with data that has all of
/// its log takes over. If the word is lost, whoever answers next after an election timeout does.
void Raft::give_up_office(const Member& follower, Outbox& out) {
  if (!witness() || transfer_to_ != sim::no_node) return;
  if (!may_take_over(follower) || follower.match < log_.last_index()) return;
  on_transfer({follower.id}, out);
}

/// A leader that is not the first choice hands over to one that is, as soon as that one is there
/// and has everything that is committed.
NodeId Raft::higher_priority() const {
  const auto priority = [&](NodeId node) { return options_.priorities[sim::number(node)]; };
  const Member* best = nullptr;
  for (const Member& member : members_) {
    const bool ready = may_take_over(member) && member.match >= commit_ && member.recently_active &&
                       member.replication == Replication::replicate;
    if (!ready || priority(member.id) <= priority(self())) continue;
    if (best == nullptr || priority(member.id) > priority(best->id)) best = &member;
  }
  return best == nullptr ? sim::no_node : best->id;
}

// "The target server then immediately starts an election": without PreVote, which would ask those
// who still hear the leader.
void Raft::on_timeout_now(const TimeoutNow& message, Outbox& out) {
  if (message.term < term_) return;
  observe_term(message.term, out);
  // Its configuration may have changed since the leader chose it.
  if (role_ == Role::leader || witness() || !may_campaign()) return;
  if (is_fortified()) release(out);
  campaign(Ballot::transfer, out);
}

}  // namespace splitvote::raft
