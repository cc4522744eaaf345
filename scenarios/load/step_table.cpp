// The keys of a timeline step: a trigger, a verb or a choice of verbs, a duration and a name.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/predicate_text.hpp"
#include "scenarios/load/tables.hpp"
#include "scenarios/load/verb_tables.hpp"

namespace splitvote::load {
namespace {

/// A step as it is written; which keys go together is checked afterwards.
struct StepDraft {
  std::string name;
  std::optional<Draw> at;
  std::optional<Draw> every;
  std::optional<Predicate> when;
  std::optional<sim::Duration> from;
  std::optional<sim::Duration> until;
  ActionDraft action;
  std::vector<std::vector<Action>> choose;  // each is one action, unless it is refused
  SourcePosition position;
};

struct Alternative {
  std::uint32_t weight = 1;
  ActionDraft action;
  SourcePosition position;
};

const Table<Alternative>& alternative_table() {
  static const auto table =
      Table<Alternative>("an alternative")
          .key("weight", &Alternative::weight, integer<std::uint32_t>(1, 1'000'000),
               "how often it is chosen, in proportion")
          .inlined(&Alternative::action, action_table());
  return table;
}

/// One action, or what could be read of one that is refused.
Type<std::vector<Action>> alternative() {
  const Type<Alternative> type = object("alternative", alternative_table);
  return {[type](Reader& reader, const Node& node, std::vector<Action>& actions) {
            Alternative draft;
            const bool read = type.read(reader, node, draft);
            const bool usable = !node.is_map() || check_action(reader, node, draft.action);
            draft.action.weight = draft.weight;
            actions = actions_of(std::move(draft.action), node.position);
            return read && usable;
          },
          [type](const std::vector<Action>& actions) {
            const Action& action = actions.front();
            Alternative draft;
            draft.weight = action.weight;
            draft.action.verb = action.verb;
            draft.action.lasts = action.lasts;
            return type.write(draft);
          },
          type.schema};
}

const Table<StepDraft>& step_table() {
  static const auto table =
      Table<StepDraft>("a step")
          .if_any("name", &StepDraft::name, name("a step's name"),
                  "what others refer to it by; absent: the verb and whom it hits, as crash-leader")
          .key("at", &StepDraft::at, draw(), "fires once, at this time")
          .key("every", &StepDraft::every, draw(), "fires again and again, with this period")
          .key("when", &StepDraft::when, predicate(), "fires once, when this becomes true")
          .key("from", &StepDraft::from, duration(), "of every and when: not before")
          .key("until", &StepDraft::until, duration(), "of every and when: not at or after")
          .inlined(&StepDraft::action, action_table())
          .if_any("choose", &StepDraft::choose, list(alternative(), "a list of alternatives", 1),
                  "one of these is drawn at each firing: {weight, a verb, for}");
  return table;
}

bool check_trigger(Reader& reader, const Node& node) {
  const Entry* first = nullptr;
  for (const std::string_view key : {"at", "every", "when"}) {
    const Entry* const entry = node.find(key);
    if (entry && first) {
      reader.error(entry->position, fmt::format("a second trigger, \"{}\"", key),
                   fmt::format("a step has one and \"{}\" is given", first->key), key.size());
      return false;
    }
    if (entry) first = entry;
  }
  if (!first) {
    reader.error(node.position, "a step without a trigger", "add at: 5s, every: 1s or when: …");
    return false;
  }
  if (first->key != "at") return true;
  for (const std::string_view key : {"from", "until"}) {
    const Entry* const entry = node.find(key);
    if (!entry) continue;
    reader.error(entry->position, fmt::format("\"{}\" beside \"at\"", key),
                 "it belongs to every and when; remove it", key.size());
    return false;
  }
  return true;
}

bool check_choice(Reader& reader, const Node& node, const StepDraft& draft) {
  const Entry* const choose = node.find("choose");
  if (!choose) return check_action(reader, node, draft.action);
  if (!draft.action.key.empty()) {
    reader.error(choose->position, fmt::format("\"choose\" beside \"{}\"", draft.action.key),
                 "move the verb into the list", choose->key.size());
    return false;
  }
  const Entry* const lasts = node.find("for");
  if (!lasts) return true;
  reader.error(lasts->position, "\"for\" beside \"choose\"", "give each alternative its own",
               lasts->key.size());
  return false;
}

/// Of several, which are refused, the one that refers to something.
Trigger trigger_of(StepDraft& draft) {
  const sim::Duration from = draft.from.value_or(sim::Duration{});
  if (draft.when) return When{std::move(*draft.when), from, draft.until};
  if (draft.every) return Every{std::move(*draft.every), from, draft.until};
  return At{std::move(*draft.at)};
}

bool read_step(Reader& reader, const Node& node, Step& step) {
  StepDraft draft;
  bool usable = step_table().read(reader, node, draft);
  if (!node.is_map()) return false;
  // The form is worth checking even where a value could not be read.
  const bool trigger = check_trigger(reader, node);
  const bool choice = check_choice(reader, node, draft);
  usable = usable && trigger && choice;
  step.name = draft.name;
  step.position = node.position;
  if (trigger || draft.when) step.trigger = trigger_of(draft);
  const SourcePosition at = draft.action.key_position;
  step.actions = actions_of(std::move(draft.action), at);
  for (std::vector<Action>& alternative : draft.choose)
    std::ranges::move(alternative, std::back_inserter(step.actions));
  return usable;
}

StepDraft draft_of(const Step& step) {
  StepDraft draft;
  draft.name = step.name;
  if (const At* const at = std::get_if<At>(&step.trigger)) draft.at = at->time;
  if (const Every* const every = std::get_if<Every>(&step.trigger)) {
    draft.every = every->period;
    draft.from = every->from;
    draft.until = every->until;
  }
  if (const When* const when = std::get_if<When>(&step.trigger)) {
    draft.when = when->predicate;
    draft.from = when->from;
    draft.until = when->until;
  }
  if (step.actions.size() == 1 && step.actions.front().weight == 1) {
    draft.action.verb = step.actions.front().verb;
    draft.action.lasts = step.actions.front().lasts;
  } else {
    for (const Action& action : step.actions) draft.choose.push_back({action});
  }
  return draft;
}

}  // namespace

Type<Step> step() {
  return {read_step, [](const Step& value) { return step_table().write(draft_of(value)); },
          [](Definitions& definitions) {
            if (!definitions.begin("step")) return Definitions::reference("step");
            std::string schema = step_table().schema(definitions);
            return definitions.end("step", std::move(schema));
          }};
}

}  // namespace splitvote::load
