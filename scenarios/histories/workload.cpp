// The table of workloads, and how events become their operations.
#include "scenarios/histories/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "scenarios/histories/pairing.hpp"
#include "scenarios/histories/workloads.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

namespace {

using consistency::Judgement;
using consistency::Verdict;

constexpr std::array all{
    Workload{Model::bank, "balanced", "", check_bank, judge_bank},
    Workload{Model::set, "complete", "", check_set, judge_set},
    Workload{Model::set_full, "complete", "linearizable", check_set, judge_set_full},
    Workload{Model::counter, "within bounds", "", check_counter, judge_counter},
    Workload{Model::comments, "strict-serializable", "strict-serializable", check_comments,
             judge_comments},
    Workload{Model::unique_ids, "unique", "", check_unique_ids, judge_unique_ids},
    Workload{Model::total_queue, "complete", "", check_queue, judge_queue},
};

/// A target of the pairing.
class Collector {
 public:
  Collector(const Meaning& meaning, std::span<const Event> events)
      : meaning_(meaning), entry_(entry_of(meaning.model)), events_(events) {
    history.model = meaning.model;
  }

  WorkloadHistory history;

  std::uint32_t session(std::string_view name) {
    sessions_.emplace_back(name);
    return static_cast<std::uint32_t>(sessions_.size() - 1);
  }

  Read<std::uint32_t> invoke(std::uint32_t session, const Event& invocation) {
    if (const Read<void> known = check_word(invocation); !known)
      return std::unexpected(known.error());
    WorkloadOperation operation;
    operation.id = static_cast<std::uint32_t>(history.operations.size());
    operation.session = sessions_[session];
    operation.function = invocation.function;
    operation.invoked = place(invocation);
    const Read<Datum> asked = value_of(invocation, operation.object);
    if (!asked) return std::unexpected(asked.error());
    operation.asked = *asked;
    history.operations.push_back(std::move(operation));
    return static_cast<std::uint32_t>(history.operations.size() - 1);
  }

  Read<void> complete(std::uint32_t id, const Event&, const Event& told) {
    WorkloadOperation& operation = history.operations[id];
    operation.outcome = told.type;
    if (told.type == EventType::info) return {};
    operation.returned = place(told);
    if (told.type != EventType::ok) return {};
    const Read<Datum> value = value_of(told, operation.object);
    if (!value) return std::unexpected(value.error());
    operation.told = *value;
    return {};
  }

 private:
  [[nodiscard]] std::size_t place(const Event& event) const {
    return static_cast<std::size_t>(&event - events_.data());
  }

  [[nodiscard]] Read<void> check_word(const Event& event) const {
    std::vector<std::string_view> known;
    for (const auto& [word, verb] : entry_.verbs) known.push_back(word);
    if (std::ranges::find(known, event.function) != known.end()) return {};
    return mistake(event.offset,
                   fmt::format("the model {} has no operation '{}'", entry_.name, event.function),
                   load::suggest(event.function, known));
  }

  /// Without the key of jepsen.independent, which goes into `object`; of the right shape.
  [[nodiscard]] Read<Datum> value_of(const Event& event, std::string& object) const {
    const Workload& workload = *find_workload(meaning_.model);
    if (!meaning_.independent) {
      if (const Read<void> checked = workload.check(event); !checked)
        return std::unexpected(checked.error());
      return event.value.value_or(Datum{});
    }
    // Which object a read speaks to may be told with its answer.
    const bool is_bare = !event.value || event.value->is_nil();
    if (is_bare && event.type == EventType::invoke) return Datum{};
    if (is_bare || !event.value->is_sequence() || event.value->items.size() != 2)
      return mistake(event.value ? event.value->offset : event.offset,
                     "this value is no pair of a key and a value",
                     "leave out --independent, or write [key value]");
    object = show(event.value->items[0]);
    Event inner = event;
    inner.value = event.value->items[1];
    if (const Read<void> checked = workload.check(inner); !checked)
      return std::unexpected(checked.error());
    return *inner.value;
  }

  const Meaning& meaning_;
  const ModelEntry& entry_;
  const std::span<const Event> events_;
  std::vector<std::string> sessions_;
};

std::string_view brackets(DatumKind kind) {
  if (kind == DatumKind::sequence) return "[]";
  return kind == DatumKind::set ? "#{}" : "{}";
}

}  // namespace

const Workload* find_workload(Model model) {
  const auto found = std::ranges::find(all, model, &Workload::model);
  return found == all.end() ? nullptr : &*found;
}

WorkloadHistory assemble_workload(std::span<const Event> events, const Meaning& meaning,
                                  Mistakes& mistakes) {
  Collector collector(meaning, events);
  Pairing(collector, mistakes).pair(events);
  return std::move(collector.history);
}

Judgement judge_workload(const WorkloadHistory& history, const WorkloadSettings& settings) {
  std::map<std::string_view, std::vector<const WorkloadOperation*>> objects;
  for (const WorkloadOperation& operation : history.operations)
    objects[operation.object].push_back(&operation);
  if (objects.empty()) objects[""];
  const Workload& workload = *find_workload(history.model);
  Judgement worst;
  for (const auto& [object, operations] : objects) {
    Judgement judgement = workload.judge(operations, settings);
    if (judgement.verdict == Verdict::violated) return judgement;
    if (judgement.verdict == Verdict::unknown && worst.verdict == Verdict::ok)
      worst = std::move(judgement);
  }
  return worst;
}

std::string show(const Datum& datum, std::size_t items_max) {
  switch (datum.kind) {
    case DatumKind::nil:
      return "nil";
    case DatumKind::text:
      return '"' + datum.text + '"';
    case DatumKind::keyword:
      return ':' + datum.text;
    case DatumKind::boolean:
    case DatumKind::integer:
    case DatumKind::real:
    case DatumKind::symbol:
      return datum.text;
    case DatumKind::sequence:
    case DatumKind::set:
    case DatumKind::map:
      break;
  }
  const std::string_view both = brackets(datum.kind);
  const bool is_map = datum.kind == DatumKind::map;
  std::string text(both.substr(0, both.size() - 1));
  for (std::size_t at = 0; at < std::min(datum.items.size(), items_max); ++at) {
    if (at > 0) text += is_map && at % 2 == 0 ? ", " : " ";
    text += show(datum.items[at], items_max);
  }
  if (datum.items.size() > items_max)
    text += fmt::format(" … {} in all", datum.items.size() / (is_map ? 2 : 1));
  return text + both.back();
}

namespace {

constexpr std::size_t items_shown = 24;

std::string request_text(const WorkloadOperation& operation) {
  std::string text = operation.function;
  if (!operation.object.empty()) text += " of " + operation.object;
  if (!operation.asked.is_nil()) text += ' ' + show(operation.asked, items_shown);
  return text;
}

std::string answer_text(const WorkloadOperation& operation) {
  if (operation.outcome == EventType::info) return "no answer";
  if (operation.outcome == EventType::fail) return "failed";
  const bool says_more = !operation.told.is_nil() && !alike(operation.told, operation.asked);
  return says_more ? show(operation.told, items_shown) : "ok";
}

}  // namespace

std::string describe(const WorkloadOperation& operation) {
  return request_text(operation) + " by " + operation.session + " -> " + answer_text(operation);
}

std::string title(const WorkloadOperation& operation) {
  return request_text(operation) + " -> " + answer_text(operation);
}

Read<void> check_collection(const Event& event, std::string_view adding) {
  if (event.function == adding && event.type == EventType::invoke && !event.value)
    return mistake(event.offset, fmt::format("this {} has no element", adding));
  if (event.function != "read" || event.type != EventType::ok) return {};
  const bool is_collection =
      event.value && (event.value->is_sequence() || event.value->kind == DatumKind::set);
  if (!is_collection)
    return mistake(event.value ? event.value->offset : event.offset,
                   "a read of a set tells its elements", "such as #{1 2 3} or [1 2 3]");
  return {};
}

Judgement contradict(Workings operations, std::string explanation) {
  consistency::Contradiction contradiction;
  for (const WorkloadOperation* operation : operations)
    contradiction.operations.push_back(consistency::OperationId{operation->id});
  std::ranges::sort(contradiction.operations);
  contradiction.explanation = std::move(explanation);
  return {Verdict::violated, 0, std::move(contradiction), {}};
}

}  // namespace splitvote::histories
