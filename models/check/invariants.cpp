// The invariants of a replicated log: hands each note to the families it concerns.
#include "models/check/invariants.hpp"

namespace splitvote::check {

void Invariants::on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note,
                         ViolationLog& violations, const NodeNames& names) {
  using models::NoteType;
  Replica& replica = replicas_[node];
  switch (static_cast<NoteType>(note.kind)) {
    case NoteType::stored:
      return LogChecks::on_stored(replica, note.a);
    case NoteType::appended:
      if (log_.append_ordinary(replica, note.a, note.b, note.c)) return;
      break;
    case NoteType::committed:
      if (commit_.commit_ordinary(replica, note.a, note.b)) return;
      break;
    case NoteType::applied:
      if (apply_.apply_ordinary(replica, note.a, note.b, note.c)) return;
      break;
    default:
      break;
  }
  look_closer(moment, node, note, violations, names);
}

// Not inlined, or every ordinary note would pay for its room on the stack.
[[gnu::noinline]] void Invariants::look_closer(const sim::Moment& moment, sim::NodeId node,
                                               const sim::Note& note, ViolationLog& violations,
                                               const NodeNames& names) {
  using models::NoteType;
  const Scene scene{moment, node, replicas_[node], leaders_, tree_, violations, names};
  switch (static_cast<NoteType>(note.kind)) {
    case NoteType::appended:
      return log_.on_appended(scene, note.a, note.b, note.c);
    case NoteType::committed:
      return commit_.on_committed(scene, note.a, note.b);
    case NoteType::applied:
      return apply_.on_applied(scene, note.a, note.b, note.c);
    case NoteType::role:
      return on_role(scene, static_cast<models::Role>(note.a), note.b);
    case NoteType::vote:
      return ElectionChecks::on_vote(scene, note.a, note.b);
    case NoteType::truncated:
      CommitChecks::on_truncated(scene, note.a);
      return LogChecks::on_truncated(scene, note.a);
    case NoteType::recovered:
      return LogChecks::on_recovered(scene, note.a, note.b, note.c);
    case NoteType::restored:
      LogChecks::on_restored(scene, note.a, note.b);
      commit_.on_restored(scene, note.a, note.b);
      return ApplyChecks::on_restored(scene, note.a, note.b);
    case NoteType::saving:
    case NoteType::taken:
      return apply_.on_saving(scene, note.a, note.c);
    default:
      return;
  }
}

void Invariants::on_role(const Scene& scene, models::Role role, std::uint64_t term) const {
  scene.replica.role = role;
  scene.replica.term = term;
  if (role != models::Role::leader) return;
  ElectionChecks::on_leader(scene, term);
  commit_.on_leader(scene, term);
}

void Invariants::on_node(sim::NodeId node, sim::RecordKind what) {
  Replica& replica = replicas_[node];
  if (what == sim::RecordKind::stop) {
    LogChecks::on_stop(replica);
    replica.role = models::Role::follower;
  } else if (what == sim::RecordKind::wipe) {
    LogChecks::on_wipe(replica);
  } else if (what == sim::RecordKind::start) {
    LogChecks::on_start(replica);
    replica.role = models::Role::follower;
    replica.committed = 0;
    replica.applied = 0;
    replica.applied_term = 0;
  }
}

}  // namespace splitvote::check
