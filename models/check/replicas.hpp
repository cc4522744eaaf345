// What the notes say each replica is and holds: the shadow that the checks compare with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/check/term_runs.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::check {

struct Replica {
  models::Role role = models::Role::follower;  // also while it is down
  bool rebuilt = true;                         // the log has been read back since the last start
  std::uint64_t term = 0;                      // of the last role note
  TermRuns log;                                // in memory
  TermRuns durable;                            // what was on disk when the last incarnation ended
  std::uint64_t recovering_to = 0;
  std::uint64_t stored = 0;  // this far the log is on disk
  std::uint64_t committed = 0;
  std::uint64_t applied = 0;
  std::uint64_t applied_term = 0;
  std::uint64_t vote_term = 0;  // the newest vote it noted, over all incarnations
  std::uint64_t vote = 0;       // the candidate of that vote
};

/// A node that became leader, and the end of its log at that moment.
struct Leader {
  std::uint64_t term = 0;
  sim::NodeId node = sim::no_node;
  std::uint64_t last = 0;
  std::uint64_t last_term = 0;
  sim::Moment since;
};

/// All leaders so far, by term; the first one of a term if there was more than one.
class Leaders {
 public:
  /// The leader of `term` that was there before, or null if this one is the term's first.
  const Leader* add(const Leader& leader);

  [[nodiscard]] std::span<const Leader> above(std::uint64_t term) const;
  [[nodiscard]] const Leader* newest() const {
    return leaders_.empty() ? nullptr : &leaders_.back();
  }

 private:
  std::vector<Leader> leaders_;
};

/// Where the entries of each term begin and what lies before them. As long as logs match, the last
/// index and term of a log determine all of it, and this is what they are unrolled with.
class TermTree {
 public:
  /// The first entry of `term` was seen at `first` behind an entry of `previous`. A term begins
  /// once.
  void add(std::uint64_t term, std::uint64_t first, std::uint64_t previous);

  /// The term at `index` of the log that ends with (last, last_term); 0 if it has no such entry or
  /// the terms in between were never seen.
  [[nodiscard]] std::uint64_t term_at(std::uint64_t last, std::uint64_t last_term,
                                      std::uint64_t index) const;

  /// The whole log that ends with (last, last_term), as far as its terms were seen.
  [[nodiscard]] TermRuns unroll(std::uint64_t last, std::uint64_t last_term) const;

 private:
  struct Beginning {
    std::uint64_t term = 0;
    std::uint64_t first = 0;
    std::uint64_t previous = 0;
  };
  [[nodiscard]] std::vector<Beginning>::const_iterator find(std::uint64_t term) const;

  std::vector<Beginning> beginnings_;  // by term
};

/// The replicas by node; a node that never spoke is a fresh one.
class Replicas {
 public:
  [[nodiscard]] Replica& operator[](sim::NodeId node) {
    const std::size_t at = sim::number(node);
    if (at >= replicas_.size()) [[unlikely]]
      replicas_.resize(at + 1);
    return replicas_[at];
  }
  [[nodiscard]] const Replica* find(sim::NodeId node) const {
    return sim::number(node) < replicas_.size() ? &replicas_[sim::number(node)] : nullptr;
  }
  [[nodiscard]] std::span<const Replica> all() const { return replicas_; }

 private:
  std::vector<Replica> replicas_;
};

}  // namespace splitvote::check
