// What holds of one server between any two steps; the properties of the cluster are models/check's.
#include <algorithm>

#include "models/raft/raft.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

void Raft::check_invariants() const {
  const Member& own = members_[self_];
  SPLITVOTE_CHECK(own.match == stored_);
  SPLITVOTE_CHECK(stored_ <= log_.last_index() && commit_ <= log_.last_index());
  SPLITVOTE_CHECK(log_.last().term <= term_ && verified_ <= log_.last_index());
  SPLITVOTE_CHECK(persisted_ <= last_token_ && hard_state_token_ <= last_token_);
  SPLITVOTE_CHECK(writes_.empty() == (persisted_ == last_token_));
  SPLITVOTE_CHECK(std::ranges::is_sorted(writes_, {}, &Write::token));
  SPLITVOTE_CHECK(std::ranges::is_sorted(writes_, {}, &Write::last));
  // With nothing under way, everything is on the disk.
  SPLITVOTE_CHECK(!writes_.empty() || stored_ == log_.last_index());
  SPLITVOTE_CHECK(log_.base().index <= commit_ && snapshot_.last.index <= commit_);
  SPLITVOTE_CHECK(options_.snapshots_on_demand || log_.base().index <= snapshot_.last.index);
  for (Index index = log_.first_index(); index <= log_.last_index(); ++index) {
    const LogPosition position = entry_head(log_.record(index)).position;
    SPLITVOTE_CHECK(position.index == index && log_.holds(position));
    SPLITVOTE_CHECK(log_.term(index - 1) <= position.term);
  }
  if (role_ == Role::candidate || role_ == Role::leader) SPLITVOTE_CHECK(vote_ == own.id);
  SPLITVOTE_CHECK((role_ == Role::leader) == (leader_ == own.id));
  SPLITVOTE_CHECK(role_ == Role::leader || (reads_.empty() && transfer_to_ == sim::no_node));
  SPLITVOTE_CHECK(role_ == Role::follower || forwarded_reads_.empty());
  SPLITVOTE_CHECK(std::ranges::is_sorted(reads_, {}, &WaitingRead::round));
  SPLITVOTE_CHECK(!is_fortified() || (role_ == Role::follower && fortified_.term <= term_));
  // Who sleeps has nothing to do and knows for whom it sleeps.
  SPLITVOTE_CHECK(!quiescent_ || (commit_ == log_.last_index() && stored_ == commit_));
  SPLITVOTE_CHECK(!quiescent_ || leader_ != sim::no_node);
  SPLITVOTE_CHECK(!quiescent_ || (reads_.empty() && forwarded_reads_.empty()));
  check_membership();
  SPLITVOTE_CHECK(role_ == Role::leader || outgoing_.empty());
  if (role_ != Role::leader) return;
  SPLITVOTE_CHECK(log_.last().term == term_ && first_of_term_ <= log_.last_index());
  SPLITVOTE_CHECK(first_of_term_ < log_.first_index() || log_.term(first_of_term_) == term_);
  for (const Member& member : members_) {
    if (is_self(member)) continue;
    SPLITVOTE_CHECK(member.match < member.next && member.next <= log_.last_index() + 1);
    SPLITVOTE_CHECK(member.read_round <= read_round_);
    SPLITVOTE_CHECK(member.inflight_count <= options_.inflight_messages_max);
    SPLITVOTE_CHECK(member.replication == Replication::replicate || member.inflight_count == 0);
    SPLITVOTE_CHECK(member.replication == Replication::replicate || !member.paused);
    const bool sent = std::ranges::count(outgoing_, member.id, &OutgoingSnapshot::target) == 1;
    const bool due = member.replication == Replication::snapshot;
    SPLITVOTE_CHECK(sent == due || (due && options_.snapshots_on_demand));
  }
}

/// The newest configuration is the log's, and the members are its members.
void Raft::check_membership() const {
  const auto places = configurations_.places();
  SPLITVOTE_CHECK(configurations_.newest_index() <= log_.last_index());
  SPLITVOTE_CHECK(std::ranges::is_sorted(places, {}, &ConfigurationHistory::Place::index));
  for (const ConfigurationHistory::Place& place : places.subspan(1)) {
    Configuration stored;
    SPLITVOTE_CHECK(decode(sim::as_bytes(log_.entry(place.index).value), stored));
    SPLITVOTE_CHECK(stored == place.configuration);
  }
  const Configuration& newest = configurations_.newest();
  SPLITVOTE_CHECK(joint_ == newest.joint() && voters_ == newest.voters.size());
  std::size_t own = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    own += member.id == self();
    SPLITVOTE_CHECK((i < voters_) == contains(newest.voters, member.id));
    SPLITVOTE_CHECK(member.votes == is_voter(newest, member.id));
    SPLITVOTE_CHECK(member.votes_before == contains(newest.outgoing, member.id));
    SPLITVOTE_CHECK(is_member(newest, member.id) || is_self(member));
  }
  SPLITVOTE_CHECK(own == 1);
}

}  // namespace splitvote::raft
