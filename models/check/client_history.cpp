// The history of a run without what only this project's clients know: revisions and session
// numbers.
#include "models/check/client_history.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace splitvote::check {

namespace {

using client::OperationKind;
using consistency::nothing;
using consistency::ValueId;
using Key = TextId;

class Rewriter {
 public:
  Rewriter(const History& history, const NodeNames& names)
      : history_(history), names_(names), ids_(history.entries().size()) {}

  consistency::History rewrite() && {
    learn_revisions();
    for (const Happening happening : happenings()) {
      if (happening.returns) {
        complete(happening.entry);
      } else {
        invoke(happening.entry);
      }
    }
    return std::move(rewritten_);
  }

 private:
  struct Happening {
    std::uint64_t order = 0;
    std::uint32_t entry = 0;
    bool returns = false;
  };
  struct Session {
    std::uint32_t incarnation = 1;
    bool gave_up = false;
  };

  [[nodiscard]] std::vector<Happening> happenings() const {
    std::vector<Happening> all;
    for (std::uint32_t at = 0; at < ids_.size(); ++at) {
      const HistoryEntry& entry = history_.entries()[at];
      all.push_back({entry.invoked, at, false});
      if (entry.has_returned()) all.push_back({entry.returned, at, true});
    }
    std::ranges::sort(all, {}, &Happening::order);
    return all;
  }

  // Who wrote or read a value was told its revision. A store that has lost writes gives their
  // revisions out again: of one with two values nobody knows which was meant.
  void learn_revisions() {
    for (const HistoryEntry& entry : history_.entries()) {
      if (writes_value(entry)) ++writes_[{entry.key, entry.value}];
      if (entry.outcome != client::Outcome::ok || entry.revision == 0) continue;
      if (entry.kind == OperationKind::get) learn(entry, entry.result);
      if (writes_value(entry)) learn(entry, entry.value);
    }
  }

  void learn(const HistoryEntry& entry, TextId value) {
    const auto [known, is_new] = values_.try_emplace({entry.key, entry.revision}, value);
    if (!is_new && known->second != value) known->second.reset();
  }

  static bool writes_value(const HistoryEntry& entry) {
    return entry.kind == OperationKind::put || entry.kind == OperationKind::compare_and_swap;
  }

  /// Nothing if nobody was told, or if it is not clear.
  [[nodiscard]] std::optional<TextId> expected(const HistoryEntry& entry) const {
    const auto found = values_.find({entry.key, entry.expected_revision});
    return found == values_.end() ? std::nullopt : found->second;
  }

  ValueId text(TextId value) { return rewritten_.values().text(history_.texts().text(value)); }

  void invoke(std::uint32_t at) {
    const HistoryEntry& entry = history_.entries()[at];
    consistency::Request request;
    request.session = session(entry);
    request.key = rewritten_.key(history_.texts().text(entry.key));
    switch (entry.kind) {
      case OperationKind::get:
        request.kind = consistency::OperationKind::read;
        break;
      case OperationKind::put:
        request.kind = consistency::OperationKind::write;
        request.argument = text(entry.value);
        break;
      case OperationKind::remove:
        request.kind = consistency::OperationKind::remove;
        break;
      case OperationKind::compare_and_swap:
        request.argument = text(entry.value);
        request.kind = consistency::OperationKind::write;
        if (is_swap_of_values(entry)) {
          request.kind = consistency::OperationKind::compare_and_swap;
          if (entry.expected_revision != 0) request.expected = text(*expected(entry));
        }
    }
    ids_[at] = rewritten_.invoke(request, entry.invoke.time);
  }

  [[nodiscard]] bool is_swap_of_values(const HistoryEntry& entry) const {
    return entry.expected_revision == 0 || expected(entry).has_value();
  }

  void complete(std::uint32_t at) {
    const HistoryEntry& entry = history_.entries()[at];
    if (entry.outcome == client::Outcome::unknown) sessions_[entry.session].gave_up = true;
    const bool tells = entry.kind == OperationKind::get && entry.outcome == client::Outcome::ok;
    const ValueId result = tells && entry.revision != 0 ? text(entry.result) : nothing;
    const consistency::Outcome told = outcome(entry);
    rewritten_.complete(ids_[at], told, result, entry.complete.time);
    const bool took_place =
        told == consistency::Outcome::ok || told == consistency::Outcome::mismatch;
    if (took_place && entry.revision != 0) rewritten_.set_version(ids_[at], entry.revision);
  }

  [[nodiscard]] consistency::Outcome outcome(const HistoryEntry& entry) const {
    switch (entry.outcome) {
      case client::Outcome::ok:
        return consistency::Outcome::ok;
      case client::Outcome::failed:
        return consistency::Outcome::failed;
      case client::Outcome::unknown:
        return consistency::Outcome::unknown;
      case client::Outcome::mismatch:
        break;
    }
    // A key that was there held some value, which is not nothing.
    if (entry.expected_revision == 0) return consistency::Outcome::mismatch;
    const std::optional<TextId> value = expected(entry);
    const bool once = value && writes_.at({entry.key, *value}) == 1;
    return once ? consistency::Outcome::mismatch : consistency::Outcome::failed;
  }

  consistency::SessionId session(const HistoryEntry& entry) {
    constexpr std::uint64_t lanes = std::uint64_t{1} << 16;
    constexpr std::uint64_t starts = std::uint64_t{1} << 32;
    Session& own = sessions_[entry.session];
    if (own.gave_up) ++own.incarnation;
    own.gave_up = false;
    std::string name = names_(entry.process) + "/" + std::to_string(entry.session % lanes);
    const std::uint64_t earlier_starts = entry.session / lanes % starts;
    if (earlier_starts != 0) name += "+" + std::to_string(earlier_starts);
    if (own.incarnation > 1) name += " (" + std::to_string(own.incarnation) + ")";
    return rewritten_.session(name);
  }

  const History& history_;
  const NodeNames& names_;
  consistency::History rewritten_;
  std::vector<consistency::OperationId> ids_;                              // by entry
  std::map<std::pair<Key, std::uint64_t>, std::optional<TextId>> values_;  // by key and revision
  std::map<std::pair<Key, TextId>, std::uint32_t> writes_;  // how often each value was asked for
  std::map<std::uint64_t, Session> sessions_;
};

}  // namespace

consistency::History client_history(const History& history, const NodeNames& names) {
  return Rewriter(history, names).rewrite();
}

}  // namespace splitvote::check
