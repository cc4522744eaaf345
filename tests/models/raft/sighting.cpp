// One function per part of Raft: what a step shows of it.
#include "tests/models/raft/sighting.hpp"

#include <algorithm>

namespace splitvote::raft {
namespace {

using models::NoteType;

constexpr std::array<std::string_view, sightings> names{
    "leader elected",
    "leader without a quorum steps down",
    "request for a vote ignored, because a leader is heard",
    "pre-vote ignored, because a leader is heard",
    "leader forgotten",
    "transfer begun",
    "transfer's target told",
    "transfer given up",
    "handed over by priority",
    "witness leads",
    "witness hands over",
    "vote of no voter",
    "candidate outside of its configuration",
    "entry committed",
    "entries removed",
    "refused: old term",
    "refused: no hint",
    "refused: log too short",
    "refused: entry in conflict",
    "refused: term in conflict",
    "batch full by entries",
    "batch full by bytes",
    "follower's flow paused",
    "follower's flow resumed",
    "busy: too much uncommitted",
    "busy: handing over",
    "sent before it is on the leader's disk",
    "sent when it is on the leader's disk",
    "late sync of entries that are gone",
    "crash",
    "write lost in a crash",
    "probe of a follower that cannot be reached",
    "read answered after a round",
    "read answered by lease",
    "read answered by a follower",
    "read refused",
    "lease given up for a hand-over",
    "snapshot taken",
    "log compacted",
    "snapshot taken for a follower",
    "snapshot of a leader installed",
    "start from a snapshot",
    "chunk sent again",
    "chunks that are there not sent again",
    "chunk to be sent again at once",
    "configuration committed",
    "joint configuration committed",
    "joint configuration adopted",
    "learner adopted",
    "witness adopted",
    "plan adopted",
    "learner caught up",
    "learner promoted",
    "voter demoted",
    "configuration taken back",
    "leader steps down that is no member",
    "change refused",
    "joint left on order",
    "joint by one",
    "leader falls asleep",
    "follower falls asleep",
    "wakes up",
    "wakes up for a lost peer",
};
static_assert(!names.back().empty());
static_assert(static_cast<std::size_t>(Sighting::wakes_for_lost_peer) + 1 == sightings);

bool notes_role(const Outbox& out, Role role) {
  return std::ranges::any_of(out.notes, [&](const Remark& note) {
    return note.type == NoteType::role && note.a == static_cast<std::uint64_t>(role);
  });
}

template <typename Message>
const Message* received(const Input& input) {
  const auto* const received = std::get_if<Received>(&input);
  return received == nullptr ? nullptr : std::get_if<Message>(&received->message);
}

/// Of encoded entries that are in this log from `first` on: the last.
Index last_of(sim::ByteView entries, Index first) {
  Index last = first - 1;
  for (; !entries.empty(); ++last) entries = entries.subspan(entry_head(entries).size);
  return last;
}

Sighting refusal(const Step& step, const AppendResponse& response) {
  const auto* const append = received<AppendEntries>(step.input);
  if (append == nullptr || append->term < response.term) return Sighting::refused_old_term;
  if (step.options.conflict_hints == ConflictHints::none) return Sighting::refused_without_hint;
  if (response.hint.term != 0) return Sighting::refused_term;
  const bool is_short = response.match > step.raft.log().last_index();
  return is_short ? Sighting::refused_short_log : Sighting::refused_entry;
}

}  // namespace

std::string_view name(Sighting sighting) { return names[static_cast<std::size_t>(sighting)]; }

void Sightings::add(const Sightings& other) {
  for (std::size_t i = 0; i < sightings; ++i) counts_[i] += other.counts_[i];
}

void Observer::before(const Raft& raft) {
  role_ = raft.role();
  configuration_ = raft.configurations().newest_index();
  quiescent_ = raft.quiescent();
  chunks_.clear();
  streaming_.clear();
  for (const Member& member : raft.members()) {
    const bool streams = role_ == Role::leader && member.replication == Replication::replicate;
    if (streams) streaming_.push_back(member.id);
  }
  patient_.clear();
  for (const OutgoingSnapshot& outgoing : raft.outgoing_snapshots()) {
    chunks_.emplace_back(outgoing.target, outgoing.offset);
    if (outgoing.silence < outgoing.patience) patient_.push_back(outgoing.target);
  }
}

void Observer::after(const Step& step, Sightings& seen) const {
  see_elections(step, seen);
  see_replication(step, seen);
  see_reads(step, seen);
  see_snapshots(step, seen);
  see_members(step, seen);
  for (const Remark& note : step.out.notes) {
    if (note.type != NoteType::quiescence) continue;
    const bool leads = step.raft.role() == Role::leader;
    const Sighting sleeps = leads ? Sighting::leader_sleeps : Sighting::follower_sleeps;
    seen.add(note.a == 1 ? sleeps : Sighting::wakes);
  }
  const bool lost = std::holds_alternative<PeerLost>(step.input);
  if (lost && quiescent_) seen.add(Sighting::wakes_for_lost_peer);
  if (const auto* unreachable = std::get_if<Unreachable>(&step.input)) {
    see_unreachable(unreachable->peer, step.raft, seen);
  }
}

void Observer::see_unreachable(NodeId peer, const Raft& raft, Sightings& seen) const {
  for (const Member& member : raft.members()) {
    if (member.id != peer || member.replication != Replication::probe) continue;
    if (std::ranges::find(streaming_, peer) != streaming_.end())
      seen.add(Sighting::probes_unreachable);
  }
  for (const OutgoingSnapshot& outgoing : raft.outgoing_snapshots()) {
    const bool waited = std::ranges::find(patient_, peer) != patient_.end();
    if (outgoing.target == peer && waited && outgoing.silence == outgoing.patience)
      seen.add(Sighting::chunk_hastened);
  }
}

void Observer::see_elections(const Step& step, Sightings& seen) const {
  const auto& [options, input, raft, out] = step;
  const bool timeout = std::holds_alternative<ElectionTimeout>(input);
  const bool leads = notes_role(out, Role::leader);
  if (leads) seen.add(Sighting::leader_elected);
  if (leads && raft.witness()) seen.add(Sighting::witness_leads);
  if (notes_role(out, Role::candidate) && !is_voter(raft.configurations().newest(), raft.self()))
    seen.add(Sighting::outsider_stands);
  if (timeout && role_ == Role::leader && raft.role() != Role::leader)
    seen.add(Sighting::quorum_lost);
  if (std::holds_alternative<ForgetLeader>(input) && out.refused_order.empty())
    seen.add(Sighting::leader_forgotten);
  for (const Remark& note : out.notes) {
    if (note.type != NoteType::transfer) continue;
    constexpr std::array stages{Sighting::transfer_begun, Sighting::transfer_told,
                                Sighting::transfer_given_up};
    seen.add(stages[note.c]);
    if (note.c == 0 && timeout) seen.add(Sighting::preferred_takes_over);
    const bool ordered = std::holds_alternative<TransferLeadership>(input);
    if (note.c == 0 && raft.witness() && !ordered) seen.add(Sighting::witness_hands_over);
  }
  const auto* const request = received<VoteRequest>(input);
  if (request == nullptr) return;
  const bool answered =
      !out.messages.empty() && std::holds_alternative<VoteResponse>(out.messages.back().message);
  if (!answered) {
    const bool pre_vote = request->ballot == Ballot::pre_vote;
    return seen.add(pre_vote ? Sighting::pre_vote_ignored : Sighting::vote_ignored);
  }
  const auto& response = std::get<VoteResponse>(out.messages.back().message);
  const bool voted = response.granted && response.ballot == Ballot::vote;
  if (voted && !is_voter(raft.configurations().newest(), raft.self()))
    seen.add(Sighting::stranger_votes);
}

void Observer::see_replication(const Step& step, Sightings& seen) const {
  const auto& [options, input, raft, out] = step;
  for (const Remark& note : out.notes) {
    if (note.type == NoteType::truncated) seen.add(Sighting::truncated);
    if (note.type == NoteType::replication_paused)
      seen.add(note.b == 1 ? Sighting::paused : Sighting::resumed);
  }
  if (const auto* const propose = std::get_if<Propose>(&input);
      propose != nullptr && out.proposal.kind == Verdict::Kind::busy) {
    const Log& log = raft.log();
    const std::uint64_t size = wal::overhead + propose->key.size() + propose->value.size();
    const std::uint64_t under_way = log.bytes({raft.commit_index() + 1, log.last_index()}).size();
    const bool full = under_way > 0 && under_way + size > options.uncommitted_bytes_max;
    seen.add(full ? Sighting::busy_full : Sighting::busy_handing_over);
  }
  const bool synced = std::holds_alternative<Persisted>(input);
  for (const Outgoing& outgoing : out.messages) {
    const auto* const response = std::get_if<AppendResponse>(&outgoing.message);
    if (response != nullptr && !response->accepted) seen.add(refusal(step, *response));
    const auto* const append = std::get_if<AppendEntries>(&outgoing.message);
    if (append == nullptr || append->entries.empty()) continue;
    const Index last = last_of(append->entries, append->previous.index + 1);
    if (last > raft.stored_index()) {
      seen.add(Sighting::sent_before_own_disk);
    } else if (synced) {
      seen.add(Sighting::sent_after_own_disk);
    }
    if (last >= raft.log().last_index()) continue;
    const std::size_t with_next = append->entries.size() + raft.log().record(last + 1).size();
    if (last - append->previous.index == options.batch_entries_max) {
      seen.add(Sighting::full_by_entries);
    } else if (with_next > options.batch_bytes_max) {
      seen.add(Sighting::full_by_bytes);
    }
  }
}

void Observer::see_reads(const Step& step, Sightings& seen) const {
  const auto& [options, input, raft, out] = step;
  if (!out.refused_reads.empty()) seen.add(Sighting::read_refused);
  const auto* const read = std::get_if<Read>(&input);
  const bool leased = read != nullptr && read->at_once && raft.members().size() > 1;
  if (leased && out.ready_reads.empty()) seen.add(Sighting::lease_given_up);
  if (out.ready_reads.empty()) return;
  const std::uint64_t count = out.ready_reads.size();
  if (raft.role() != Role::leader) return seen.add(Sighting::read_by_follower, count);
  seen.add(leased ? Sighting::read_by_lease : Sighting::read_by_round, count);
}

void Observer::see_snapshots(const Step& step, Sightings& seen) const {
  const auto& [options, input, raft, out] = step;
  if (std::holds_alternative<SnapshotSaved>(input)) seen.add(Sighting::snapshot_taken);
  if (std::holds_alternative<SnapshotTaken>(input)) seen.add(Sighting::snapshot_wanted);
  for (const Remark& note : out.notes) {
    if (note.type == NoteType::compacted) seen.add(Sighting::log_compacted);
    if (note.type == NoteType::restored)
      seen.add(note.c == 1 ? Sighting::snapshot_installed : Sighting::started_from_snapshot);
  }
  for (const Outgoing& outgoing : out.messages) {
    const auto* const install = std::get_if<InstallSnapshot>(&outgoing.message);
    if (install == nullptr) continue;
    const auto before =
        std::ranges::find(chunks_, outgoing.target, [](const auto& each) { return each.first; });
    if (before == chunks_.end()) continue;
    if (std::holds_alternative<HeartbeatTimeout>(input)) seen.add(Sighting::chunk_repeated);
    if (install->offset > before->second + options.snapshot_chunk_bytes)
      seen.add(Sighting::chunks_resumed);
  }
}

void Observer::see_members(const Step& step, Sightings& seen) const {
  const auto& [options, input, raft, out] = step;
  const Configuration& newest = raft.configurations().newest();
  const bool resigned = role_ == Role::leader && raft.role() != Role::leader;
  if (resigned && !out.committed.empty() && !is_voter(newest, raft.self()))
    seen.add(Sighting::leader_removed);
  if (std::holds_alternative<Reconfigure>(input) && !out.refused_order.empty())
    seen.add(Sighting::change_refused);
  if (std::holds_alternative<LeaveJoint>(input) && out.refused_order.empty())
    seen.add(Sighting::joint_left_on_order);
  for (const Remark& note : out.notes) {
    if (note.type == NoteType::caught_up) seen.add(Sighting::caught_up);
    if (note.type == NoteType::configuration && note.a < configuration_)
      seen.add(Sighting::fell_back);
  }
  if (raft.configurations().newest_index() <= configuration_) return;
  if (newest.joint()) {
    const NodeList& before = newest.outgoing;
    const std::size_t differing =
        without(newest.voters, before).size() + without(before, newest.voters).size();
    seen.add(Sighting::joint_adopted);
    if (differing == 1) seen.add(Sighting::joint_by_one);
  }
  if (!newest.learners.empty()) seen.add(Sighting::learner_adopted);
  if (!newest.witnesses.empty()) seen.add(Sighting::witness_adopted);
  if (!newest.planned.empty()) seen.add(Sighting::plan_adopted);
  const Configuration& previous = raft.configurations().previous();
  if (!common(newest.voters, previous.learners).empty()) seen.add(Sighting::promoted);
  if (!common(newest.learners, joined(previous.voters, previous.outgoing)).empty())
    seen.add(Sighting::demoted);
}

}  // namespace splitvote::raft
