// The table of models with their words, and the model that a history's words belong to.
#include "scenarios/histories/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

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
  if (last != "txn") return fitting.front()->model;
  for (const Event& event : events)
    if (const std::optional<Model> model = model_of_transaction(event)) return *model;
  return mistake(events.front().offset, "these transactions only read, which several models know",
                 "choose --model list-append, rw-register or multi-register");
}

}  // namespace splitvote::histories
