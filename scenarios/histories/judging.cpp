// Which model answers a question, and how its answer is told.
#include "scenarios/histories/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/history_fault.hpp"
#include "scenarios/histories/happenings.hpp"
#include "scenarios/histories/own_words.hpp"
#include "scenarios/histories/views.hpp"

namespace splitvote::histories {

namespace {

using consistency::Contradiction;
using consistency::Judgement;
using consistency::Verdict;
using Json = nlohmann::ordered_json;

template <typename Models>
std::string names_of(const Models& models) {
  std::string text;
  for (const auto& model : models) {
    text += text.empty() ? "" : ", ";
    text += model.name;
  }
  return text;
}

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

struct Extent {
  std::size_t items = 0;
  std::size_t sessions = 0;
  std::size_t keys = 0;
};

Extent extent_of_workload(const WorkloadHistory& history) {
  std::set<std::string_view> sessions;
  std::set<std::string_view> objects;
  for (const WorkloadOperation& operation : history.operations) {
    sessions.insert(operation.session);
    objects.insert(operation.object);
  }
  return {history.operations.size(), sessions.size(), objects.size()};
}

Extent extent_of(const Judged& judged) {
  if (judged.subject == Subject::workload) return extent_of_workload(*judged.reading.workload);
  if (judged.subject == Subject::operations) {
    const consistency::History& history = *judged.reading.operations;
    return {history.operations().size(), sessions_of(history).size(), keys_of(history).size()};
  }
  const consistency::TransactionHistory& history = *judged.reading.transactions;
  std::set<consistency::SessionId> sessions;
  std::set<consistency::KeyId> keys;
  for (const consistency::Transaction& transaction : history.transactions()) {
    sessions.insert(transaction.session);
    for (const consistency::Access& access : history.accesses(transaction)) keys.insert(access.key);
  }
  return {history.transactions().size(), sessions.size(), keys.size()};
}

std::string_view noun_of(Subject subject) {
  return subject == Subject::transactions ? "transaction" : "operation";
}

/// "cas-register, 217 operations of 20 sessions on 1 key"
std::string extent_text(const Judged& judged) {
  const std::string model =
      judged.reading.model ? fmt::format("{}, ", entry_of(*judged.reading.model).name) : "";
  const Extent extent = extent_of(judged);
  return fmt::format("{}{} of {} on {}", model, plural(extent.items, noun_of(judged.subject)),
                     plural(extent.sessions, "session"),
                     plural(extent.keys, judged.subject == Subject::workload ? "object" : "key"));
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::violated:
      return "violated";
    case Verdict::unknown:
      return "unknown";
  }
  return "unknown";
}

Json operation_json(const consistency::History& history, consistency::OperationId id) {
  const consistency::Operation& operation = history.operation(id);
  return {{"operation", static_cast<std::uint32_t>(id)},
          {"session", history.name(operation.session)},
          {"key", history.name(operation.key)},
          {"does", kind_words[static_cast<std::size_t>(operation.kind)]},
          {"outcome", outcome_words[static_cast<std::size_t>(operation.outcome)]},
          {"text", history.describe(id)}};
}

Json operation_json(const WorkloadHistory& history, consistency::OperationId id) {
  const WorkloadOperation& operation = history.operations[static_cast<std::size_t>(id)];
  return {{"operation", operation.id},
          {"session", operation.session},
          {"does", operation.function},
          {"outcome", name_of(operation.outcome)},
          {"text", describe(operation)}};
}

/// The faults in force while that happened which contradicts.
std::vector<reports::HistoryFault> faults_of(const Judged& judged) {
  return reports::active_faults(judged.reading.faults, *view_of(judged));
}

std::string faults_text(const Judged& judged) {
  return judged.reading.faults.empty() ? "" : reports::faults_sentence(faults_of(judged));
}

Json faults_json(const Judged& judged) {
  Json faults = Json::array();
  for (const reports::HistoryFault& fault : faults_of(judged)) {
    Json json{{"name", fault.name}, {"before", fault.begin}};
    if (fault.end != consistency::never_returned) json["healed_before"] = fault.end;
    faults.push_back(std::move(json));
  }
  return faults;
}

/// How far an order explains what came of a key, if that was asked.
Json prefix_json(const Judged& judged) {
  const auto& prefix = judged.judgement.contradiction->prefix;
  if (!prefix) return nullptr;
  const consistency::History& history = *judged.reading.operations;
  Json order = Json::array();
  for (const consistency::OperationId id : prefix->order)
    order.push_back(static_cast<std::uint32_t>(id));
  return {{"key", history.name(prefix->key)},
          {"before", prefix->end},
          {"longest", prefix->longest},
          {"next", operation_json(history, prefix->next)},
          {"order", std::move(order)}};
}

Json contradiction_json(const Judged& judged) {
  const std::optional<Contradiction>& contradiction = judged.judgement.contradiction;
  if (!contradiction) return nullptr;
  Json operations = Json::array();
  for (const consistency::OperationId id : contradiction->operations) {
    if (judged.subject == Subject::workload) {
      operations.push_back(operation_json(*judged.reading.workload, id));
      continue;
    }
    if (judged.subject == Subject::operations) {
      operations.push_back(operation_json(*judged.reading.operations, id));
      continue;
    }
    const consistency::TransactionId transaction{static_cast<std::uint32_t>(id)};
    operations.push_back({{"transaction", static_cast<std::uint32_t>(id)},
                          {"text", judged.reading.transactions->describe(transaction)}});
  }
  const std::string& anomaly = contradiction->anomaly;
  return {{"anomaly", anomaly.empty() ? Json(nullptr) : Json(anomaly)},
          {"explanation", contradiction->explanation},
          {"minimal", contradiction->minimal},
          {"operations", std::move(operations)},
          {"prefix", prefix_json(judged)},
          {"faults", faults_json(judged)}};
}

Json file_json(const Judged& judged) {
  const Extent extent = extent_of(judged);
  Json json{
      {"file", judged.file},
      {"format", judged.reading.format},
      {"model", judged.reading.model ? Json(entry_of(*judged.reading.model).name) : Json(nullptr)},
      {"consistency", judged.consistency},
      {"verdict", name_of(judged.judgement.verdict)}};
  json[fmt::format("{}s", noun_of(judged.subject))] = extent.items;
  json["sessions"] = extent.sessions;
  json["keys"] = extent.keys;
  json["configurations"] = judged.judgement.configurations;
  json["undecided"] = judged.judgement.undecided;
  json["remark"] = judged.judgement.remark;
  json["contradiction"] = contradiction_json(judged);
  return json;
}

/// A model leaves the reason empty where the budget that it was given has ended.
Judged with_reason(Judged judged, const Question& question) {
  Judgement& judgement = judged.judgement;
  if (judgement.verdict == Verdict::unknown && judgement.undecided.empty())
    judgement.undecided = fmt::format("the budget of {} configurations ended; --budget sets it",
                                      question.settings.configurations);
  return judged;
}

/// A file without anything in it keeps every promise, which is not what was asked.
Judged unless_empty(Judged judged) {
  if (extent_of(judged).items > 0) return judged;
  judged.judgement = {};
  judged.judgement.verdict = Verdict::unknown;
  judged.judgement.undecided = fmt::format("no {}: nothing was checked", noun_of(judged.subject));
  return judged;
}

bool is_exact(const Question& question) {
  return question.settings.memory == consistency::Memory::exact;
}

/// Of others than linearizability no search remembers whole configurations.
sim::Result<Judged> refuse_exact(const Judged& judged) {
  return sim::failure(
      fmt::format("{}: --exact is for the search of linearizable, and here {} is asked",
                  judged.file, judged.consistency));
}

sim::Result<Judged> judge_as_workload(Judged judged, const Question& question) {
  const WorkloadHistory& history = *judged.reading.workload;
  const Workload& workload = *find_workload(history.model);
  judged.subject = Subject::workload;
  judged.consistency = workload.promise;
  if (question.consistency) {
    if (*question.consistency != workload.consistency)
      return sim::failure(fmt::format(
          "{}: the model {} promises that a history is {}, and '{}' says nothing of "
          "that; leave out --consistency{}",
          judged.file, entry_of(history.model).name, workload.promise, *question.consistency,
          workload.consistency.empty() ? "" : fmt::format(", or choose {}", workload.consistency)));
    judged.consistency = *question.consistency;
  }
  if (is_exact(question)) return refuse_exact(judged);
  judged.judgement = judge_workload(history, {.linearizable = judged.consistency == "linearizable",
                                              .negative_balances = question.negative_balances});
  return unless_empty(std::move(judged));
}

/// The beginning of time if there are none; why nobody knows it if one lasts or has no time.
sim::Result<sim::Instant> end_of_faults(std::span<const reports::HistoryFault> faults) {
  sim::Instant end = consistency::EventualSettings{}.healed;
  for (const reports::HistoryFault& fault : faults) {
    if (fault.end == consistency::never_returned)
      return sim::failure("a fault was never healed, so nothing had to be seen");
    if (!fault.healed)
      return sim::failure("nobody knows when a fault was healed, nor what had to be seen then");
    end = std::max(end, *fault.healed);
  }
  return end;
}

}  // namespace

std::vector<std::string_view> consistency_names() {
  std::vector<std::string_view> names;
  for (const consistency::Model& model : consistency::models()) names.push_back(model.name);
  for (const consistency::TransactionModel& model : consistency::transaction_models())
    if (std::ranges::find(names, model.name) == names.end()) names.push_back(model.name);
  return names;
}

sim::Result<Judged> judge(std::string file, Reading reading, const Question& question) {
  Judged judged{.file = std::move(file), .reading = std::move(reading)};
  judged.consistency = question.consistency.value_or("linearizable");
  if (judged.reading.workload) return judge_as_workload(std::move(judged), question);
  const bool as_transactions = judged.reading.transactions && !judged.reading.operations;
  if (as_transactions && judged.consistency == "linearizable")
    judged.consistency = question.consistency || judged.reading.transactions->has_real_time()
                             ? "strict-serializable"
                             : "strong-session-serializable";
  const auto* const of_transactions = consistency::find_transaction_model(judged.consistency);
  const auto* const of_operations = consistency::find_model(judged.consistency);
  if (judged.reading.transactions && of_transactions != nullptr) {
    judged.subject = Subject::transactions;
    if (is_exact(question)) return refuse_exact(judged);
    judged.judgement = of_transactions->check(*judged.reading.transactions, question.settings);
    return unless_empty(with_reason(std::move(judged), question));
  }
  if (judged.reading.operations && of_operations != nullptr) {
    if (is_exact(question) && of_operations->name != "linearizable") return refuse_exact(judged);
    consistency::ModelSettings settings = question.settings;
    const auto healed = end_of_faults(judged.reading.faults);
    if (healed) settings.eventual.healed = *healed;
    const bool has_times = !judged.reading.operations->times().empty();
    if (of_operations->name == "eventual" && has_times && !healed) {
      judged.judgement = {.verdict = Verdict::unknown, .undecided = healed.error().message};
    } else {
      judged.judgement = of_operations->check(*judged.reading.operations, settings);
    }
    return unless_empty(with_reason(std::move(judged), question));
  }
  return sim::failure(
      fmt::format("{}: these are {}, and '{}' judges {}; choose with --consistency: {}",
                  judged.file, as_transactions ? "transactions" : "single operations",
                  judged.consistency, as_transactions ? "single operations" : "transactions",
                  as_transactions ? names_of(consistency::transaction_models())
                                  : names_of(consistency::models())));
}

reports::Verdict verdict_of(const Judged& judged) {
  switch (judged.judgement.verdict) {
    case Verdict::ok:
      return reports::Verdict::passed;
    case Verdict::violated:
      return reports::Verdict::safety_violated;
    case Verdict::unknown:
      break;
  }
  return reports::Verdict::inconclusive;
}

std::string to_text(const Judged& judged, bool brief) {
  const Judgement& judgement = judged.judgement;
  const std::string about = fmt::format("{} ({})", judged.consistency, extent_text(judged));
  switch (judgement.verdict) {
    case Verdict::ok:
      return fmt::format("{}: ok, {}{}{}\n", judged.file, about,
                         judgement.remark.empty() ? "" : ": ", judgement.remark);
    case Verdict::unknown:
      return fmt::format("{}: unknown whether {}: {}\n", judged.file, about, judgement.undecided);
    case Verdict::violated:
      break;
  }
  std::string text = fmt::format("{}: VIOLATED, not {}\n", judged.file, about);
  if (!brief && judgement.contradiction)
    text += fmt::format("  {}{}{}{}\n", judgement.contradiction->anomaly,
                        judgement.contradiction->anomaly.empty() ? "" : ": ",
                        judgement.contradiction->explanation, faults_text(judged));
  return text;
}

std::string to_json(std::span<const Judged> all, reports::Verdict verdict) {
  Json files = Json::array();
  for (const Judged& judged : all) files.push_back(file_json(judged));
  const Json json{{"verdict", reports::to_string(verdict)},
                  {"exit_code", reports::exit_code(verdict)},
                  {"files", std::move(files)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace splitvote::histories
