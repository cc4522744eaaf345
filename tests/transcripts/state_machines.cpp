// What the nodes apply and answer, and that they all come to the same: a breach is part of the
// output, so that no rewriting hides it.
#include "tests/transcripts/printer.hpp"
#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {

/// State machine safety (Figure 3).
void World::apply_up_to(Node& node, Index last) {
  if (last <= node.applied) return;
  const raft::Log& log = node.raft.log();
  print("  applies " + to_text(log, {node.applied + 1, last}));
  for (Index index = node.applied + 1; index <= last; ++index) {
    node.state += log.entry(index).key;
    const Applied mine{{index, log.term(index)}, log.hash(index), node.state, node.id};
    const Applied& first = applied_.try_emplace(index, mine).first->second;
    if (first.position == mine.position && first.hash == mine.hash) continue;
    print("  UNSAFE: " + to_text(first.node) + " applied " + to_text(first.position) + " there");
  }
  node.applied = last;
}

void World::answer_reads(Node& node) {
  std::erase_if(node.reads, [&](const raft::ReadyRead& read) {
    if (read.index > node.applied) return false;
    print("  answers read " + std::to_string(static_cast<std::uint64_t>(read.id)) + " at index " +
          std::to_string(read.index));
    return true;
  });
}

/// A snapshot is what the entries would have led to, or where the story begins.
void World::restore(Node& node, bool sent) {
  const raft::Snapshot& snapshot = node.raft.snapshot();
  if (sent && snapshot.last.index < node.applied) print("  UNSAFE: goes back");
  node.applied = snapshot.last.index;
  node.state = sim::as_text(*snapshot.content);
  const Applied given{snapshot.last, 0, node.state, node.id};
  const bool beginning = applied_.empty() && !sent;
  if (beginning) applied_[node.applied] = given;
  const auto first = applied_.find(node.applied);
  if (first != applied_.end() && first->second.position == snapshot.last &&
      first->second.state == node.state) {
    return;
  }
  print("  UNSAFE: nobody was in this state");
}

}  // namespace splitvote::transcripts
