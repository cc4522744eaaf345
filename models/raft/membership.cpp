// Cluster membership changes (dissertation, chapter 4): which configuration counts, and how the
// leader leads the cluster from one to the next.
#include <algorithm>
#include <array>

#include "models/raft/quorum.hpp"
#include "models/raft/raft.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

/// "Each server adopts C_new as soon as that entry is added to its log." What is known of those who
/// stay is kept; who goes is forgotten, except the server itself.
void Raft::adopt_newest() {
  const Configuration& configuration = configurations_.newest();
  std::vector<Member> members;
  members.reserve(configuration.voters.size() + configuration.outgoing.size() +
                  configuration.learners.size() + 1);
  const auto take = [&](NodeId node) {
    const Member* known = find(node);
    // Nobody can have answered before it was asked: a new member counts as active at first, or the
    // next check of the quorum could come too early.
    Member member = known != nullptr ? *known : Member{.id = node, .recently_active = true};
    if (known == nullptr) member.next = std::max<Index>(configurations_.newest_index(), 1);
    member.votes = is_voter(configuration, node);
    member.votes_before = contains(configuration.outgoing, node);
    members.push_back(member);
  };
  // The voters first, so that counting a simple configuration is counting the front.
  for (const NodeId node : configuration.voters) take(node);
  for (const NodeId node : without(configuration.outgoing, configuration.voters)) take(node);
  for (const NodeId node : configuration.learners) take(node);
  if (!is_member(configuration, self())) take(self());

  const std::size_t ring = options_.inflight_messages_max;
  std::vector<Index> inflight(members.size() * ring);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Member* known = find(members[i].id);
    if (known == nullptr || known->inflight_count == 0) continue;
    const auto from = static_cast<std::size_t>(known - members_.data());
    std::copy_n(inflight_.begin() + static_cast<std::ptrdiff_t>(from * ring), ring,
                inflight.begin() + static_cast<std::ptrdiff_t>(i * ring));
  }
  const auto own = std::ranges::find(members, self(), &Member::id);
  self_ = static_cast<std::size_t>(own - members.begin());
  members_ = std::move(members);
  inflight_ = std::move(inflight);
  std::erase_if(outgoing_, [&](const OutgoingSnapshot& each) { return !find(each.target); });
  voters_ = configuration.voters.size();
  joint_ = configuration.joint();
  witness_ = is_witness(configuration, self());
}

void Raft::note_configuration(Outbox& out) {
  const auto mask = [](const NodeList& list) {
    std::uint64_t bits = 0;
    for (const NodeId node : list) {
      if (sim::number(node) < 64) bits |= std::uint64_t{1} << sim::number(node);
    }
    return bits;
  };
  const Configuration& newest = configurations_.newest();
  out.notes.emplace_back(models::NoteType::configuration, configurations_.newest_index(),
                         mask(newest.voters), mask(newest.outgoing));
}

/// Of entries that were just appended, or read at the start. False if one cannot be read.
bool Raft::adopt_entries(IndexRange range, Outbox& out) {
  bool found = false;
  for (Index index = range.first; index <= range.last; ++index) {
    if (log_.type(index) != wal::RecordType::configuration) continue;
    Configuration configuration;
    if (!decode(sim::as_bytes(log_.entry(index).value), configuration)) {
      out.halted = "a configuration in the log cannot be read";
      return false;
    }
    configurations_.append(index, std::move(configuration));
    found = true;
  }
  if (!found) return true;
  adopt_newest();
  note_configuration(out);
  return true;
}

/// "A server must be prepared to fall back to the previous configuration in its log."
void Raft::fall_back(Index first, Outbox& out) {
  if (!configurations_.truncate_from(first)) return;
  adopt_newest();
  note_configuration(out);
}

/// The log that held its entry, and all before, is gone.
void Raft::take_configuration_of_snapshot() {
  if (snapshot_.configuration == nullptr) return;
  Configuration configuration;
  SPLITVOTE_CHECK(decode(*snapshot_.configuration, configuration));
  configurations_ = ConfigurationHistory(std::move(configuration), snapshot_.last.index);
  adopt_newest();
}

// "A server that is not part of its own latest configuration should still start new elections, as
// it might still be needed until the C_new entry is committed" (section 4.2.2, Figure 4.6): until
// it knows of that, and only if it was a voter before.
bool Raft::may_campaign() const {
  if (options_.priorities[sim::number(self())] == 0) return false;
  const Configuration& newest = configurations_.newest();
  if (is_voter(newest, self())) return true;
  return configurations_.newest_index() > commit_ && is_voter(configurations_.previous(), self());
}

/// Why this server cannot append a configuration now, if it cannot.
const char* Raft::no_change_now() const {
  if (role_ != Role::leader) return "this server does not lead";
  // Until then this leader may not know all that is committed, and two leaders that each change a
  // configuration of an older term could both be right (Ongaro, "bug in single-server membership
  // changes", raft-dev, 10 July 2015).
  if (commit_ < first_of_term_) return "no entry of this term is committed yet";
  // "A leader must not append the next C_new until the previous one has committed" (section 4.1).
  if (configurations_.newest_index() > commit_) return "a change is under way";
  return nullptr;
}

void Raft::on_leave_joint(Outbox& out) {
  const Configuration& newest = configurations_.newest();
  if (const char* why = no_change_now()) {
    out.refused_order = why;
  } else if (!newest.joint()) {
    out.refused_order = "the configuration is not joint";
  } else {
    append_configuration(leave_joint(newest), out);
  }
}

void Raft::on_reconfigure(const Reconfigure& reconfigure, Outbox& out) {
  if (const char* why = no_change_now()) {
    out.refused_order = why;
    return;
  }
  auto next = change(configurations_.newest(), reconfigure.changes, reconfigure.pace,
                     options_.joint_consensus);
  if (!next) {
    out.refused_order = next.error().message;
    return;
  }
  append_configuration(std::move(*next), out);
}

/// "The leader appends C_new to its log and replicates it": it counts here from now on.
void Raft::append_configuration(Configuration next, Outbox& out) {
  SPLITVOTE_CHECK(is_valid(next));
  sim::Bytes value;
  encode(next, value);
  const Index index = log_.last_index() + 1;
  append_own({.term = term_,
              .index = index,
              .type = wal::RecordType::configuration,
              .key = {},
              .value = sim::as_text(value)},
             out);
  renew_views(out);
  for (Member& member : members_) {
    if (!is_member(next, member.id)) resume(member, out);
  }
  configurations_.append(index, std::move(next));
  adopt_newest();
  note_configuration(out);
  begin_rounds();
  broadcast_append(out);
  // The new quorum may be smaller than the old one.
  advance_commit_as_leader(out);
  confirm_reads(out);
}

/// Of messages that this step has sent before the log grew, and perhaps moved.
void Raft::renew_views(Outbox& out) const {
  for (Outgoing& outgoing : out.messages) {
    auto* const append = std::get_if<AppendEntries>(&outgoing.message);
    if (append == nullptr || append->entries.empty()) continue;
    const IndexRange rest{append->previous.index + 1, log_.last_index()};
    append->entries = log_.bytes(rest).first(append->entries.size());
  }
}

/// What follows once the newest configuration is committed, by whichever leader sees that; at the
/// end of a step, because it replaces the members.
void Raft::continue_change(Outbox& out) {
  change_due_ = false;
  if (role_ != Role::leader) return;
  if (commit_ < std::max(first_of_term_, configurations_.newest_index())) return;
  const Configuration& committed = configurations_.newest();
  // "Once C_old,new has been committed, it is now safe for the leader to create a log entry
  // describing C_new" (section 4.3).
  if (committed.joint()) {
    if (options_.joint_exit == JointExit::on_order) return;
    return append_configuration(leave_joint(committed), out);
  }
  // "A leader that is removed from the configuration steps down once the C_new entry is committed"
  // (section 4.2.2).
  if (!is_voter(committed, self())) {
    step_down(out);
    return become(Role::follower, out);
  }
  if (committed.planned.empty()) return;
  for (const NodeId node : committed.planned) {
    const Member* member = find(node);
    if (!member->votes && !member->caught_up) return;
  }
  append_configuration(carry_out_plan(committed, options_.joint_consensus), out);
}

// "The replication of entries to the new server is split into rounds. Each round replicates all the
// log entries present in the leader's log at the start of the round" (section 4.2.1).
void Raft::begin_rounds() {
  for (const NodeId node : configurations_.newest().planned) {
    Member* member = find(node);
    if (member->votes || member->caught_up || member->round_end != 0) continue;
    member->round_end = log_.last_index();
    member->round_heartbeats = 0;
  }
}

// "If the last round lasts less than an election timeout, then the leader adds the new server to
// the cluster, under the assumption that there are not enough unreplicated entries to create a
// significant availability gap." Heartbeats stand for the clock: their interval is known.
void Raft::end_round(Member& learner, Outbox& out) {
  if (learner.round_heartbeats < options_.catch_up_heartbeats) {
    learner.round_end = 0;
    learner.caught_up = true;
    change_due_ = true;
    out.notes.emplace_back(models::NoteType::caught_up, sim::number(learner.id), learner.match);
    return;
  }
  learner.round_end = log_.last_index();
  learner.round_heartbeats = 0;
}

/// The largest value of this member variable that a quorum has reached.
std::uint64_t Raft::reached(std::uint64_t Member::*value) const {
  std::array<std::uint64_t, members_max> values;
  for (std::size_t i = 0; i < voters_; ++i) values[i] = members_[i].*value;
  const auto voters = std::span(values).first(voters_);
  if (!joint_) [[likely]]
    return reached_by_majority(voters);
  std::array<std::uint64_t, members_max> others;
  std::size_t count = 0;
  for (const Member& member : members_) {
    if (member.votes_before) others[count++] = member.*value;
  }
  return reached_by_quorum(voters, std::span(others).first(count));
}

/// Counts what each voter says, where `ballot` tells it of a member.
Tally Raft::tally_of(BallotState (*ballot)(const Member& member)) const {
  const auto add = [&](BallotCount& count, const Member& member) {
    const BallotState state = ballot(member);
    ++count.members;
    count.granted += state == BallotState::granted;
    count.refused += state == BallotState::refused;
  };
  BallotCount voters;
  for (std::size_t i = 0; i < voters_; ++i) add(voters, members_[i]);
  BallotCount outgoing;
  if (joint_) [[unlikely]] {
    for (const Member& member : members_) {
      if (member.votes_before) add(outgoing, member);
    }
  }
  return tally(voters, outgoing);
}

}  // namespace splitvote::raft
