// The properties of Figure 3 and what reads promise: all that a cluster stores, applies and
// answers, compared with what was ever decided.
#include "tests/models/raft/cluster.hpp"

namespace splitvote::raft {

void Cluster::check(std::size_t at, const Outbox& out) {
  Node& node = nodes_[at];
  if (out.halted != nullptr) fail(at, out.halted);
  check_entries(at, out);
  for (const Remark& note : out.notes) {
    if (note.type == models::NoteType::role &&
        Role{static_cast<std::uint8_t>(note.a)} == Role::leader) {
      check_leader(at);
    }
    if (note.type == models::NoteType::restored) check_restored(at, {note.a, note.b});
    if (note.type == models::NoteType::vote) {
      const auto [vote, first] = votes_.try_emplace({ids_[at], note.a}, note.b);
      if (vote->second != note.b) fail(at, "voted twice in term " + std::to_string(note.a));
    }
  }
  if (!out.committed.empty()) check_committed(at, out.committed);
  for (const ReadyRead& read : out.ready_reads) {
    if (read.index < node.reads[read.id] || read.index > node.applied) {
      fail(at, "read at " + std::to_string(read.index) + " what was committed up to " +
                   std::to_string(node.reads[read.id]));
    }
  }
}

/// Log matching, by induction: an (index, term) has one content and one predecessor everywhere.
void Cluster::check_entries(std::size_t at, const Outbox& out) {
  const Log& log = nodes_[at].raft.log();
  for (Index index = out.store.entries.first; index <= out.store.entries.last; ++index) {
    const Entry entry{log.hash(index), log.term(index - 1)};
    const auto [known, first] = entries_.try_emplace({index, log.term(index)}, entry);
    if (known->second != entry) fail(at, "log matching is broken at " + std::to_string(index));
  }
}

/// What the state machine is after so many entries: their terms and contents.
Snapshot Cluster::snapshot_at(Index index) const {
  sim::Bytes content;
  for (Index each = 1; each <= index; ++each) {
    sim::append_integer(content, committed_[each - 1].first);
    sim::append_integer(content, committed_[each - 1].second);
  }
  return {{index, committed_[index - 1].first},
          std::make_shared<const sim::Bytes>(std::move(content))};
}

/// Election safety and leader completeness.
void Cluster::check_leader(std::size_t at) {
  const Raft& raft = nodes_[at].raft;
  const auto [leader, first] = leaders_.try_emplace(raft.term(), ids_[at]);
  if (!first) fail(at, "a second leader of term " + std::to_string(raft.term()));
  for (Index index = 1; index <= committed_.size(); ++index) {
    const auto& [term, hash] = committed_[index - 1];
    const bool gone = index <= raft.log().base().index;  // compared when the snapshot was made
    const bool held = gone || (raft.log().holds({index, term}) && raft.log().hash(index) == hash);
    if (!held) return fail(at, "leads without committed entry " + std::to_string(index));
  }
}

/// State machine safety.
void Cluster::check_committed(std::size_t at, IndexRange range) {
  Node& node = nodes_[at];
  const Log& log = node.raft.log();
  if (range.first != node.applied + 1) return fail(at, "applied out of order");
  for (Index index = range.first; index <= range.last; ++index) {
    const std::pair entry{log.term(index), std::uint64_t{log.hash(index)}};
    if (index > committed_.size()) {
      committed_.push_back(entry);
      count_configuration(log.entry(index));
      reached_.saw(Sighting::committed);
    } else if (committed_[index - 1] != entry) {
      return fail(at, "applied another entry at " + std::to_string(index));
    }
  }
  node.applied = range.last;
}

/// What a snapshot says is what the entries would have led to.
void Cluster::check_restored(std::size_t at, LogPosition last) {
  Node& node = nodes_[at];
  if (last.index > committed_.size()) return fail(at, "took over what nobody has committed");
  const Snapshot expected = snapshot_at(last.index);
  const Snapshot& snapshot = node.raft.snapshot();
  if (snapshot.last != expected.last || *snapshot.content != *expected.content) {
    fail(at, "took over another state at " + std::to_string(last.index));
  }
  if (last.index < node.applied) fail(at, "went back by a snapshot");
  node.applied = last.index;
}

void Cluster::count_configuration(const wal::Record& record) {
  Configuration configuration;
  if (record.type != wal::RecordType::configuration) return;
  if (!decode(sim::as_bytes(record.value), configuration)) return;
  reached_.saw(configuration.joint() ? Sighting::joint_committed : Sighting::simple_committed);
}

void Cluster::fail(std::size_t node, std::string what) {
  if (violation_.empty()) violation_ = "node " + std::to_string(node) + ": " + std::move(what);
}

}  // namespace splitvote::raft
