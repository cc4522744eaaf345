// Histories of a true store, of any size.
#include "tests/models/consistency/simulated_history.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "tests/models/consistency/dice.hpp"

namespace splitvote::testing {

using consistency::History;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

namespace {

ValueId intern(const PlainValue& value, consistency::ValueTable& values) {
  if (value.form == PlainValue::Form::nothing) return consistency::nothing;
  std::vector<ValueId> elements;
  std::string text;
  for (const std::uint32_t word : value.words) {
    if (value.form == PlainValue::Form::list)
      elements.push_back(values.text(std::to_string(word)));
    else
      text += std::to_string(word) + ".";
  }
  return value.form == PlainValue::Form::list ? values.list(elements) : values.text(text);
}

// A list's element is a text without the point.
ValueId intern_argument(const PlainOperation& operation, consistency::ValueTable& values) {
  if (operation.kind == OperationKind::append_element)
    return values.text(std::to_string(operation.argument.words.front()));
  return intern(operation.argument, values);
}

// What the operation does to the key's value and is told.
void execute(PlainOperation& operation, PlainValue& value) {
  operation.outcome = Outcome::ok;
  switch (operation.kind) {
    case OperationKind::read:
      operation.result = value;
      return;
    case OperationKind::compare_and_swap:
      if (value != operation.expected) {
        operation.outcome = Outcome::mismatch;
        return;
      }
      [[fallthrough]];
    case OperationKind::write:
      value = operation.argument;
      return;
    case OperationKind::remove:
      value = {};
      return;
    case OperationKind::append_text:
    case OperationKind::append_element:
      value.form = operation.kind == OperationKind::append_text ? PlainValue::Form::text
                                                                : PlainValue::Form::list;
      value.words.insert(value.words.end(), operation.argument.words.begin(),
                         operation.argument.words.end());
      return;
  }
}

class StoreSimulation {
 public:
  explicit StoreSimulation(const StoreSettings& settings)
      : settings_(settings),
        dice_(settings.seed, 1),
        store_(settings.keys),
        numbers_(settings.keys),
        written_(settings.keys, 0),
        clients_(settings.clients) {
    for (Client& client : clients_) client.session = next_session_++;
  }

  PlainHistory run() {
    std::size_t busy = 0;
    while (plain_.operations.size() < settings_.operations || busy > 0) {
      Client& client = clients_[dice_.below(settings_.clients)];
      if (client.stage == Stage::idle) {
        if (plain_.operations.size() == settings_.operations) continue;
        invoke(client);
        ++busy;
      } else if (client.stage == Stage::invoked) {
        take_effect(client);
      } else {
        finish(client);
        --busy;
      }
    }
    return std::move(plain_);
  }

 private:
  enum class Stage : std::uint8_t { idle, invoked, effected };
  /// Of a key's versions: the newest there was, and the one that is there, or 0.
  struct Numbers {
    std::uint64_t last = 0;
    std::uint64_t present = 0;
  };
  struct Client {
    Stage stage = Stage::idle;
    std::uint32_t session = 0;
    std::size_t operation = 0;
    bool answered = true;
  };

  void invoke(Client& client) {
    PlainOperation operation;
    operation.session = client.session;
    operation.key = dice_.below(settings_.keys);
    operation.kind = draw_kind();
    const bool writes =
        operation.kind != OperationKind::read && operation.kind != OperationKind::remove;
    if (writes) operation.argument = draw_value(operation.key);
    if (operation.kind == OperationKind::compare_and_swap) {
      operation.expected = store_[operation.key];
      if (dice_.percent(50) && settings_.values != 0)
        operation.expected = draw_value(operation.key);
    }
    client.operation = plain_.operations.size();
    client.stage = Stage::invoked;
    client.answered = !dice_.percent(settings_.unanswered);
    plain_.events.push_back({client.operation, false});
    plain_.operations.push_back(std::move(operation));
  }

  OperationKind draw_kind() {
    const std::uint32_t dice = dice_.below(100);
    if (dice < settings_.swaps) return OperationKind::compare_and_swap;
    if (dice < settings_.swaps + settings_.removes) return OperationKind::remove;
    if (dice_.percent(50)) return OperationKind::read;
    if (settings_.content == Content::registers) return OperationKind::write;
    if (settings_.content == Content::lists) return OperationKind::append_element;
    return dice_.percent(50) ? OperationKind::append_text : OperationKind::write;
  }

  PlainValue draw_value(std::uint32_t key) {
    const std::uint32_t word =
        settings_.values == 0 ? ++written_[key] : dice_.below(settings_.values) + 1;
    return {form_of(settings_.content), {word}};
  }

  // The effect of an operation without an answer may still come when its client has given it up:
  // some client that is idle executes it.
  void take_effect(Client& client) {
    client.stage = Stage::effected;
    PlainOperation& operation = plain_.operations[client.operation];
    if (!late_.empty() && dice_.percent(30)) {
      PlainOperation late = plain_.operations[late_.back()];
      execute(late);
      late_.pop_back();
    }
    if (client.answered) return execute(operation);
    if (dice_.percent(30)) return late_.push_back(client.operation);
    if (dice_.percent(50)) return;
    PlainOperation copy = operation;
    execute(copy);
  }

  void execute(PlainOperation& operation) {
    testing::execute(operation, store_[operation.key]);
    Numbers& numbers = numbers_[operation.key];
    const bool writes = operation.kind != OperationKind::read && operation.outcome == Outcome::ok;
    if (operation.kind == OperationKind::remove) {
      numbers.present = 0;
    } else if (writes) {
      numbers.present = ++numbers.last;
    }
    if (settings_.versions) operation.version = numbers.present;
  }

  void finish(Client& client) {
    client.stage = Stage::idle;
    if (client.answered)
      plain_.events.push_back({client.operation, true});
    else
      client.session = next_session_++;
  }

  StoreSettings settings_;
  Dice dice_;
  std::vector<PlainValue> store_;
  std::vector<Numbers> numbers_;        // by key
  std::vector<std::uint32_t> written_;  // by key
  std::vector<Client> clients_;
  std::vector<std::size_t> late_;
  std::uint32_t next_session_ = 1;
  PlainHistory plain_;
};

}  // namespace

History play(const PlainHistory& plain) {
  History history;
  std::vector<consistency::OperationId> ids(plain.operations.size());
  for (const auto& event : plain.events) {
    const PlainOperation& operation = plain.operations[event.operation];
    if (event.returns) {
      history.complete(ids[event.operation], operation.outcome,
                       intern(operation.result, history.values()));
      if (operation.version != 0) history.set_version(ids[event.operation], operation.version);
      continue;
    }
    const auto session = history.session("client " + std::to_string(operation.session));
    const auto key = history.key("k" + std::to_string(operation.key));
    ids[event.operation] =
        history.invoke({session, key, operation.kind, intern_argument(operation, history.values()),
                        intern(operation.expected, history.values())});
  }
  return history;
}

PlainHistory simulate_store(const StoreSettings& settings) {
  return StoreSimulation(settings).run();
}

PlainHistory lagging(PlainHistory plain, std::size_t lag) {
  std::vector<std::pair<std::size_t, PlainHistory::Event>> events;
  for (std::size_t at = 0; at < plain.events.size(); ++at) {
    const PlainHistory::Event& event = plain.events[at];
    events.push_back({at + lag * plain.operations[event.operation].session, event});
  }
  std::ranges::sort(events, {}, [](const auto& one) {
    return std::tuple(one.first, one.second.operation, one.second.returns);
  });
  for (std::size_t at = 0; at < plain.events.size(); ++at) plain.events[at] = events[at].second;
  return plain;
}

}  // namespace splitvote::testing
