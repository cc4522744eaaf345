// Which model answers a question, and how its answer is told.
#include "scenarios/histories/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/histories/happenings.hpp"
#include "scenarios/histories/own_words.hpp"

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

Extent extent_of(const Judged& judged) {
  if (!judged.of_transactions) {
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

/// "cas-register, 217 operations of 20 sessions on 1 key"
std::string extent_text(const Judged& judged) {
  const std::string model =
      judged.reading.model ? fmt::format("{}, ", entry_of(*judged.reading.model).name) : "";
  const Extent extent = extent_of(judged);
  return fmt::format("{}{} of {} on {}", model,
                     plural(extent.items, judged.of_transactions ? "transaction" : "operation"),
                     plural(extent.sessions, "session"), plural(extent.keys, "key"));
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

std::string reason_of(const Judgement& judgement, const Question& question) {
  if (!judgement.undecided.empty()) return judgement.undecided;
  return fmt::format("the budget of {} configurations ended; --budget sets it",
                     question.settings.configurations);
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

Json contradiction_json(const Judged& judged) {
  const std::optional<Contradiction>& contradiction = judged.judgement.contradiction;
  if (!contradiction) return nullptr;
  Json operations = Json::array();
  for (const consistency::OperationId id : contradiction->operations) {
    if (!judged.of_transactions) {
      operations.push_back(operation_json(*judged.reading.operations, id));
      continue;
    }
    const consistency::TransactionId transaction{static_cast<std::uint32_t>(id)};
    operations.push_back({{"transaction", static_cast<std::uint32_t>(id)},
                          {"text", judged.reading.transactions->describe(transaction)}});
  }
  return {{"explanation", contradiction->explanation},
          {"minimal", contradiction->minimal},
          {"operations", std::move(operations)}};
}

Json file_json(const Judged& judged) {
  const Extent extent = extent_of(judged);
  Json json{
      {"file", judged.file},
      {"format", judged.reading.format},
      {"model", judged.reading.model ? Json(entry_of(*judged.reading.model).name) : Json(nullptr)},
      {"consistency", judged.consistency},
      {"verdict", name_of(judged.judgement.verdict)}};
  json[judged.of_transactions ? "transactions" : "operations"] = extent.items;
  json["sessions"] = extent.sessions;
  json["keys"] = extent.keys;
  json["configurations"] = judged.judgement.configurations;
  json["undecided"] = judged.judgement.undecided;
  json["contradiction"] = contradiction_json(judged);
  return json;
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
  Judged judged{
      .file = std::move(file), .reading = std::move(reading), .consistency = question.consistency};
  const auto* const of_transactions = consistency::find_transaction_model(question.consistency);
  const auto* const of_operations = consistency::find_model(question.consistency);
  if (judged.reading.transactions && of_transactions != nullptr) {
    judged.of_transactions = true;
    judged.judgement = of_transactions->check(*judged.reading.transactions, question.settings);
    return judged;
  }
  if (judged.reading.operations && of_operations != nullptr) {
    judged.judgement = of_operations->check(*judged.reading.operations, question.settings);
    return judged;
  }
  if (!judged.reading.operations)
    return sim::failure(fmt::format(
        "{}: these are transactions, and '{}' judges single operations; choose with --consistency: "
        "{}",
        judged.file, question.consistency,
        consistency::transaction_models().empty() ? "none judges transactions yet"
                                                  : names_of(consistency::transaction_models())));
  return sim::failure(
      fmt::format("{}: these are single operations, and '{}' judges transactions; choose with "
                  "--consistency: {}",
                  judged.file, question.consistency, names_of(consistency::models())));
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

std::string to_text(const Judged& judged, const Question& question, bool brief) {
  const Judgement& judgement = judged.judgement;
  const std::string about = fmt::format("{} ({})", judged.consistency, extent_text(judged));
  switch (judgement.verdict) {
    case Verdict::ok:
      return fmt::format("{}: ok, {}\n", judged.file, about);
    case Verdict::unknown:
      return fmt::format("{}: unknown whether {}: {}\n", judged.file, about,
                         reason_of(judgement, question));
    case Verdict::violated:
      break;
  }
  std::string text = fmt::format("{}: VIOLATED, not {}\n", judged.file, about);
  if (!brief && judgement.contradiction)
    text += fmt::format("  {}\n", judgement.contradiction->explanation);
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
