// The cluster as it is now, as far as its notes tell: what the predicates ask.
#include "models/measure/cluster_state.hpp"

#include <algorithm>

namespace splitvote::measure {

void ClusterState::on_note(const sim::Moment&, sim::NodeId node, const sim::Note& note) {
  using models::NoteType;
  if (!is_server(node)) return;
  const std::size_t at = sim::number(node);
  ServerState& server = servers_[at];
  switch (static_cast<NoteType>(note.kind)) {
    case NoteType::appended:
      if (note.a <= server.log.last()) server.log.truncate(note.a);
      server.log.append_at(note.a, note.b);
      break;
    case NoteType::stored:
      server.stored = note.a;
      break;
    case NoteType::committed:
      on_committed(at, note.a, note.b);
      break;
    case NoteType::applied:
      server.applied = note.a;
      break;
    case NoteType::truncated:
      server.log.truncate(note.a);
      server.commit = std::min(server.commit, server.log.last());
      break;
    case NoteType::recovered:
      server.log.clear();
      server.term = std::max(server.term, note.b);
      break;
    case NoteType::role:
      server.role = static_cast<models::Role>(note.a);
      server.term = note.b;
      highest_term_ = std::max(highest_term_, note.b);
      count_leaders();
      break;
    default:
      break;
  }
}

void ClusterState::on_node(sim::NodeId node, sim::RecordKind what) {
  if (!is_server(node)) return;
  ServerState& server = servers_[sim::number(node)];
  switch (what) {
    case sim::RecordKind::start:
      server.up = true;
      server.paused = false;
      server.role = models::Role::follower;
      server.commit = 0;
      server.applied = 0;
      server.log.clear();
      break;
    case sim::RecordKind::stop:
      server.up = false;
      server.paused = false;
      server.role = models::Role::follower;
      break;
    case sim::RecordKind::pause:
      server.paused = true;
      break;
    case sim::RecordKind::resume:
      server.paused = false;
      break;
    default:
      return;
  }
  count_leaders();
}

// Elections and crashes are rare, and clusters small: counting anew cannot drift.
void ClusterState::count_leaders() {
  ++leadership_changes_;
  running_leaders_ = 0;
  leader_ = sim::no_node;
  std::uint64_t newest = 0;
  for (std::size_t at = 0; at < servers_.size(); ++at) {
    const ServerState& server = servers_[at];
    if (!server.leads()) continue;
    ++running_leaders_;
    if (leader_ != sim::no_node && server.term <= newest) continue;
    newest = server.term;
    leader_ = static_cast<sim::NodeId>(at);
  }
}

ClusterState::TermCommit& ClusterState::committed_of(std::uint64_t term) {
  if (!term_commits_.empty() && term_commits_.back().term == term) [[likely]]
    return term_commits_.back();
  const auto at = std::ranges::lower_bound(term_commits_, term, {}, &TermCommit::term);
  if (at != term_commits_.end() && at->term == term) return *at;
  return *term_commits_.insert(at, {term, 0});
}

// An entry is its index and its term, so two rivals at one index count as two entries, and an entry
// that is committed again after a restart does not count again.
void ClusterState::on_committed(std::size_t at, std::uint64_t index, std::uint64_t term) {
  ServerState& server = servers_[at];
  std::uint64_t next = server.commit + 1;
  server.commit = index;
  while (next <= index) {
    const bool held = next <= server.log.last();
    const std::uint64_t end = held ? std::min(index, server.log.run_end(next)) : index;
    TermCommit& known = committed_of(held ? server.log.term_at(next) : term);
    const std::uint64_t from = std::max(next, known.index + 1);
    if (from <= end) {
      commits_[at] += end - from + 1;
      commits_total_ += end - from + 1;
      known.index = end;
    }
    next = end + 1;
  }
}

bool ClusterState::leader_in(std::span<const sim::NodeId> set) const {
  return leader_ != sim::no_node && std::ranges::find(set, leader_) != set.end();
}

// Given log matching, one log is the beginning of another if the other holds its last entry.
bool ClusterState::logs_converged() const {
  if (leader_ == sim::no_node) return false;
  const ServerState& leader = server(leader_);
  return std::ranges::all_of(servers_, [&](const ServerState& server) {
    if (!server.running()) return true;
    const std::uint64_t last = server.log.last();
    return last >= leader.commit && leader.log.term_at(last) == server.log.last_term();
  });
}

std::uint64_t ClusterState::commits(std::span<const sim::NodeId> set) const {
  std::uint64_t sum = 0;
  for (const sim::NodeId node : set)
    if (is_server(node)) sum += commits_[sim::number(node)];
  return sum;
}

std::uint64_t ClusterState::commits_since(const CommitMark& mark,
                                          std::span<const sim::NodeId> set) const {
  std::uint64_t sum = 0;
  for (const sim::NodeId node : set)
    if (is_server(node)) sum += commits_[sim::number(node)] - mark[sim::number(node)];
  return sum;
}

}  // namespace splitvote::measure
