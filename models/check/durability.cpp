// Durability: no write that a client was told of may be lost.
#include "models/check/durability.hpp"

#include <algorithm>

namespace splitvote::check {

void Durability::on_served(sim::NodeId node, const sim::Note& note, const Invariants& replicas) {
  const Replica* server = replicas.replica(node);
  if (server == nullptr) return;
  Answer& answer = answers_[note.a];
  // An answer to an operation the session has given up is of no use to it.
  if (note.b >= answer.sequence)
    answer = {note.b, server->applied, server->applied_term, server->term, node};
}

void Durability::on_complete(const Context& context, std::uint32_t operation) {
  const HistoryEntry& entry = context.history.entries()[operation];
  if (!entry.writes() || entry.outcome != client::Outcome::ok) return;
  if (entry.revision == 0 && entry.kind == client::OperationKind::remove) return;
  if (entry.revision == 0 || entry.revision > context.replicas.last_applied())
    return report_unapplied(context, entry);
  const Answer* answer = answers_.find(entry.session);
  if (answer == nullptr) return;
  const std::uint64_t entry_term =
      context.replicas.tree().term_at(answer->applied, answer->applied_term, entry.revision);
  // Another server's entry: nothing to follow.
  if (entry_term == 0) return;
  ++acknowledged_;
  const Acknowledgement write{entry.revision, entry_term, answer->term, operation, answer->server};
  for (const Leader& later : context.replicas.leaders().above(write.term)) {
    const std::uint64_t held =
        context.replicas.tree().term_at(later.last, later.last_term, write.revision);
    if (held != write.entry_term) return report(context, write, later.node);
  }
  check_reuse(context, write);
  promises_.push_back(write);
  advance_tip(context.replicas.tree(), write);
}

void Durability::report_unapplied(const Context& context, const HistoryEntry& entry) {
  context.violations.report(Check::durability, context.moment, entry.process, [&] {
    return "a write was acknowledged that no server had applied: " +
           describe(context.history, entry, context.names) +
           "; the last entry applied anywhere is " +
           std::to_string(context.replicas.last_applied()) + ".";
  });
}

void Durability::check_reuse(const Context& context, const Acknowledgement& write) {
  if (write.revision >= by_revision_.size()) by_revision_.resize(write.revision + 1);
  std::uint32_t& holder = by_revision_[write.revision];
  if (holder != 0) {
    context.violations.report(Check::durability, context.moment, write.server, [&] {
      const auto entries = context.history.entries();
      return "revision " + std::to_string(write.revision) +
             " was acknowledged for two writes, so one of them is lost: " +
             describe(context.history, entries[holder - 1], context.names) + "; and " +
             describe(context.history, entries[write.operation], context.names) + ".";
    });
  }
  holder = write.operation + 1;
}

void Durability::advance_tip(const TermTree& tree, const Acknowledgement& write) {
  const bool ahead = write.revision > tip_.revision;
  const Acknowledgement& high = ahead ? write : tip_;
  const Acknowledgement& low = ahead ? tip_ : write;
  if (low.revision != 0 &&
      tree.term_at(high.revision, high.entry_term, low.revision) != low.entry_term)
    forked_ = true;
  if (ahead) tip_ = write;
}

void Durability::on_leader(const Context& context, sim::NodeId node) {
  const Replica* leader = context.replicas.replica(node);
  if (tip_.revision == 0 || leader == nullptr) return;
  const auto holds = [&](const Acknowledgement& write) {
    return leader->log.term_at(write.revision) == write.entry_term;
  };
  if (!forked_ && holds(tip_)) return;
  drop_lost(context, leader->term, node, holds);
}

template <typename Holds>
void Durability::drop_lost(const Context& context, std::uint64_t term_end, sim::NodeId where,
                           Holds&& holds) {
  std::vector<Acknowledgement> candidates;
  candidates.swap(promises_);
  tip_ = {};
  forked_ = false;
  for (const Acknowledgement& write : candidates) {
    if (write.term < term_end && !holds(write)) {
      report(context, write, where);
      continue;
    }
    promises_.push_back(write);
    advance_tip(context.replicas.tree(), write);
  }
}

void Durability::report(const Context& context, const Acknowledgement& write, sim::NodeId where) {
  ++lost_;
  // Whoever gets the revision next is not to be blamed for a loss that has been told.
  if (write.revision < by_revision_.size() && by_revision_[write.revision] == write.operation + 1)
    by_revision_[write.revision] = 0;
  context.violations.report(Check::durability, context.moment, where, [&] {
    const HistoryEntry& entry = context.history.entries()[write.operation];
    std::string text = "a write that " + context.names(write.server) + " acknowledged in term " +
                       std::to_string(write.term) +
                       " is lost: " + describe(context.history, entry, context.names) + " (entry " +
                       std::to_string(write.revision) + " of term " +
                       std::to_string(write.entry_term) + ")";
    if (where == sim::no_node) return text + " is in nobody's log.";
    return text + " is not in the log of the leader " + context.names(where) + ".";
  });
}

void Durability::finish(const Context& context) {
  const std::span<const Replica> all = context.replicas.replicas();
  const Replica* leader = nullptr;
  for (const Replica& replica : all) {
    const bool leads = replica.role == models::Role::leader;
    if (leads && (leader == nullptr || replica.term > leader->term)) leader = &replica;
  }
  // A node that is reading its log back still has it on its disk.
  const auto in_log = [](const Replica& replica, const Acknowledgement& write) {
    const TermRuns& log = replica.rebuilt ? replica.log : replica.durable;
    return log.term_at(write.revision) == write.entry_term;
  };
  if (leader != nullptr) {
    const auto node = static_cast<sim::NodeId>(leader - all.data());
    drop_lost(context, leader->term + 1, node,
              [&](const Acknowledgement& write) { return in_log(*leader, write); });
  }
  drop_lost(context, UINT64_MAX, sim::no_node, [&](const Acknowledgement& write) {
    return std::ranges::any_of(all, [&](const Replica& node) { return in_log(node, write); });
  });
}

}  // namespace splitvote::check
