// Micro-operations: a word, a key and a value; each model has one word to read and one to write.
#include "scenarios/histories/transaction_words.hpp"

#include <fmt/format.h>

namespace splitvote::histories {

namespace {

using consistency::AccessKind;

struct MicroWords {
  std::string_view read;
  std::string_view write;
};

MicroWords micro_words(Model model) {
  if (model == Model::list_append) return {"r", "append"};
  if (model == Model::rw_register) return {"r", "w"};
  return {"read", "write"};
}

Read<Micro> micro_of(const Datum& datum, Model model) {
  const auto [read, write] = micro_words(model);
  static const Datum nil;
  const bool is_bare_read = datum.is_sequence() && datum.items.size() == 2 &&
                            datum.items.front().is_word() && datum.items.front().text == read;
  const bool has_shape = is_bare_read || (datum.is_sequence() && datum.items.size() == 3 &&
                                          datum.items.front().is_word());
  if (!has_shape)
    return mistake(datum.offset, "this is no operation of a transaction",
                   fmt::format("such are [{} key nil] and [{} key value]", read, write));
  const Datum& word = datum.items.front();
  const Datum& key = datum.items[1];
  const Datum& value = is_bare_read ? nil : datum.items[2];
  if (word.text != read && word.text != write)
    return mistake(word.offset,
                   fmt::format("a transaction of {} has no '{}'", entry_of(model).name, word.text),
                   fmt::format("known are: {}, {}", read, write));
  if (!can_be_key(key))
    return mistake(key.offset, fmt::format("{} is no key", name_of(key.kind)),
                   "keys are integers, texts and keywords");
  Micro micro{AccessKind::read, datum.offset, &key, &value};
  const bool is_list = value.is_sequence() || value.is_nil();
  if (word.text == write)
    micro.kind = model == Model::list_append ? AccessKind::append : AccessKind::write;
  else if (model == Model::list_append && !is_list)
    return mistake(value.offset, "a read of list-append tells a list");
  return micro;
}

}  // namespace

bool is_transactional(Model model) {
  return model == Model::list_append || model == Model::rw_register ||
         model == Model::multi_register;
}

bool is_unwritten_list(const Meaning& meaning, const Datum& value) {
  return meaning.model == Model::list_append && value.is_sequence() && value.items.empty();
}

Read<std::vector<Micro>> micros_of(const Event& event, const Meaning& meaning) {
  if (!event.value || !event.value->is_sequence() || event.value->items.empty())
    return mistake(event.value ? event.value->offset : event.offset,
                   "this transaction has no operations",
                   "its value is a sequence of them, such as [[:r x nil]]");
  std::vector<Micro> micros;
  micros.reserve(event.value->items.size());
  for (const Datum& item : event.value->items) {
    const Read<Micro> micro = micro_of(item, meaning.model);
    if (!micro) return std::unexpected(micro.error());
    micros.push_back(*micro);
  }
  return micros;
}

Read<void> agree(const Event& invocation, const Event& told, const Meaning& meaning) {
  const Read<std::vector<Micro>> asked = micros_of(invocation, meaning);
  if (!asked) return std::unexpected(asked.error());
  const Read<std::vector<Micro>> done = micros_of(told, meaning);
  if (!done) return std::unexpected(done.error());
  if (asked->size() != done->size())
    return mistake(told.offset, fmt::format("this transaction did {} operations, but was to do {}",
                                            done->size(), asked->size()));
  for (std::size_t at = 0; at < asked->size(); ++at) {
    const Micro& one = (*asked)[at];
    const Micro& other = (*done)[at];
    const bool same = one.kind == other.kind && alike(*one.key, *other.key) &&
                      (one.kind == AccessKind::read || alike(*one.value, *other.value));
    if (!same)
      return mistake(other.offset, "this is not what the transaction was to do",
                     "the operations of its invocation are repeated, with what was read");
  }
  return {};
}

}  // namespace splitvote::histories
