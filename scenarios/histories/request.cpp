// Words and values of events as requests and answers; each rule of a model stands here once.
#include "scenarios/histories/request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/transaction_words.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

namespace {

using consistency::nothing;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Request;
using consistency::ValueId;

constexpr std::string_view free_lock = "free";
constexpr std::string_view held_lock = "held";

OperationKind kind_of(Verb verb, Model model) {
  switch (verb) {
    case Verb::read:
      return OperationKind::read;
    case Verb::write:
      return OperationKind::write;
    case Verb::append:
      return model == Model::list_append ? OperationKind::append_element
                                         : OperationKind::append_text;
    case Verb::remove:
      return OperationKind::remove;
    case Verb::cas:
    case Verb::acquire:
    case Verb::release:
      return OperationKind::compare_and_swap;
    case Verb::transaction:  // unwrapped
    case Verb::of_workload:  // not here
      break;
  }
  return OperationKind::read;
}

}  // namespace

Read<void> Requests::set_initial() {
  if (meaning_.model == Model::mutex) {
    history_.set_initial(history_.values().text(free_lock));
  } else if (meaning_.initial) {
    const Read<ValueId> value = value_of(&*meaning_.initial);
    if (!value) return mistake(0, "--initial: " + value.error().message, value.error().hint);
    history_.set_initial(is_unwritten_list(meaning_, *meaning_.initial) ? nothing : *value);
  } else if (meaning_.model == Model::kv) {
    history_.set_initial(history_.values().text(""));
  }
  return {};
}

Read<Requests::Subject> Requests::subject_of(const Event& event) const {
  const auto verb =
      std::ranges::find(model_.verbs, event.function, &std::pair<std::string_view, Verb>::first);
  if (verb == model_.verbs.end()) {
    std::vector<std::string_view> known;
    for (const auto& [word, ignored] : model_.verbs) known.push_back(word);
    return mistake(event.offset,
                   fmt::format("the model {} has no operation '{}'", model_.name, event.function),
                   load::suggest(event.function, known));
  }
  Subject subject{verb->second, event.offset, nullptr, nullptr};
  if (event.key) subject.key = &*event.key;
  if (event.value) subject.value = &*event.value;
  if (subject.value != nullptr) subject.offset = subject.value->offset;
  if (is_transactional(meaning_.model)) return unwrap_transaction(event, subject);
  if (!meaning_.independent || subject.value == nullptr) return subject;
  if (!subject.value->is_sequence() || subject.value->items.size() != 2)
    return mistake(subject.offset, "this value is no pair of a key and a value",
                   "leave out --independent, or write [key value]");
  subject.key = subject.value->items.data();
  subject.value = &subject.value->items[1];
  return subject;
}

Read<Requests::Subject> Requests::unwrap_transaction(const Event& event, Subject subject) const {
  const Read<std::vector<Micro>> micros = micros_of(event, meaning_);
  if (!micros) return std::unexpected(micros.error());
  if (micros->size() > 1)
    return mistake(event.offset, fmt::format("this transaction has {} operations", micros->size()),
                   "only those of one are single operations");
  const Micro& micro = micros->front();
  subject.verb = micro.kind == consistency::AccessKind::read     ? Verb::read
                 : micro.kind == consistency::AccessKind::append ? Verb::append
                                                                 : Verb::write;
  subject.key = micro.key;
  subject.value = micro.value;
  subject.offset = micro.offset;
  return subject;
}

Read<consistency::KeyId> Requests::key_of(const Subject& subject) {
  if (subject.key == nullptr)
    return history_.key(meaning_.model == Model::mutex ? "the lock" : nameless_register);
  if (!can_be_key(*subject.key))
    return mistake(subject.key->offset, fmt::format("{} is no key", name_of(subject.key->kind)),
                   "keys are integers, texts and keywords");
  return history_.key(meaning_.text_keys ? subject.key->text : spelling(*subject.key));
}

Read<ValueId> Requests::value_of(const Datum* datum) {
  if (datum == nullptr || datum->is_nil()) return nothing;
  if (meaning_.model == Model::kv) {
    // Texts grow, so they are what they are and not what would spell them.
    if (datum->kind == DatumKind::text) return history_.values().text(datum->text);
    return mistake(datum->offset,
                   fmt::format("the model kv holds texts, and this is {}", name_of(datum->kind)));
  }
  return histories::value_of(*datum, history_.values());
}

Read<Request> Requests::of(const Event& invocation) {
  const Read<Subject> subject = subject_of(invocation);
  if (!subject) return std::unexpected(subject.error());
  const bool needs_key = meaning_.model == Model::kv || is_transactional(meaning_.model);
  if (subject->key == nullptr && (needs_key || meaning_.independent))
    return mistake(subject->offset, "this operation has no key",
                   meaning_.independent ? "with --independent values are [key value]"
                                        : "in the model kv it stands beside the value, as :key");
  const Read<consistency::KeyId> key = key_of(*subject);
  if (!key) return std::unexpected(key.error());
  Request request;
  request.key = *key;
  request.kind = kind_of(subject->verb, meaning_.model);
  return with_value(request, *subject);
}

Read<Request> Requests::with_value(Request request, const Subject& subject) {
  const auto take = [](ValueId& target, const Read<ValueId>& value) -> Read<void> {
    if (!value) return std::unexpected(value.error());
    target = *value;
    return {};
  };
  Read<void> taken;
  switch (subject.verb) {
    case Verb::read:
    case Verb::remove:
    case Verb::transaction:
    case Verb::of_workload:
      break;
    case Verb::acquire:
    case Verb::release:
      request.expected =
          history_.values().text(subject.verb == Verb::acquire ? free_lock : held_lock);
      request.argument =
          history_.values().text(subject.verb == Verb::acquire ? held_lock : free_lock);
      break;
    case Verb::cas:
      if (subject.value == nullptr || !subject.value->is_sequence() ||
          subject.value->items.size() != 2)
        return mistake(subject.offset, "a cas needs two values", "its value is [old new]");
      taken = take(request.expected, value_of(subject.value->items.data()));
      if (taken) taken = take(request.argument, value_of(&subject.value->items[1]));
      break;
    case Verb::append:
      if (meaning_.model == Model::kv &&
          (subject.value == nullptr || subject.value->kind != DatumKind::text))
        return mistake(subject.offset, "only a text can be appended to a text");
      [[fallthrough]];
    case Verb::write:
      if (subject.value == nullptr || (meaning_.model == Model::kv && subject.value->is_nil()))
        return mistake(subject.offset, "this operation does not say what it writes");
      taken = take(request.argument, value_of(subject.value));
      break;
  }
  if (!taken) return std::unexpected(taken.error());
  return request;
}

Read<Answer> Requests::answer(const Event& invocation, const Event& completion) {
  const Read<Subject> asked = subject_of(invocation);
  if (!asked) return std::unexpected(asked.error());
  if (completion.type == EventType::info) return Answer{Outcome::unknown};
  if (completion.type == EventType::fail) {
    const bool swapped = asked->verb == Verb::cas;
    const bool differed = swapped && meaning_.failed_swaps == FailedSwaps::mismatch;
    return Answer{differed ? Outcome::mismatch : Outcome::failed};
  }
  if (!completion.value || (completion.value->is_nil() && asked->verb != Verb::read))
    return Answer{asked->verb == Verb::read ? Outcome::failed : Outcome::ok};
  const Read<Subject> told = subject_of(completion);
  if (!told) return std::unexpected(told.error());
  if (!agree(*asked, *told))
    return mistake(told->offset, "this answer does not belong to what was asked",
                   "the key is the same, and what was written is repeated as it was asked for");
  if (asked->verb == Verb::read) return read_answer(*told);
  return Answer{Outcome::ok};
}

bool Requests::agree(const Subject& asked, const Subject& told) {
  if (asked.verb != told.verb) return false;
  const auto same = [](const Datum* one, const Datum* other) {
    if (one == nullptr || other == nullptr) return one == other;
    return alike(*one, *other);
  };
  if (asked.key != nullptr && told.key != nullptr && !same(asked.key, told.key)) return false;
  if (asked.verb == Verb::acquire || asked.verb == Verb::release) return true;
  // A read may have been told beforehand what it will find.
  const bool open = asked.verb == Verb::read || told.value == nullptr;
  return open || same(asked.value, told.value);
}

Read<Answer> Requests::read_answer(const Subject& told) {
  const bool is_nil = told.value == nullptr || told.value->is_nil();
  if (is_nil && meaning_.nil_reads == NilReads::unknown) return Answer{Outcome::failed};
  const Read<ValueId> value = value_of(told.value);
  if (!value) return std::unexpected(value.error());
  const bool is_empty = told.value != nullptr && is_unwritten_list(meaning_, *told.value);
  return Answer{Outcome::ok, is_empty ? nothing : *value};
}

}  // namespace splitvote::histories
