// The table of models with their words, and the model that a history's words belong to.
#include "scenarios/histories/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "scenarios/histories/workload.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

namespace {

using Words = std::pair<std::string_view, Verb>;

constexpr std::array register_verbs{Words{"read", Verb::read}, Words{"write", Verb::write}};
constexpr std::array cas_register_verbs{Words{"read", Verb::read}, Words{"write", Verb::write},
                                        Words{"cas", Verb::cas}};
constexpr std::array kv_verbs{Words{"get", Verb::read}, Words{"put", Verb::write},
                              Words{"append", Verb::append}, Words{"cas", Verb::cas},
                              Words{"delete", Verb::remove}};
constexpr std::array mutex_verbs{Words{"acquire", Verb::acquire}, Words{"release", Verb::release}};
constexpr std::array transaction_verbs{Words{"txn", Verb::transaction}};
constexpr std::array bank_verbs{Words{"read", Verb::of_workload},
                                Words{"transfer", Verb::of_workload}};
constexpr std::array comments_verbs{Words{"read", Verb::of_workload},
                                    Words{"write", Verb::of_workload}};
constexpr std::array add_verbs{Words{"add", Verb::of_workload}, Words{"read", Verb::of_workload}};
constexpr std::array id_verbs{Words{"generate", Verb::of_workload}};
constexpr std::array queue_verbs{Words{"enqueue", Verb::of_workload},
                                 Words{"dequeue", Verb::of_workload},
                                 Words{"drain", Verb::of_workload}};

constexpr std::array all{
    ModelEntry{"register", Model::register_, "a register, or one for each key; read, write",
               register_verbs},
    ModelEntry{"cas-register", Model::cas_register, "the same with cas, which is [old new]",
               cas_register_verbs},
    ModelEntry{"kv", Model::kv, "texts by key, at first \"\"; get, put, append, cas, delete",
               kv_verbs},
    ModelEntry{"list-append", Model::list_append, "transactions of [:append k v] and [:r k vs]",
               transaction_verbs},
    ModelEntry{"rw-register", Model::rw_register, "transactions of [:w k v] and [:r k v]",
               transaction_verbs},
    ModelEntry{"multi-register", Model::multi_register,
               "transactions of [:write k v] and [:read k v]", transaction_verbs},
    ModelEntry{"mutex", Model::mutex, "a lock, at first free; acquire, release", mutex_verbs},
    ModelEntry{"bank", Model::bank, "accounts with one total, none below zero; transfer, read",
               bank_verbs},
    ModelEntry{"comments", Model::comments,
               "a set of which nothing is seen without what was written before it; write, read",
               comments_verbs},
    ModelEntry{"counter", Model::counter, "a sum that is read within its bounds; add, read",
               add_verbs},
    ModelEntry{"set", Model::set, "the last read has all that was acknowledged; add, read",
               add_verbs},
    ModelEntry{"set-full", Model::set_full, "reads all the time, and no element is lost; add, read",
               add_verbs},
    ModelEntry{"unique-ids", Model::unique_ids, "no id is given twice; generate", id_verbs},
    ModelEntry{"total-queue", Model::total_queue, "what goes in comes out; enqueue, dequeue, drain",
               queue_verbs},
};

bool knows(const ModelEntry& entry, std::string_view word) {
  return std::ranges::find(entry.verbs, word, &Words::first) != entry.verbs.end();
}

/// The first word of a micro-operation.
std::string_view micro_word(const Datum& micro) {
  const bool has_word =
      micro.is_sequence() && !micro.items.empty() && micro.items.front().is_word();
  return has_word ? std::string_view(micro.items.front().text) : std::string_view();
}

/// What a transaction's own words tell; a read in Elle's words fits two models.
std::optional<Model> model_of_transaction(const Event& event) {
  if (!event.value) return std::nullopt;
  for (const Datum& micro : event.value->items) {
    const std::string_view word = micro_word(micro);
    if (word == "append") return Model::list_append;
    if (word == "w") return Model::rw_register;
    if (word == "read" || word == "write") return Model::multi_register;
  }
  return std::nullopt;
}

/// Why no model knows a transaction of which none was told apart; absent: they only read.
std::optional<Mistake> unknown_transaction(const Event& event) {
  if (!event.value) return std::nullopt;
  if (!event.value->is_sequence() || event.value->items.empty())
    return Mistake{event.value->offset, "this transaction has no operations",
                   "its value is a sequence of them, such as [[:r x nil]]"};
  for (const Datum& micro : event.value->items) {
    const std::string_view word = micro_word(micro);
    if (word == "r") continue;
    if (word.empty())
      return Mistake{micro.offset, "this is no operation of a transaction",
                     "such are [:r key nil] and [:append key value]"};
    return Mistake{micro.items.front().offset,
                   fmt::format("no model has a transaction with '{}'", word),
                   load::suggest(word, {"append", "r", "read", "w", "write"})};
  }
  return std::nullopt;
}

/// What the values of a history are, where words do not tell its model.
struct Traits {
  std::size_t reads = 0;    // that were told something
  bool reads_maps = false;  // of accounts
  bool reads_sets = false;
  bool reads_sequences = false;
  bool writes_sequences = false;
  bool adds_twice = false;  // the same
};

Traits traits_of(std::span<const Event> events) {
  Traits traits;
  std::set<std::string> added;
  for (const Event& event : events) {
    if (!event.value) continue;
    const DatumKind kind = event.value->kind;
    if (event.function == "read" && event.type == EventType::ok) {
      ++traits.reads;
      traits.reads_maps = traits.reads_maps || kind == DatumKind::map;
      traits.reads_sets = traits.reads_sets || kind == DatumKind::set;
      traits.reads_sequences = traits.reads_sequences || kind == DatumKind::sequence;
    }
    if (event.function == "write" && kind == DatumKind::sequence) traits.writes_sequences = true;
    if (event.function == "add" && event.type == EventType::invoke)
      traits.adds_twice = traits.adds_twice || !added.insert(show(*event.value)).second;
  }
  return traits;
}

/// Of the models that know all words the first whose values these are.
Read<Model> by_values(std::span<const ModelEntry* const> fitting, std::span<const Event> events) {
  const auto fits = [&](Model model) {
    return std::ranges::find(fitting, model, &ModelEntry::model) != fitting.end();
  };
  const Traits traits = traits_of(events);
  if (traits.reads_maps && fits(Model::bank)) return Model::bank;
  const bool collects =
      traits.reads_sets || (traits.reads_sequences && !traits.writes_sequences && traits.reads > 0);
  const bool writes =
      std::ranges::any_of(events, [](const Event& event) { return event.function == "write"; });
  if (collects && writes && fits(Model::comments)) return Model::comments;
  if (fits(Model::register_) || !fits(Model::set)) return fitting.front()->model;
  if (collects) return traits.reads > 1 ? Model::set_full : Model::set;
  if (traits.reads > 0 || traits.adds_twice) return Model::counter;
  return mistake(events.front().offset, "what is added here is never read",
                 "choose --model set, set-full or counter");
}

/// No model knows it, or none that knows what comes before it.
std::unexpected<Mistake> unknown_word(const Event& event) {
  std::vector<std::string_view> known;
  for (const ModelEntry& entry : all)
    for (const auto& [word, verb] : entry.verbs) known.push_back(word);
  std::ranges::sort(known);
  known.erase(std::ranges::unique(known).begin(), known.end());
  if (std::ranges::find(known, event.function) == known.end())
    return mistake(event.offset, fmt::format("no model has an operation '{}'", event.function),
                   load::suggest(event.function, known));
  return mistake(event.offset,
                 fmt::format("no model has '{}' and also what comes before it", event.function),
                 "an object is read and written, or got and put, or acquired and released");
}

}  // namespace

std::span<const ModelEntry> models() { return all; }

const ModelEntry& entry_of(Model model) {
  return *std::ranges::find(all, model, &ModelEntry::model);
}

std::optional<Model> model_named(std::string_view name) {
  const auto found = std::ranges::find(all, name, &ModelEntry::name);
  if (found == all.end()) return std::nullopt;
  return found->model;
}

bool has_cas(const ModelEntry& entry) {
  return std::ranges::find(entry.verbs, Verb::cas, &Words::second) != entry.verbs.end();
}

bool has_values(const ModelEntry& entry) {
  return std::ranges::any_of(entry.verbs, [](const Words& words) {
    return words.second == Verb::read || words.second == Verb::transaction;
  });
}

bool is_word_of_a_model(std::string_view word) {
  return std::ranges::any_of(all, [&](const ModelEntry& entry) { return knows(entry, word); });
}

Read<Model> model_of(std::span<const Event> events) {
  std::vector<const ModelEntry*> fitting;
  for (const ModelEntry& entry : all) fitting.push_back(&entry);
  std::string_view last;
  for (const Event& event : events) {
    if (event.function == last) continue;
    last = event.function;
    std::erase_if(fitting, [&](const ModelEntry* entry) { return !knows(*entry, last); });
    if (fitting.empty()) return unknown_word(event);
  }
  if (last != "txn") return by_values(fitting, events);
  for (const Event& event : events)
    if (const std::optional<Model> model = model_of_transaction(event)) return *model;
  for (const Event& event : events)
    if (std::optional<Mistake> why = unknown_transaction(event))
      return std::unexpected(std::move(*why));
  return mistake(events.front().offset, "these transactions only read, which several models know",
                 "choose --model list-append, rw-register or multi-register");
}

}  // namespace splitvote::histories
