// Failovers: from the loss of a leader to the first write that its successor acknowledged.
#include "models/measure/failovers.hpp"

#include <algorithm>

namespace splitvote::measure {

// The failover of the newest leader, if it is lost and has no successor.
Failover* Failovers::open() {
  if (all_.empty() || all_.back().elected.has_value()) return nullptr;
  return &all_.back();
}

// Of the newest leader. It may be lost in several ways one after the other: the first one counts.
void Failovers::lose(const sim::Moment& moment, OccurrenceCounts& counts) {
  Failover* before = open();
  if (before != nullptr && !before->healed) return;
  if (before != nullptr) all_.pop_back();  // it came back and is lost again: this is the loss
  if (before == nullptr) counts.add(Occurrence::leader_lost);
  Failover failover;
  failover.leader = leader_;
  failover.term = term_;
  failover.lost = moment;
  all_.push_back(failover);
}

void Failovers::on_role(const sim::Moment& moment, sim::NodeId node, models::Role role,
                        std::uint64_t term, const Elections& elections, OccurrenceCounts& counts) {
  using models::Role;
  if (role == Role::leader) return on_elected(moment, node, term, elections, counts);
  if (role == Role::candidate || role == Role::pre_candidate) {
    if (leader_ == sim::no_node && !first_candidacy_.has_value()) first_candidacy_ = moment;
    Failover* failover = open();
    if (failover == nullptr) return;
    if (!failover->candidacy.has_value()) failover->candidacy = moment;
    if (!failover->detected.has_value() && node != failover->leader) failover->detected = moment;
    return;
  }
  if (node != leader_) return;
  leading_ = false;
  lose(moment, counts);
}

void Failovers::on_elected(const sim::Moment& moment, sim::NodeId node, std::uint64_t term,
                           const Elections& elections, OccurrenceCounts& counts) {
  if (leader_ != sim::no_node && term <= term_) return;  // the late leader of an old term
  if (leader_ != sim::no_node && leader_ != node) counts.add(Occurrence::leader_changed);
  std::optional<sim::Moment> candidacy = first_candidacy_;
  first_candidacy_.reset();
  if (Failover* failover = open(); failover != nullptr) {
    if (!failover->detected.has_value() && node != failover->leader) failover->detected = moment;
    candidacy = failover->candidacy;
    failover->elected = moment;
  }
  // The old leader may have been deposed by a candidacy that came before its loss.
  if (!candidacy.has_value()) {
    const ElectionTerm* won = elections.find(term);
    candidacy = won != nullptr ? won->first_candidacy : moment;
  }
  election_times_.push_back((moment.time - candidacy->time).ns);
  leader_ = node;
  term_ = term;
  leading_ = true;
}

void Failovers::on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
                        OccurrenceCounts& counts) {
  if (node != leader_) return;
  if (what == sim::RecordKind::resume) return on_heal({&node, 1});
  const bool gone = what == sim::RecordKind::stop;
  if (!gone && what != sim::RecordKind::pause) return;
  if (gone) leading_ = false;
  lose(moment, counts);
}

void Failovers::on_halted(const sim::Moment& moment, sim::NodeId node, OccurrenceCounts& counts) {
  if (node != leader_) return;
  leading_ = false;
  lose(moment, counts);
}

void Failovers::on_fault(const sim::Moment& moment, std::span<const sim::NodeId> cut_off,
                         OccurrenceCounts& counts) {
  if (std::ranges::find(cut_off, leader_) != cut_off.end()) lose(moment, counts);
}

void Failovers::on_heal(std::span<const sim::NodeId> nodes) {
  Failover* failover = open();
  if (failover == nullptr || !leading_) return;
  if (std::ranges::find(nodes, failover->leader) != nodes.end()) failover->healed = true;
}

void Failovers::on_commit(sim::NodeId node) {
  Failover* failover = open();
  if (failover == nullptr || !failover->healed || node != leader_) return;
  all_.pop_back();
}

void Failovers::on_served(std::uint64_t session, std::uint64_t sequence, std::uint64_t term) {
  Served& served = served_[session];
  if (sequence >= served.sequence) served = {sequence, term};
}

void Failovers::on_acknowledged(const sim::Moment& moment, std::uint64_t session) {
  if (first_unserved_ >= all_.size()) [[likely]]
    return;
  const Served* served = served_.find(session);
  if (served == nullptr) return;
  for (std::size_t at = first_unserved_; at < all_.size(); ++at) {
    Failover& failover = all_[at];
    if (served->term > failover.term) failover.served = moment;
  }
  while (first_unserved_ < all_.size() && all_[first_unserved_].served.has_value())
    ++first_unserved_;
}

}  // namespace splitvote::measure
