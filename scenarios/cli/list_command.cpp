// splitvote list: the words of the scenario language and of histories, from the tables they are
// read with.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "models/consistency/models.hpp"
#include "models/registry/protocol.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/histories/formats.hpp"
#include "scenarios/histories/model.hpp"
#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/draw.hpp"
#include "scenarios/load/order_table.hpp"
#include "scenarios/load/predicate_text.hpp"
#include "scenarios/load/selector_text.hpp"
#include "scenarios/load/verbs.hpp"
#include "scenarios/load/vocabulary.hpp"

namespace splitvote::cli {

namespace {

struct Word {
  std::string name;
  std::string help;
  std::vector<Word> keys = {};  // what may stand below it
  std::string form = {};        // how it is written, if not as its name alone
};

struct Topic {
  std::string_view name;
  std::vector<Word> (*words)();
};

std::vector<Word> protocols() {
  std::vector<Word> words;
  for (const models::Protocol& protocol : models::protocols()) {
    Word& word = words.emplace_back(std::string(protocol.name), std::string(protocol.help));
    for (const models::Key& key : protocol.keys)
      word.keys.push_back({std::string(key.name), std::string(key.help)});
    for (const models::Preset& preset : protocol.presets)
      word.keys.push_back({"preset: " + std::string(preset.name), std::string(preset.help)});
  }
  return words;
}

std::vector<Word> faults() {
  std::vector<Word> words;
  for (const load::VerbHelp& verb : load::verb_helps())
    words.push_back({std::string(verb.name), std::string(verb.help)});
  for (const models::Order* order : load::registered_orders()) {
    const auto word = std::ranges::find(words, order->name, &Word::name);
    for (const models::Parameter& parameter : order->parameters)
      word->keys.push_back({std::string(parameter.name), std::string(parameter.help)});
  }
  return words;
}

std::string with_alias(std::string_view help, std::span<const load::Alias> aliases,
                       std::string_view name) {
  const std::string_view alias = load::alias_of(aliases, name);
  return alias.empty() ? std::string(help) : fmt::format("{} Also written {}.", help, alias);
}

std::vector<Word> checks() {
  std::vector<Word> words;
  for (const load::CheckWord& check : load::checks_of(nullptr)) {
    words.push_back(
        {std::string(check.name), with_alias(check.help, load::check_aliases(), check.name)});
  }
  return words;
}

template <typename Wanted>
std::vector<Word> terms(Wanted wanted) {
  std::vector<Word> words;
  for (const load::Term& term : load::terms()) {
    if (wanted(term.kind))
      words.push_back({std::string(term.name),
                       with_alias(term.help, load::term_aliases(), term.name),
                       {},
                       load::form_of(term)});
  }
  return words;
}

std::vector<Word> metrics() {
  return terms([](load::TermKind kind) {
    return kind == load::TermKind::number || kind == load::TermKind::samples ||
           kind == load::TermKind::share;
  });
}

std::vector<Word> predicates() {
  std::vector<Word> words;
  for (const load::PredicateHelp& each : load::predicate_helps())
    words.push_back({std::string(each.form), std::string(each.help)});
  std::ranges::move(terms([](load::TermKind kind) { return kind == load::TermKind::condition; }),
                    std::back_inserter(words));
  return words;
}

std::vector<Word> selectors() {
  std::vector<Word> words;
  for (const load::SelectorHelp& each : load::selector_helps())
    words.push_back({std::string(each.form), std::string(each.help)});
  return words;
}

std::vector<Word> events() {
  return terms([](load::TermKind kind) { return kind == load::TermKind::event; });
}

std::vector<Word> distributions() {
  std::vector<Word> words;
  for (const load::DistributionHelp& each : load::distribution_helps()) {
    words.push_back({std::string(each.name), std::string(each.help)});
  }
  return words;
}

template <typename Entries>
std::vector<Word> named(const Entries& entries) {
  std::vector<Word> words;
  for (const auto& entry : entries)
    words.push_back({std::string(entry.name), std::string(entry.help)});
  return words;
}

std::vector<Word> formats() { return named(histories::formats()); }

std::vector<Word> models() { return named(histories::models()); }

std::vector<Word> consistency_models() {
  std::vector<Word> words = named(consistency::models());
  for (const consistency::TransactionModel& model : consistency::transaction_models())
    words.push_back({std::string(model.name), "Of transactions. " + std::string(model.help)});
  return words;
}

constexpr std::array topics{Topic{"protocols", protocols},
                            Topic{"faults", faults},
                            Topic{"checks", checks},
                            Topic{"metrics", metrics},
                            Topic{"predicates", predicates},
                            Topic{"events", events},
                            Topic{"selectors", selectors},
                            Topic{"distributions", distributions},
                            Topic{"formats", formats},
                            Topic{"models", models},
                            Topic{"consistency", consistency_models}};

constexpr std::array options{Option{"json", "", false, "for machines"}, colour_option};

std::string as_text(const Topic& topic, const reports::Palette& palette) {
  reports::Table table({reports::Align::left, reports::Align::left});
  for (const Word& word : topic.words()) {
    table.add({word.form.empty() ? word.name : word.form, word.help});
    for (const Word& key : word.keys) table.add({"  " + key.name, key.help});
  }
  return palette.paint(reports::Colour::bold, topic.name) + "\n" + table.print(2);
}

nlohmann::ordered_json as_json(const std::vector<Word>& words) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Word& word : words) {
    nlohmann::ordered_json& entry = list.emplace_back();
    entry = {{"name", word.name}, {"help", word.help}};
    if (!word.form.empty() && word.form != word.name) entry["form"] = word.form;
    if (!word.keys.empty()) entry["keys"] = as_json(word.keys);
  }
  return list;
}

int execute_list(const Arguments& arguments, Console& console) {
  std::vector<Topic> chosen;
  Mistakes mistakes;
  for (const std::string& name : arguments.files) {
    const auto found = std::find_if(topics.begin(), topics.end(),
                                    [&](const Topic& topic) { return topic.name == name; });
    if (found != topics.end()) {
      chosen.push_back(*found);
      continue;
    }
    std::vector<std::string_view> names;
    for (const Topic& topic : topics) names.push_back(topic.name);
    mistakes.push_back(
        fmt::format("there is no list of '{}'; {}", name, load::suggest(name, names)));
  }
  if (!mistakes.empty()) return refuse(console, mistakes);
  if (chosen.empty()) chosen.assign(topics.begin(), topics.end());

  if (arguments.has("json")) {
    nlohmann::ordered_json all;
    for (const Topic& topic : chosen) all[std::string(topic.name)] = as_json(topic.words());
    console.print(all.dump(2) + "\n");
    return 0;
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    console.print((i == 0 ? "" : "\n") + as_text(chosen[i], console.out_palette()));
  }
  return 0;
}

}  // namespace

Command list_command() {
  return {
      .name = "list",
      .usage = "[TOPIC]…",
      .help =
          "Lists the words of scenarios: protocols, faults, checks, metrics, predicates, events, "
          "selectors, distributions; and of histories: formats, models, consistency.",
      .options = options,
      .execute = execute_list};
}

}  // namespace splitvote::cli
