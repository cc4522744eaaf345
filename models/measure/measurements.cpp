// All figures of a run behind one door.
#include "models/measure/measurements.hpp"

#include <utility>

namespace splitvote::measure {

using models::NoteType;
using models::Role;

Measurements::Measurements(MeasureSettings settings)
    : groups_(settings.groups, Group(settings.servers)),
      service_(std::move(settings.workload_of), settings.unavailability_threshold) {}

void Measurements::take(Group& group, const sim::Moment& moment, sim::NodeId node,
                        const sim::Note& note) {
  group.cluster.on_note(moment, node, note);
  group.flow.on_note(moment, node, note, group.cluster);
}

/// A note after which a configuration may be committed.
void Measurements::on_membership(Group& group, const sim::Moment& moment, sim::NodeId node,
                                 const sim::Note& note) {
  const std::uint64_t changes = group.cluster.membership().changes();
  const std::uint64_t joints = group.cluster.membership().joints();
  take(group, moment, node, note);
  if (group.cluster.membership().changes() != changes)
    counts_.add(Occurrence::configuration_changed);
  if (group.cluster.membership().joints() != joints) counts_.add(Occurrence::configuration_joint);
}

/// A client's note says what was asked, not which group answered.
void Measurements::on_client_note(const sim::Moment& moment, sim::NodeId node,
                                  const sim::Note& note) {
  const auto type = static_cast<NoteType>(note.kind);
  if (type == NoteType::invoke) return service_.on_invoke(moment, node, note);
  if (type == NoteType::overload) return service_.on_refused(node, counts_);
  const auto ended = service_.on_complete(moment, node, note, counts_);
  const bool acknowledged = ended.has_value() && ended->outcome == client::Outcome::ok &&
                            ended->kind != client::OperationKind::get;
  if (!acknowledged) return;
  const std::uint16_t of = groups_.size() > 1 ? served_.of(ended->session).value_or(0) : 0;
  groups_[of].failovers.on_acknowledged(moment, ended->session);
}

void Measurements::on_served(Group& group, sim::NodeId node, const sim::Note& note) {
  if (!group.cluster.is_server(node)) return;
  group.failovers.on_served(note.a, note.b, group.cluster.server(node).term);
  if (groups_.size() > 1) served_.on_served(note.a, note.b, note.group);
}

void Measurements::on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  SPLITVOTE_CHECK(note.group < groups_.size());
  Group& group = groups_[note.group];
  switch (static_cast<NoteType>(note.kind)) {
    case NoteType::invoke:
    case NoteType::complete:
    case NoteType::overload:
      return on_client_note(moment, node, note);
    case NoteType::served:
      return on_served(group, node, note);
    case NoteType::role:
      return on_role(group, moment, node, note);
    case NoteType::committed: {
      const std::uint64_t before = group.cluster.commits();
      on_membership(group, moment, node, note);
      if (group.cluster.commits() != before) group.failovers.on_commit(node);
      return;
    }
    case NoteType::configuration:
      return on_membership(group, moment, node, note);
    case NoteType::caught_up:
      counts_.add(Occurrence::learner_caught_up);
      break;
    case NoteType::order:
      if (note.b != 0) counts_.add(Occurrence::order_refused);
      break;
    case NoteType::truncated:
      counts_.add(Occurrence::log_truncated);
      break;
    case NoteType::compacted:
      counts_.add(Occurrence::log_compacted);
      break;
    case NoteType::saved:
      counts_.add(Occurrence::snapshot_written);
      break;
    case NoteType::taken:
      counts_.add(Occurrence::snapshot_taken);
      break;
    case NoteType::restored:
      if (note.c != 0) counts_.add(Occurrence::snapshot_installed);
      break;
    case NoteType::halted:
      counts_.add(Occurrence::node_halted);
      group.failovers.on_halted(moment, node, counts_);
      break;
    case NoteType::throttled:
      counts_.add(Occurrence::proposal_throttled);
      break;
    case NoteType::forwarded:
      counts_.add(Occurrence::request_forwarded);
      break;
    case NoteType::too_old:
      counts_.add(Occurrence::stale_read_refused);
      break;
    case NoteType::transfer:
      on_transfer(group, note);
      break;
    case NoteType::frame_rejected:
      counts_.add(Occurrence::frame_rejected);
      break;
    default:
      break;
  }
  take(group, moment, node, note);
}

void Measurements::on_role(Group& group, const sim::Moment& moment, sim::NodeId node,
                           const sim::Note& note) {
  if (!group.cluster.is_server(node)) return;
  const auto role = static_cast<Role>(note.a);
  const Role before = group.cluster.server(node).role;
  const std::uint64_t term_before = group.cluster.server(node).term;
  take(group, moment, node, note);
  if (role == before && note.b == term_before) return;
  if (before == Role::leader && role != Role::leader) counts_.add(Occurrence::leader_stepped_down);
  if (role == Role::leader && group.told == std::pair(node, note.b))
    counts_.add(Occurrence::leadership_transferred);
  group.elections.on_role(moment, role, note.b, counts_);
  group.failovers.on_role(moment, node, role, note.b, group.elections, counts_);
}

void Measurements::on_transfer(Group& group, const sim::Note& note) {
  constexpr std::uint64_t told = 1;  // as notes.hpp says
  constexpr std::uint64_t given_up = 2;
  if (note.c == told) group.told = {sim::NodeId{static_cast<std::uint16_t>(note.a)}, note.b + 1};
  if (note.c == given_up) counts_.add(Occurrence::transfer_aborted);
}

void Measurements::on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
                           std::uint64_t detail) {
  for (Group& group : groups_) {
    group.cluster.on_node(node, what);
    group.flow.on_node(moment, node, what);
    group.failovers.on_node(moment, node, what, counts_);
  }
  constexpr std::uint64_t process_crash = 1;  // as record.hpp says
  if (what == sim::RecordKind::pause) counts_.add(Occurrence::node_paused);
  if (what == sim::RecordKind::start) on_start(node);
  if (what == sim::RecordKind::power_loss) {
    counts_.add(Occurrence::node_lost_power);
    if (detail > 0) counts_.add(Occurrence::unsynced_lost);
  }
  if (what == sim::RecordKind::wipe) counts_.add(Occurrence::disk_wiped);
  if (what != sim::RecordKind::stop) return;
  service_.on_client_stopped(moment, node, counts_);
  if (detail == process_crash) counts_.add(Occurrence::node_crashed);
}

void Measurements::on_start(sim::NodeId node) {
  const std::size_t at = sim::number(node);
  if (at >= started_.size()) started_.resize(at + 1);
  if (started_[at] != 0) counts_.add(Occurrence::node_restarted);
  started_[at] = 1;
}

void Measurements::on_fault(const sim::Moment& moment, std::span<const sim::NodeId> cut_off) {
  for (Group& group : groups_) group.failovers.on_fault(moment, cut_off, counts_);
}

void Measurements::on_heal(std::span<const sim::NodeId> nodes) {
  for (Group& group : groups_) group.failovers.on_heal(nodes);
}

CommitMarks Measurements::commit_marks() const {
  CommitMarks marks;
  for (const Group& group : groups_) {
    marks.groups.push_back(group.cluster.commit_mark());
    marks.created += marks.groups.back().created;
  }
  return marks;
}

std::uint64_t Measurements::commits_since(const CommitMarks& marks,
                                          std::span<const sim::NodeId> set) const {
  const CommitMark beginning;
  std::uint64_t sum = 0;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const CommitMark& mark = group < marks.groups.size() ? marks.groups[group] : beginning;
    sum += groups_[group].cluster.commits_since(mark, set);
  }
  return sum;
}

void Measurements::finish(const sim::Moment& moment) {
  for (Group& group : groups_) group.flow.finish(moment.time);
  service_.finish(moment.time, counts_);
}

}  // namespace splitvote::measure
