// porcupine's events, matched by their ids.
#include "scenarios/histories/porcupine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/histories/json.hpp"
#include "scenarios/histories/own_format.hpp"
#include "scenarios/histories/own_words.hpp"

namespace splitvote::histories {

namespace {

using consistency::History;
using consistency::nothing;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

Read<const Datum*> need(const Datum& map, std::string_view name, DatumKind kind) {
  const Datum* const member = member_of(map, name);
  if (member != nullptr && member->kind == kind) return member;
  return mistake(member == nullptr ? map.offset : member->offset,
                 fmt::format("'{}' is {} here", name, name_of(kind)));
}

Datum with_texts(Datum datum) {
  if (datum.kind == DatumKind::integer) datum.kind = DatumKind::text;
  for (Datum& item : datum.items) item = with_texts(std::move(item));
  return datum;
}

class EventReader {
 public:
  History history;

  Read<void> set_initial(const Datum& initial) {
    const Read<ValueId> value = own_value(with_texts(initial), history.values());
    if (!value) return mistake(0, "--initial: " + value.error().message, value.error().hint);
    history.set_initial(*value);
    return {};
  }

  Read<void> take(const Datum& event) {
    if (event.kind != DatumKind::map)
      return mistake(event.offset, fmt::format("{} is no event", name_of(event.kind)));
    const Read<const Datum*> kind = need(event, "Kind", DatumKind::boolean);
    if (!kind) return std::unexpected(kind.error());
    const Read<const Datum*> id = need(event, "Id", DatumKind::integer);
    if (!id) return std::unexpected(id.error());
    const Read<const Datum*> client = need(event, "ClientId", DatumKind::integer);
    if (!client) return std::unexpected(client.error());
    const Read<const Datum*> value = need(event, "Value", DatumKind::map);
    if (!value) return std::unexpected(value.error());
    return (*kind)->text == "true" ? take_return(**client, **id, **value)
                                   : take_call(**client, **id, **value);
  }

  /// porcupine takes no history in which a call stays open.
  void refuse_open_calls(Mistakes& mistakes) const {
    std::map<std::size_t, std::string_view> open;
    for (const auto& [id, call] : calls_)
      if (!call.returned) open.emplace(call.offset, id);
    for (const auto& [offset, id] : open)
      mistakes.add(offset, fmt::format("operation {} never returns", id),
                   "every call does; what nobody knows returns at the end, as 'unknown'");
  }

 private:
  struct Call {
    std::string client;
    std::size_t offset = 0;                     // of its id
    std::optional<OperationId> operation = {};  // absent: the call was not understood
    bool returned = false;
  };

  struct Client {
    enum class State : std::uint8_t { idle, busy, gave_up };

    consistency::SessionId session{};  // the one that goes on
    std::size_t sessions = 0;
    State state = State::gave_up;  // the next call begins a session
  };

  Read<void> take_call(const Datum& client, const Datum& id, const Datum& value) {
    const auto [call, added] = calls_.try_emplace(id.text, Call{client.text, id.offset});
    if (!added) return mistake(id.offset, fmt::format("operation {} is called twice", id.text));
    Read<consistency::Request> request = request_of(value);
    if (!request) return std::unexpected(request.error());
    request->session = session_of(client.text);
    call->second.operation = history.invoke(*request);
    return {};
  }

  Read<consistency::Request> request_of(const Datum& value) {
    const Read<const Datum*> op = need(value, "op", DatumKind::text);
    if (!op) return std::unexpected(op.error());
    const auto word = std::ranges::find(kind_words, (*op)->text);
    if (word == kind_words.end())
      return mistake((*op)->offset, fmt::format("'{}' is no operation", (*op)->text),
                     fmt::format("known are: {}", fmt::join(kind_words, ", ")));
    const Read<const Datum*> key = need(value, "key", DatumKind::text);
    if (!key) return std::unexpected(key.error());
    consistency::Request request;
    request.kind = static_cast<OperationKind>(word - kind_words.begin());
    request.key = history.key((*key)->text);
    if (request.kind == OperationKind::compare_and_swap)
      if (const Read<void> read = member(value, "expected", request.expected); !read)
        return std::unexpected(read.error());
    if (has_argument(request.kind))
      if (const Read<void> read = member(value, "value", request.argument); !read)
        return std::unexpected(read.error());
    const bool is_text = request.argument != nothing && !history.values().is_list(request.argument);
    if (request.kind == OperationKind::append_text && !is_text)
      return mistake(value.offset, "only a text can be appended to a text");
    return request;
  }

  Read<void> take_return(const Datum& client, const Datum& id, const Datum& value) {
    const auto call = calls_.find(id.text);
    if (call == calls_.end() || call->second.returned)
      return mistake(id.offset, fmt::format("operation {} returns without a call", id.text));
    if (client.text != call->second.client)
      return mistake(client.offset,
                     fmt::format("client {} called operation {}", call->second.client, id.text));
    if (!call->second.operation) return {};
    const OperationId operation = *call->second.operation;
    const Read<const Datum*> word = need(value, "outcome", DatumKind::text);
    if (!word) return std::unexpected(word.error());
    const auto found = std::ranges::find(outcome_words, (*word)->text);
    if (found == outcome_words.end())
      return mistake((*word)->offset, fmt::format("'{}' is no outcome", (*word)->text),
                     fmt::format("known are: {}", fmt::join(outcome_words, ", ")));
    const auto outcome = static_cast<Outcome>(found - outcome_words.begin());
    if (outcome == Outcome::failed)
      return mistake((*word)->offset, "what failed has no events",
                     "'unknown' leaves open whether it took effect");
    const OperationKind kind = history.operation(operation).kind;
    if (outcome == Outcome::mismatch && kind != OperationKind::compare_and_swap)
      return mistake((*word)->offset, "only a compare_and_swap finds a mismatch");
    ValueId result = nothing;
    if (outcome == Outcome::ok && kind == OperationKind::read)
      if (const Read<void> read = member(value, "value", result); !read) return read;
    call->second.returned = true;
    Client& caller = clients_[client.text];
    if (history.operation(operation).session == caller.session)
      caller.state = outcome == Outcome::unknown ? Client::State::gave_up : Client::State::idle;
    history.complete(operation, outcome, result);
    return {};
  }

  Read<void> member(const Datum& map, std::string_view name, ValueId& target) {
    const Datum* const datum = member_of(map, name);
    if (datum == nullptr)
      return mistake(map.offset, fmt::format("the member '{}' is missing", name));
    const Read<ValueId> value = own_value(*datum, history.values());
    if (!value) return std::unexpected(value.error());
    target = *value;
    return {};
  }

  // porcupine lets a client make several calls at a time; only those that follow each other are a
  // session, and who gives a call up goes on as another one.
  consistency::SessionId session_of(const std::string& name) {
    Client& client = clients_[name];
    if (client.state == Client::State::idle) {
      client.state = Client::State::busy;
      return client.session;
    }
    const std::string number = ++client.sessions == 1 ? "" : fmt::format(" ({})", client.sessions);
    const consistency::SessionId session = history.session(name + number);
    if (client.state == Client::State::busy) return session;
    client.session = session;
    client.state = Client::State::busy;
    return session;
  }

  std::map<std::string, Call, std::less<>> calls_;
  std::map<std::string, Client, std::less<>> clients_;
};

}  // namespace

History read_porcupine(std::string_view text, const std::optional<Datum>& initial,
                       Mistakes& mistakes) {
  EventReader reader;
  if (initial)
    if (const Read<void> set = reader.set_initial(*initial); !set) mistakes.add(set.error());
  const Read<void> read = read_json(text, [&](const Datum& event) {
    const Read<void> taken = reader.take(event);
    if (!taken) mistakes.add(taken.error());
    return !mistakes.full();
  });
  if (!read) mistakes.add(read.error());
  if (mistakes.none()) reader.refuse_open_calls(mistakes);
  return std::move(reader.history);
}

}  // namespace splitvote::histories
