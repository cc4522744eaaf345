// The targets of the pairing: what an operation or a transaction becomes.
#include "scenarios/histories/assembly.hpp"

#include <algorithm>

#include "scenarios/histories/pairing.hpp"
#include "scenarios/histories/request.hpp"
#include "scenarios/histories/transaction_words.hpp"

namespace splitvote::histories {

namespace {

using consistency::Access;
using consistency::AccessKind;
using consistency::History;
using consistency::OperationId;
using consistency::Outcome;
using consistency::SessionId;
using consistency::TransactionHistory;
using consistency::TransactionId;

class Operations {
 public:
  Operations(const Meaning& meaning, bool timed) : timed_(timed), requests_(meaning, history) {}

  History history;

  [[nodiscard]] Read<void> set_initial() { return requests_.set_initial(); }

  std::uint32_t session(std::string_view name) {
    return static_cast<std::uint32_t>(history.session(name));
  }

  Read<std::uint32_t> invoke(std::uint32_t session, const Event& invocation) {
    Read<consistency::Request> request = requests_.of(invocation);
    if (!request) return std::unexpected(std::move(request.error()));
    request->session = SessionId{session};
    return static_cast<std::uint32_t>(timed_ ? history.invoke(*request, time_of(invocation))
                                             : history.invoke(*request));
  }

  Read<void> complete(std::uint32_t operation, const Event& invocation, const Event& told) {
    Read<Answer> answer = requests_.answer(invocation, told);
    if (!answer) return std::unexpected(std::move(answer.error()));
    const OperationId id{operation};
    if (timed_) {
      history.complete(id, answer->outcome, answer->result, time_of(told));
    } else {
      history.complete(id, answer->outcome, answer->result);
    }
    return {};
  }

 private:
  static sim::Instant time_of(const Event& event) { return sim::Instant{*event.time_ns}; }

  bool timed_;
  Requests requests_;
};

class Transactions {
 public:
  explicit Transactions(const Meaning& meaning) : meaning_(meaning) {}

  TransactionHistory history;

  std::uint32_t session(std::string_view name) {
    return static_cast<std::uint32_t>(history.session(name));
  }

  Read<std::uint32_t> invoke(std::uint32_t session, const Event& invocation) {
    const Read<std::vector<Micro>> asked = micros_of(invocation, meaning_);
    if (!asked) return std::unexpected(asked.error());
    const TransactionId id = history.invoke(SessionId{session});
    open_.push_back(&invocation);
    return static_cast<std::uint32_t>(id);
  }

  Read<void> complete(std::uint32_t transaction, const Event& invocation, const Event& told) {
    open_[transaction] = nullptr;
    if (told.type == EventType::info) return end(transaction, Outcome::unknown, invocation);
    if (told.type == EventType::fail) return end(transaction, Outcome::failed, invocation);
    if (!told.value)
      return mistake(told.offset, "this transaction does not say what it did",
                     "behind ok, its value repeats its operations with what was read");
    if (const Read<void> agreed = agree(invocation, told, meaning_); !agreed) return agreed;
    return end(transaction, Outcome::ok, told);
  }

  /// Those without an answer, in the order in which they were invoked.
  [[nodiscard]] Read<void> end_open() {
    for (std::uint32_t id = 0; id < open_.size(); ++id) {
      if (open_[id] == nullptr) continue;
      if (const Read<void> ended = end(id, Outcome::unknown, *open_[id]); !ended) return ended;
    }
    return {};
  }

 private:
  Read<void> end(std::uint32_t transaction, Outcome outcome, const Event& event) {
    const Read<std::vector<Micro>> micros = micros_of(event, meaning_);
    if (!micros) return std::unexpected(micros.error());
    accesses_.clear();
    for (const Micro& micro : *micros) {
      const Read<void> taken = take(micro, outcome);
      if (!taken) return taken;
    }
    history.complete(TransactionId{transaction}, outcome, accesses_);
    return {};
  }

  Read<void> take(const Micro& micro, Outcome outcome) {
    Access access;
    access.kind = micro.kind;
    const bool unread = outcome != Outcome::ok ||
                        (micro.value->is_nil() && meaning_.nil_reads == NilReads::unknown);
    if (micro.kind == AccessKind::read && unread) return {};
    access.key = history.key(spelling(*micro.key));
    const Read<consistency::ValueId> value = value_of(*micro.value, history.values());
    if (!value) return std::unexpected(value.error());
    const bool is_read = micro.kind == AccessKind::read;
    access.value =
        is_read && is_unwritten_list(meaning_, *micro.value) ? consistency::nothing : *value;
    accesses_.push_back(access);
    return {};
  }

  const Meaning& meaning_;
  std::vector<const Event*> open_;  // by transaction; null once it is complete
  std::vector<Access> accesses_;
};

}  // namespace

History assemble(std::span<const Event> events, const Meaning& meaning, Mistakes& mistakes) {
  const bool timed =
      std::ranges::all_of(events, [](const Event& event) { return event.time_ns.has_value(); });
  Operations operations(meaning, timed);
  if (const Read<void> read = operations.set_initial(); !read) mistakes.add(read.error());
  Pairing(operations, mistakes).pair(events);
  return std::move(operations.history);
}

TransactionHistory assemble_transactions(std::span<const Event> events, const Meaning& meaning,
                                         Mistakes& mistakes) {
  Transactions transactions(meaning);
  if (meaning.initial) {
    const auto initial = value_of(*meaning.initial, transactions.history.values());
    if (!initial) mistakes.add(initial.error());
    if (initial && !is_unwritten_list(meaning, *meaning.initial))
      transactions.history.set_initial(*initial);
  }
  Pairing(transactions, mistakes).pair(events);
  if (!mistakes.none()) return std::move(transactions.history);
  if (const Read<void> ended = transactions.end_open(); !ended) mistakes.add(ended.error());
  return std::move(transactions.history);
}

bool are_single(std::span<const Event> transactions) {
  return std::ranges::all_of(transactions, [](const Event& event) {
    return !event.value || event.value->items.size() == 1;
  });
}

}  // namespace splitvote::histories
