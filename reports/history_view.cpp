// A history of any kind and what contradicts in it, as its picture sees them.
#include "reports/history_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/text.hpp"

namespace splitvote::reports {

namespace {

using consistency::Access;
using consistency::Arrow;
using consistency::Because;
using consistency::Contradiction;
using consistency::KeyId;
using consistency::Operation;
using consistency::OperationId;
using consistency::Outcome;
using consistency::Position;
using consistency::Transaction;
using consistency::TransactionHistory;
using consistency::TransactionId;

constexpr std::size_t accesses_shown = 6;
constexpr std::size_t access_width = 32;  // characters

/// Why the one at the beginning of the arrow comes before the one at its end.
std::string_view words(Because because) {
  switch (because) {
    case Because::session:
      return "same session";
    case Because::seen:
      return "is seen";
    case Because::followed:
      return "was seen before";
    case Because::overtaken:
      return "overwritten, as was seen";
    case Because::replaced:
      return "has not seen it";
    case Because::succeeded:
      return "order in a list";
    case Because::excluded:
      return "had not seen it";
    case Because::real_time:
      return "returned before";
    case Because::known:
      return "must be known";
  }
  return "";
}

bool is_of_a_key(Because because) {
  return because != Because::session && because != Because::real_time;
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

/// Without its middle if it is too long: of a list that was read both ends tell most.
std::string without_middle(const std::string& text) {
  if (width(text) <= access_width) return text;
  std::size_t head = 0;
  for (std::size_t left = access_width / 2; left > 0; --left)
    while (continues(text[++head])) continue;
  std::size_t tail = text.size();
  for (std::size_t left = access_width - access_width / 2 - 1; left > 0; --left)
    while (continues(text[--tail])) continue;
  return text.substr(0, head) + "…" + text.substr(tail);
}

std::string name_of(OperationId id) {
  return "transaction " + std::to_string(static_cast<std::uint32_t>(id) + 1);
}

void replace_all(std::string& text, const std::string& words, const std::string& shorter) {
  for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos; at += shorter.size())
    text.replace(at, words.size(), shorter);
}

/// What contradicts in the order of the arrows from that one on, but as each session has it.
class SessionOrder {
 public:
  SessionOrder(const TransactionHistory& history, const Contradiction& contradiction)
      : history_(history), contradiction_(contradiction) {}

  /// With as few arrows backwards as can be.
  [[nodiscard]] std::vector<OperationId> best() const {
    std::vector<OperationId> best = from(0);
    for (std::size_t start = 1; start < contradiction_.arrows.size(); ++start) {
      std::vector<OperationId> other = from(start);
      if (backwards(other) < backwards(best)) best = std::move(other);
    }
    return best;
  }

 private:
  [[nodiscard]] std::vector<OperationId> from(std::size_t start) const {
    std::vector<OperationId> order;
    const std::vector<Arrow>& arrows = contradiction_.arrows;
    for (std::size_t at = 0; at < arrows.size(); ++at)
      add(arrows[(start + at) % arrows.size()].earlier, order);
    for (const OperationId id : contradiction_.operations) add(id, order);
    return order;
  }

  /// Behind those of its session that come before it.
  void add(OperationId id, std::vector<OperationId>& order) const {
    if (std::ranges::find(order, id) != order.end()) return;
    for (const OperationId other : contradiction_.operations)
      if (other < id && session(other) == session(id) &&
          std::ranges::find(order, other) == order.end())
        order.push_back(other);
    order.push_back(id);
  }

  [[nodiscard]] std::ptrdiff_t backwards(const std::vector<OperationId>& order) const {
    const auto place = [&](OperationId id) { return std::ranges::find(order, id); };
    return std::ranges::count_if(contradiction_.arrows, [&](const Arrow& arrow) {
      return place(arrow.later) < place(arrow.earlier);
    });
  }

  [[nodiscard]] consistency::SessionId session(OperationId id) const {
    return history_.transactions()[static_cast<std::size_t>(id)].session;
  }

  const TransactionHistory& history_;
  const Contradiction& contradiction_;
};

}  // namespace

Lifetime OperationsView::lifetime(OperationId id) const {
  const Operation& operation = history_.operation(id);
  return {operation.invoked, operation.returned};
}

std::string OperationsView::session(OperationId id) const {
  return history_.spell(history_.operation(id).session);
}

std::string OperationsView::describe(OperationId id) const { return history_.describe(id); }

std::vector<std::string> OperationsView::label(OperationId id) const {
  return {history_.title(id)};
}

bool OperationsView::is_related(OperationId id) const {
  return std::ranges::any_of(contradiction().operations, [&](OperationId other) {
    return history_.operation(other).key == history_.operation(id).key;
  });
}

std::string OperationsView::reason(const Arrow& arrow) const {
  return std::string(words(arrow.because));
}

std::string OperationsView::more(std::size_t count) const {
  return fmt::format("{} more operation{} on the same keys", count, count == 1 ? "" : "s");
}

TransactionsView::TransactionsView(const TransactionHistory& history,
                                   const Contradiction& contradiction)
    : HistoryView(contradiction), history_(history) {
  std::set<KeyId> keys;
  for (const Arrow& arrow : contradiction.arrows)
    if (is_of_a_key(arrow.because)) keys.insert(arrow.key);
  if (keys.empty())
    for (const OperationId id : contradiction.operations)
      for (const Access& access : history.accesses(transaction(id))) keys.insert(access.key);
  keys_.assign(keys.begin(), keys.end());
  if (!history.has_real_time()) order_ = SessionOrder(history, contradiction).best();
}

const Transaction& TransactionsView::transaction(OperationId id) const {
  return history_.transaction(static_cast<TransactionId>(id));
}

Lifetime TransactionsView::lifetime(OperationId id) const {
  if (has_real_time()) return {transaction(id).invoked, transaction(id).returned};
  const auto place = std::ranges::find(order_, id) - order_.begin();
  const auto invoked = static_cast<Position>(2 * place);
  return {invoked, invoked + 1};
}

std::string TransactionsView::session(OperationId id) const {
  return history_.spell(transaction(id).session);
}

std::string TransactionsView::describe(OperationId id) const {
  return history_.describe(static_cast<TransactionId>(id));
}

std::vector<std::string> TransactionsView::label(OperationId id) const {
  std::vector<std::string> lines{name_of(id)};
  if (transaction(id).outcome == Outcome::failed) lines.front() += ", aborted";
  if (transaction(id).outcome == Outcome::unknown) lines.front() += ", no answer";
  const std::span<const Access> accesses = history_.accesses(transaction(id));
  const auto tells = [&](const Access& access) {
    return std::ranges::any_of(contradiction().arrows, [&](const Arrow& arrow) {
      return (arrow.earlier == id || arrow.later == id || arrow.witness == id) &&
             is_of_a_key(arrow.because) && arrow.key == access.key;
    });
  };
  auto room_for_others = static_cast<std::ptrdiff_t>(accesses_shown);
  room_for_others -= std::min(room_for_others, std::ranges::count_if(accesses, tells));
  for (const Access& access : accesses) {
    if (lines.size() > accesses_shown || (!tells(access) && room_for_others-- <= 0)) continue;
    lines.push_back(without_middle(history_.describe(access)));
  }
  const std::size_t left_out = accesses.size() + 1 - lines.size();
  if (left_out > 0) lines.push_back("… and " + std::to_string(left_out) + " more");
  return lines;
}

bool TransactionsView::is_related(OperationId id) const {
  if (!has_real_time()) return false;
  return std::ranges::any_of(history_.accesses(transaction(id)), [&](const Access& access) {
    return std::ranges::binary_search(keys_, access.key);
  });
}

std::string TransactionsView::reason(const Arrow& arrow) const {
  const std::string text(words(arrow.because));
  return is_of_a_key(arrow.because) ? without_middle(text + ": " + history_.spell(arrow.key))
                                    : text;
}

std::string TransactionsView::explanation() const {
  std::string text = contradiction().explanation;
  for (const OperationId id : contradiction().operations) {
    replace_all(text, "<" + describe(id) + ">", name_of(id));
    replace_all(text, describe(id), name_of(id));
  }
  return contradiction().anomaly.empty() ? text : contradiction().anomaly + ": " + text;
}

std::string TransactionsView::more(std::size_t count) const {
  return fmt::format("{} more transaction{} on the same keys", count, count == 1 ? "" : "s");
}

}  // namespace splitvote::reports
