// All figures of a run behind one door.
#include "models/measure/measurements.hpp"

#include <utility>

namespace splitvote::measure {

using models::NoteType;
using models::Role;

Measurements::Measurements(MeasureSettings settings)
    : cluster_(settings.servers),
      service_(std::move(settings.workload_of), settings.unavailability_threshold) {}

/// A note after which a configuration may be committed.
void Measurements::on_membership(const sim::Moment& moment, sim::NodeId node,
                                 const sim::Note& note) {
  const std::uint64_t changes = cluster_.membership().changes();
  const std::uint64_t joints = cluster_.membership().joints();
  cluster_.on_note(moment, node, note);
  if (cluster_.membership().changes() != changes) counts_.add(Occurrence::configuration_changed);
  if (cluster_.membership().joints() != joints) counts_.add(Occurrence::configuration_joint);
}

void Measurements::on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  const auto type = static_cast<NoteType>(note.kind);
  switch (type) {
    case NoteType::invoke:
      return service_.on_invoke(moment, node, note);
    case NoteType::complete: {
      const auto ended = service_.on_complete(moment, node, note, counts_);
      const bool acknowledged = ended.has_value() && ended->outcome == client::Outcome::ok &&
                                ended->kind != client::OperationKind::get;
      if (acknowledged) failovers_.on_acknowledged(moment, ended->session);
      return;
    }
    case NoteType::overload:
      return service_.on_refused(node, counts_);
    case NoteType::served:
      if (cluster_.is_server(node))
        failovers_.on_served(note.a, note.b, cluster_.server(node).term);
      return;
    case NoteType::role:
      return on_role(moment, node, note);
    case NoteType::committed: {
      const std::uint64_t before = cluster_.commits();
      on_membership(moment, node, note);
      if (cluster_.commits() != before) failovers_.on_commit(node);
      return;
    }
    case NoteType::configuration:
      return on_membership(moment, node, note);
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
    case NoteType::restored:
      if (note.c != 0) counts_.add(Occurrence::snapshot_installed);
      break;
    case NoteType::halted:
      counts_.add(Occurrence::node_halted);
      failovers_.on_halted(moment, node, counts_);
      break;
    case NoteType::throttled:
      counts_.add(Occurrence::proposal_throttled);
      break;
    case NoteType::forwarded:
      counts_.add(Occurrence::request_forwarded);
      break;
    case NoteType::transfer:
      on_transfer(note);
      break;
    case NoteType::frame_rejected:
      counts_.add(Occurrence::frame_rejected);
      break;
    default:
      break;
  }
  cluster_.on_note(moment, node, note);
}

void Measurements::on_role(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  if (!cluster_.is_server(node)) return;
  const auto role = static_cast<Role>(note.a);
  const Role before = cluster_.server(node).role;
  const std::uint64_t term_before = cluster_.server(node).term;
  cluster_.on_note(moment, node, note);
  if (role == before && note.b == term_before) return;
  if (before == Role::leader && role != Role::leader) counts_.add(Occurrence::leader_stepped_down);
  if (role == Role::leader && told_ == std::pair(node, note.b))
    counts_.add(Occurrence::leadership_transferred);
  elections_.on_role(moment, role, note.b, counts_);
  failovers_.on_role(moment, node, role, note.b, elections_, counts_);
}

void Measurements::on_transfer(const sim::Note& note) {
  constexpr std::uint64_t told = 1;  // as notes.hpp says
  constexpr std::uint64_t given_up = 2;
  if (note.c == told) told_ = {sim::NodeId{static_cast<std::uint16_t>(note.a)}, note.b + 1};
  if (note.c == given_up) counts_.add(Occurrence::transfer_aborted);
}

void Measurements::on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
                           std::uint64_t detail) {
  cluster_.on_node(node, what);
  failovers_.on_node(moment, node, what, counts_);
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
  failovers_.on_fault(moment, cut_off, counts_);
}

void Measurements::on_heal(std::span<const sim::NodeId> nodes) { failovers_.on_heal(nodes); }

void Measurements::finish(const sim::Moment& moment) { service_.finish(moment.time, counts_); }

}  // namespace splitvote::measure
