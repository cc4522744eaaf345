// What watches a benchmarked world: the checks of every run, and on request a trace of it all.
#pragma once

#include "models/check/checks.hpp"
#include "models/notes.hpp"
#include "sim/trace/trace_writer.hpp"
#include "sim/world/world.hpp"

namespace splitvote {

/// Runs every check on every note, if it is not told to leave them, and knows the last leader and
/// its commits.
class Observer final : public sim::Watcher {
 public:
  /// From now on every record goes there; the writer must outlive its use.
  void trace_to(sim::TraceWriter& trace) { trace_ = &trace; }

  bool on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) override {
    if (checking) checks.on_note(moment, node, note);
    const auto type = static_cast<models::NoteType>(note.kind);
    if (type == models::NoteType::role &&
        note.a == static_cast<std::uint64_t>(models::Role::leader)) {
      leader = node;
      leader_term = note.b;
    }
    if (type == models::NoteType::committed && node == leader && note.b == leader_term) {
      committed_term = note.b;
      commits = note.a;
      return stop_on_commit;
    }
    return false;
  }
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    if (checking) checks.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record& record) override { trace_->add(record); }
  [[nodiscard]] bool recording() const override { return trace_ != nullptr; }

  check::Checks checks;
  sim::NodeId leader = sim::no_node;
  std::uint64_t leader_term = 0;
  std::uint64_t committed_term = 0;
  std::uint64_t commits = 0;
  bool stop_on_commit = false;
  bool checking = true;

 private:
  sim::TraceWriter* trace_ = nullptr;
};

}  // namespace splitvote
