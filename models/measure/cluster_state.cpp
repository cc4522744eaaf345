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
      on_appended(at, note.a, note.b);
      break;
    case NoteType::committed:
      on_committed(at, note.a, note.b);
      break;
    case NoteType::truncated:
      server.log.truncate(note.a);
      server.commit = std::min(server.commit, server.log.last());
      break;
    case NoteType::configuration:
      membership_.on_configuration(at, note.a, {note.b, note.c}, server.commit);
      break;
    case NoteType::restored:
      on_restored(server, note.a, note.b);
      break;
    case NoteType::recovered:
      server.log.clear();
      server.term = std::max(server.term, note.b);
      break;
    case NoteType::role:
      server.role = static_cast<models::Role>(note.a);
      server.term = note.b;
      count_leaders();
      break;
    case NoteType::quiescence:
      server.quiescent = note.a != 0;
      break;
    case NoteType::halted:
      server.halted = true;
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
      server.halted = false;
      server.quiescent = false;
      server.role = models::Role::follower;
      server.commit = 0;
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

ClusterState::TermState& ClusterState::state_of(std::uint64_t term) {
  if (!terms_.empty() && terms_.back().term == term) [[likely]]
    return terms_.back();
  const auto at = std::ranges::lower_bound(terms_, term, {}, &TermState::term);
  if (at != terms_.end() && at->term == term) return *at;
  return *terms_.insert(at, {.term = term});
}

void ClusterState::on_appended(std::size_t at, std::uint64_t index, std::uint64_t term) {
  ServerState& server = servers_[at];
  if (index <= server.log.last()) server.log.truncate(index);
  server.log.append_at(index, term);
  TermState& state = state_of(term);
  if (index <= state.created) return;  // a copy: the leader of the term made it before
  state.created = index;
  ++created_;
}

// What lies in front of the snapshot's last entry is committed, and asked for by nobody.
void ClusterState::on_restored(ServerState& server, std::uint64_t index, std::uint64_t term) {
  server.commit = std::max(server.commit, index);
  if (server.log.term_at(index) == term) return;
  server.log.clear();
  server.log.append_at(index, term);
}

// An entry is its index and its term, so two rivals at one index count as two entries, and an entry
// that is committed again after a restart does not count again.
void ClusterState::on_committed(std::size_t at, std::uint64_t index, std::uint64_t term) {
  ServerState& server = servers_[at];
  std::uint64_t next = server.commit + 1;
  server.commit = index;
  membership_.on_committed(at, index);
  while (next <= index) {
    const bool held = next <= server.log.last();
    const std::uint64_t end = held ? std::min(index, server.log.run_end(next)) : index;
    count_commits(at, held ? server.log.term_at(next) : term, next, end);
    next = end + 1;
  }
}

void ClusterState::count_commits(std::size_t at, std::uint64_t term, std::uint64_t first,
                                 std::uint64_t last) {
  TermState& known = state_of(term);
  first = std::max(first, known.committed + 1);
  if (first > last) return;
  known.committed = last;
  commits_total_ += last - first + 1;
  if (!commit_runs_.empty()) {
    CommitRun& run = commit_runs_.back();
    if (run.server == at && run.term == term && run.last + 1 == first) {
      run.last = last;
      return;
    }
  }
  commit_runs_.push_back({term, first, last, at});
}

bool ClusterState::leader_in(std::span<const sim::NodeId> set) const {
  return leader_ != sim::no_node && std::ranges::find(set, leader_) != set.end();
}

std::uint64_t ClusterState::quiescent(std::span<const sim::NodeId> set) const {
  const auto sleeps = [&](sim::NodeId node) {
    return is_server(node) && server(node).running() && server(node).quiescent;
  };
  return static_cast<std::uint64_t>(std::ranges::count_if(set, sleeps));
}

// Given log matching, one log is the beginning of another if the other holds its last entry. Who is
// down, paused or halted may come back with anything: at the end of a crash nobody has started
// again yet.
bool ClusterState::logs_converged() const {
  if (leader_ == sim::no_node) return false;
  const ServerState& leader = server(leader_);
  for (std::size_t at = 0; at < servers_.size(); ++at) {
    const ServerState& server = servers_[at];
    if (membership_.known() && !membership_.newest().votes(static_cast<sim::NodeId>(at))) continue;
    if (!server.running()) return false;
    const std::uint64_t last = server.log.last();
    if (last < leader.commit || leader.log.term_at(last) != server.log.last_term()) return false;
  }
  return true;
}

CommitMark ClusterState::commit_mark() const {
  CommitMark mark;
  mark.created = created_;
  for (const TermState& state : terms_) mark.terms.push_back({state.term, state.created});
  return mark;
}

// An entry is new if its term had not got that far at the mark. There are about as many runs as
// there were leaders.
std::uint64_t ClusterState::commits_since(const CommitMark& mark,
                                          std::span<const sim::NodeId> set) const {
  std::uint64_t sum = 0;
  for (const CommitRun& run : commit_runs_) {
    if (std::ranges::find(set, static_cast<sim::NodeId>(run.server)) == set.end()) continue;
    const auto at = std::ranges::lower_bound(mark.terms, run.term, {}, &CommitMark::Term::term);
    const bool known = at != mark.terms.end() && at->term == run.term;
    const std::uint64_t first = known ? std::max(run.first, at->created + 1) : run.first;
    if (first <= run.last) sum += run.last - first + 1;
  }
  return sum;
}

}  // namespace splitvote::measure
