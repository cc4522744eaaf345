// Histories of transactions as Elle's: of [:append k v] and [:r k vs], or of [:w k v] and [:r k v].
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/happenings.hpp"
#include "scenarios/histories/jepsen_words.hpp"
#include "scenarios/histories/written.hpp"

namespace splitvote::histories {

namespace {

using consistency::Access;
using consistency::AccessKind;
using consistency::nothing;
using consistency::Outcome;
using consistency::Transaction;
using consistency::TransactionHistory;
using consistency::ValueId;

/// A transaction is invoked, or returns.
struct Step {
  consistency::Position position = 0;
  std::size_t transaction = 0;
  bool returns = false;
};

class TransactionWriter {
 public:
  TransactionWriter(const TransactionHistory& history, Syntax syntax)
      : history_(history), words_(history.values(), syntax) {
    for (const Transaction& transaction : history.transactions()) {
      if (says_nothing(transaction)) continue;
      sessions_.push_back(transaction.session);
      for (const Access& access : history.accesses(transaction)) {
        appends_ = appends_ || access.kind == AccessKind::append;
        writes_ = writes_ || access.kind == AccessKind::write;
        reads_lists_ = reads_lists_ ||
                       (access.kind == AccessKind::read && history.values().is_list(access.value));
      }
    }
    std::ranges::sort(sessions_);
    const auto repeated = std::ranges::unique(sessions_);
    sessions_.erase(repeated.begin(), repeated.end());
    lists_ = appends_ || (!writes_ && reads_lists_);
    processes_ = processes_of(history, sessions_);
  }

  sim::Result<Written> write() {
    if (const sim::Result<void> possible = check(); !possible)
      return std::unexpected(possible.error());
    JepsenMaps maps(words_.syntax());
    for (const Step& step : steps()) maps.add(map(step, maps.size()));
    return std::move(maps).written(notes());
  }

 private:
  // A transaction of which nothing is known constrains nobody: who is before it and who is behind
  // it are before and behind each other.
  static bool says_nothing(const Transaction& transaction) { return transaction.accesses == 0; }

  template <typename Condition>
  bool any_access(Condition condition) const {
    return std::ranges::any_of(history_.transactions(), [&](const Transaction& transaction) {
      return std::ranges::any_of(history_.accesses(transaction), condition);
    });
  }

  /// Whether a key is known to hold such a value.
  template <typename Condition>
  bool any_state(Condition condition) const {
    return condition(history_.initial()) || any_access([&](const Access& access) {
             return access.kind == AccessKind::read && condition(access.value);
           });
  }

  sim::Result<void> check() const {
    if (appends_ && writes_)
      return sim::failure("Elle's transactions append to lists or write to registers, not both");
    if (lists_)
      if (const sim::Result<void> states =
              check_lists(history_.values(), [&](auto is) { return any_state(is); });
          !states)
        return states;
    Distinct keys(words_);
    Distinct values(words_);
    values.add(history_.values(), history_.initial());
    (void)any_access([&](const Access& access) {
      keys.add(history_.name(access.key));
      values.add(history_.values(), access.value);
      return false;
    });
    if (const sim::Result<void> distinct = keys.check(); !distinct) return distinct;
    return values.check();
  }

  std::vector<Step> steps() const {
    std::vector<Step> all;
    for (std::size_t at = 0; at < history_.transactions().size(); ++at) {
      const Transaction& transaction = history_.transactions()[at];
      if (says_nothing(transaction)) continue;
      all.push_back({transaction.invoked, at, false});
      if (transaction.outcome != Outcome::unknown) all.push_back({transaction.returned, at, true});
    }
    std::ranges::sort(all, {}, &Step::position);  // each has its own
    return all;
  }

  std::string map(const Step& step, std::uint64_t index) const {
    const Transaction& transaction = history_.transactions()[step.transaction];
    const std::string_view type = !step.returns                        ? "invoke"
                                  : transaction.outcome == Outcome::ok ? "ok"
                                                                       : "fail";
    return fmt::format("{{{1}{0}{2}{0}{3}{0}{4}{0}{5}}}", words_.comma(),
                       words_.member("process", process(transaction.session)),
                       words_.member("type", words_.word(type)),
                       words_.member("f", words_.word("txn")),
                       words_.member("value", accesses(transaction, step.returns)),
                       words_.member("index", std::to_string(index)));
  }

  const std::string& process(consistency::SessionId session) const {
    return processes_.names[rank_of(session, sessions_)];
  }

  /// What was read stands in the answer only.
  std::string accesses(const Transaction& transaction, bool returns) const {
    std::string text;
    for (const Access& access : history_.accesses(transaction)) {
      const bool reads = access.kind == AccessKind::read;
      const std::string_view word = reads ? "r" : lists_ ? "append" : "w";
      text += text.empty() ? "[" : words_.blank();
      text += fmt::format("[{1}{0}{2}{0}{3}]", words_.blank(), words_.word(word),
                          words_.scalar(history_.name(access.key)),
                          words_.value(reads && !returns ? nothing : access.value));
    }
    return text + "]";
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    const ValueId initial = history_.initial();
    if (initial != nothing && !(lists_ && is_empty_list(history_.values(), initial)))
      notes.push_back(words_.initial_note(initial));
    if (!appends_ && !writes_)
      notes.push_back(fmt::format("nothing is written; read it with --model {}",
                                  lists_ ? "list-append" : "rw-register"));
    if (!history_.has_real_time())
      notes.emplace_back(
          "this history has no real time, and the format has, so there the order "
          "of the file counts; read it with --consistency strong-session-serializable");
    if (std::ranges::any_of(history_.transactions(), says_nothing))
      notes.emplace_back(
          "transactions that wrote nothing, and whose reads have no answer, are left out");
    if (processes_.numbered) notes.emplace_back(numbered_note);
    return notes;
  }

  const TransactionHistory& history_;
  JepsenWords words_;
  std::vector<consistency::SessionId> sessions_;  // sorted
  bool appends_ = false;
  bool writes_ = false;
  bool reads_lists_ = false;
  bool lists_ = false;  // else registers
  Processes processes_;
};

}  // namespace

sim::Result<Written> write_transactions_edn(const TransactionHistory& history) {
  return TransactionWriter(history, Syntax::edn).write();
}

sim::Result<Written> write_transactions_json(const TransactionHistory& history) {
  return TransactionWriter(history, Syntax::json).write();
}

}  // namespace splitvote::histories
