// Durability: no write that a client was told of may be lost.
#pragma once

#include <cstdint>
#include <vector>

#include "models/check/flat_map.hpp"
#include "models/check/history.hpp"
#include "models/check/invariants.hpp"

namespace splitvote::check {

/// What is checked, from notes alone:
///
/// A successful write returns a revision, and the revision is the index of the entry that holds the
/// write (models/kv). Which entry, that is, of which term, is known from the server that answered:
/// when it noted `served`, its own applied log contained the entry. That prefix, remembered as
/// (applied index, applied term), names the entry's term even if the server dies or cuts its log
/// before the answer arrives. So every acknowledgement stands for one entry (index, term), given in
/// the term T the server was in.
///
/// A promise is broken if
/// - a leader of a term later than T did not hold the entry when it was elected, no matter whether
///   it was elected before or after the client heard the answer; or
/// - at the end, the newest leader's log does not hold it; or, if nobody leads in term T or later,
///   no node's log does; or
/// - two writes were acknowledged with the same revision; or
/// - no server had applied an entry with that revision when the client heard of it. A server
///   applies before it answers, so an acknowledgement without it is one without a commitment. Only
///   a remove of nothing has no revision.
///
/// Why Raft is never accused: its server serves a write after applying it, so the entry was
/// committed by term T, and leader completeness gives it to the leader of every term after T. A
/// leader of a term before T, elected late, is not asked; nor at the end, when the leader of T may
/// be down. Wiped disks can take an entry from its majority: the cluster is then accused of it, the
/// nodes that lost their disks are not. Why primary/backup is accused: the primary acknowledges in
/// epoch T, the backup that takes over in T+1 has not received the entry, and that is the first
/// clause.
///
/// Cheap, because acknowledged entries of a sound protocol all lie on one log: only the last one,
/// the tip, is looked for. All are searched only when the tip is missing or when an acknowledged
/// entry does not lie on the tip's log.
class Durability {
 public:
  /// What it reads and where it reports; valid during one call.
  struct Context {
    const sim::Moment& moment;
    const Invariants& replicas;
    const History& history;
    ViolationLog& violations;
    const NodeNames& names;
  };

  /// A server's note `served`.
  void on_served(sim::NodeId node, const sim::Note& note, const Invariants& replicas);

  /// A client's note has completed this operation, an index of the history.
  void on_complete(const Context& context, std::uint32_t operation);

  /// The node became leader. After the invariants have seen the note.
  void on_leader(const Context& context, sim::NodeId node);

  /// At the end of the run.
  void finish(const Context& context);

  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }

 private:
  struct Answer {
    std::uint64_t sequence = 0;
    std::uint64_t applied = 0;
    std::uint64_t applied_term = 0;
    std::uint64_t term = 0;
    sim::NodeId server = sim::no_node;
  };
  struct Acknowledgement {
    std::uint64_t revision = 0;
    std::uint64_t entry_term = 0;
    std::uint64_t term = 0;       // the server's
    std::uint32_t operation = 0;  // index in the history
    sim::NodeId server = sim::no_node;
  };
  static void report_unapplied(const Context& context, const HistoryEntry& entry);
  void check_reuse(const Context& context, const Acknowledgement& write);
  void advance_tip(const TermTree& tree, const Acknowledgement& write);
  template <typename Holds>
  void drop_lost(const Context& context, std::uint64_t term_end, sim::NodeId where, Holds&& holds);
  void report(const Context& context, const Acknowledgement& write, sim::NodeId where);

  FlatMap<Answer> answers_;                 // by session: the newest answer it was sent
  std::vector<Acknowledgement> promises_;   // not known to be lost
  std::vector<std::uint32_t> by_revision_;  // history index + 1 of the write acknowledged with it
  Acknowledgement tip_;
  bool forked_ = false;  // some promise does not lie on the tip's log
  std::size_t acknowledged_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace splitvote::check
