// The history of a run: every operation of every client, from its invocation to its return.
#include "models/check/history.hpp"

namespace splitvote::check {

namespace {

// Operation numbers count up from a small number, so 48 bits are never exceeded.
std::uint64_t open_key(sim::NodeId node, std::uint64_t operation) {
  constexpr unsigned number_bits = 48;
  return std::uint64_t{sim::number(node)} << number_bits |
         (operation & ((std::uint64_t{1} << number_bits) - 1));
}

std::string_view kind_name(client::OperationKind kind) {
  switch (kind) {
    case client::OperationKind::get:
      return "get";
    case client::OperationKind::put:
      return "put";
    case client::OperationKind::remove:
      return "remove";
    case client::OperationKind::compare_and_swap:
      return "compare_and_swap";
  }
  return "?";
}

std::string describe_answer(const History& history, const HistoryEntry& entry) {
  switch (entry.outcome) {
    case client::Outcome::unknown:
      return "no answer";
    case client::Outcome::failed:
      return "failed";
    case client::Outcome::mismatch:
      return "mismatch, revision " + std::to_string(entry.revision);
    case client::Outcome::ok:
      break;
  }
  if (entry.kind != client::OperationKind::get) return "revision " + std::to_string(entry.revision);
  if (entry.revision == 0) return "no such key";
  return std::string(history.texts().text(entry.result)) + ", revision " +
         std::to_string(entry.revision);
}

}  // namespace

std::optional<std::size_t> History::on_note(const sim::Moment& moment, sim::NodeId node,
                                            const sim::Note& note) {
  const auto type = static_cast<models::NoteType>(note.kind);
  if (type == models::NoteType::complete) return on_complete(moment, node, note);
  if (type == models::NoteType::invoke) on_invoke(moment, node, note);
  return std::nullopt;
}

void History::on_invoke(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  client::Operation operation;
  if (!client::decode(note.detail, operation)) return;
  open_[open_key(node, note.a)] = static_cast<std::uint32_t>(entries_.size());
  HistoryEntry& entry = entries_.emplace_back();
  entry.operation = note.a;
  entry.session = note.b;
  entry.expected_revision = operation.expected_revision;
  entry.invoked = next_order_++;
  entry.invoke = moment;
  entry.key = intern_abbreviated(texts_, operation.key);
  entry.value = intern_abbreviated(texts_, operation.value);
  entry.process = node;
  entry.kind = operation.kind;
}

std::optional<std::size_t> History::on_complete(const sim::Moment& moment, sim::NodeId node,
                                                const sim::Note& note) {
  const std::uint64_t key = open_key(node, note.a);
  const std::uint32_t* index = open_.find(key);
  if (index == nullptr) return std::nullopt;
  const std::size_t at = *index;
  HistoryEntry& entry = entries_[at];
  entry.returned = next_order_++;
  entry.complete = moment;
  entry.outcome = static_cast<client::Outcome>(note.b);
  entry.revision = note.c;
  entry.result = intern_abbreviated(texts_, sim::as_text(note.detail));
  open_.erase(key);
  return at;
}

std::string describe(const History& history, const HistoryEntry& entry, const NodeNames& names) {
  std::string text(kind_name(entry.kind));
  text += ' ';
  text += history.texts().text(entry.key);
  if (entry.kind == client::OperationKind::compare_and_swap)
    text += " if at revision " + std::to_string(entry.expected_revision);
  const bool has_value = entry.kind == client::OperationKind::put ||
                         entry.kind == client::OperationKind::compare_and_swap;
  if (has_value) text.append(" = ").append(history.texts().text(entry.value));
  text += " by " + names(entry.process) + " [" + to_text(entry.invoke.time) + "..";
  if (entry.has_returned()) text += to_text(entry.complete.time);
  return text + "] -> " + describe_answer(history, entry);
}

}  // namespace splitvote::check
