// The model of a file's events, the exceptions among models, and the history that they make.
#include "scenarios/histories/understanding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/assembly.hpp"
#include "scenarios/histories/transaction_words.hpp"
#include "scenarios/histories/workload.hpp"

namespace splitvote::histories {

namespace {

/// `[key value]` wherever a register has a value, and at least once.
bool look_independent(const std::vector<Event>& events) {
  bool any = false;
  for (const Event& event : events) {
    const bool is_register =
        event.function == "read" || event.function == "write" || event.function == "cas";
    if (!is_register || event.key) return false;
    if (!event.value || event.value->is_nil()) continue;
    const bool is_pair = event.value->is_sequence() && event.value->items.size() == 2;
    if (!is_pair) return false;
    // A cas of one register has a pair, too, but of two plain values.
    const bool is_plain_cas = event.function == "cas" && !event.value->items[1].is_sequence();
    if (is_plain_cas) return false;
    any = true;
  }
  return any;
}

bool have_text_keys(const std::vector<Event>& events) {
  return std::ranges::all_of(
      events, [](const Event& event) { return !event.key || event.key->kind == DatumKind::text; });
}

}  // namespace

void understand(const std::vector<Event>& events, Meaning meaning, const Choices& choices,
                Reading& reading, Mistakes& mistakes) {
  if (!mistakes.none()) return;
  if (choices.model) {
    meaning.model = *choices.model;
  } else {
    const Read<Model> model = model_of(events);
    if (!model) return mistakes.add(model.error());
    meaning.model = *model;
  }
  reading.model = meaning.model;
  if (!choices.model && !choices.independent && look_independent(events))
    return mistakes.add(events.front().offset,
                        "every value here looks like a pair of jepsen.independent",
                        "say --independent, or --model register if values are lists");
  meaning.initial = choices.initial;
  meaning.independent = choices.independent;
  meaning.text_keys = meaning.model == Model::kv && !meaning.independent && have_text_keys(events);
  // What nobody knows Knossos writes as nil, in the models that are its own; Elle and the others
  // mean that there is nothing.
  const bool is_knossos = meaning.model == Model::register_ ||
                          meaning.model == Model::cas_register ||
                          meaning.model == Model::multi_register;
  if (!is_knossos) meaning.nil_reads = NilReads::absent;
  if (choices.nil_reads) meaning.nil_reads = *choices.nil_reads;
  if (choices.failed_swaps) meaning.failed_swaps = *choices.failed_swaps;
  // Knossos' own begin with 0; nobody can be told of a nil.
  if (meaning.model == Model::multi_register && meaning.nil_reads == NilReads::unknown &&
      !meaning.initial)
    meaning.initial = spelled("0");
  if (find_workload(meaning.model) != nullptr) {
    reading.workload = assemble_workload(events, meaning, mistakes);
    return;
  }
  if (!is_transactional(meaning.model)) {
    reading.operations = assemble(events, meaning, mistakes);
    return;
  }
  reading.transactions = assemble_transactions(events, meaning, mistakes);
  if (mistakes.none() && are_single(events))
    reading.operations = assemble(events, meaning, mistakes);
}

}  // namespace splitvote::histories
