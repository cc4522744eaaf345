// The summary for machines: JSON, keys in a fixed order.
#include <nlohmann/json.hpp>

#include "reports/fate.hpp"
#include "reports/sweep.hpp"

namespace splitvote::reports {

namespace {

using Json = nlohmann::ordered_json;

Json optional_number(const std::optional<std::int64_t>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json failures(const RunSummary& summary) {
  Json list = Json::array();
  for (const Failure& failure : summary.failures)
    list.push_back({{"what", failure.what},
                    {"kind", to_string(failure.kind)},
                    {"event", number(failure.event)},
                    {"time_ns", failure.time.ns},
                    {"node", failure.node},
                    {"groups", failure.groups},
                    {"detail", failure.detail},
                    {"place", failure.place}});
  return list;
}

Json expectations(const RunSummary& summary) {
  Json list = Json::array();
  for (const ExpectationResult& result : summary.expectations)
    list.push_back({{"expectation", result.expectation},
                    {"outcome", to_string(result.outcome)},
                    {"remark", result.remark},
                    {"groups", result.groups}});
  return list;
}

Json metrics(const RunSummary& summary, std::span<const Quantile> quantiles) {
  Json list = Json::object();
  for (const Metric& metric : summary.metrics) {
    Json values = Json::object();
    for (const Quantile quantile : quantiles)
      values[to_string(quantile)] = optional_number(metric.samples.at(quantile));
    list[metric.name] = {{"unit", to_string(metric.unit)},
                         {"count", metric.samples.count()},
                         {"mean", optional_number(metric.samples.mean())},
                         {"quantiles", std::move(values)}};
  }
  return list;
}

Json messages(const RunSummary& summary) {
  Json list = Json::object();
  for (const MessageCount& count : summary.messages) {
    Json& entry = list[count.kind];
    entry["sent"] = count.sent;
    for (std::size_t fate = 0; fate < sim::fates; ++fate)
      entry[std::string(to_string(static_cast<sim::Fate>(fate)))] = count.by_fate[fate];
  }
  return list;
}

Json ledger(const RunSummary& summary) {
  Json list = Json::array();
  for (const LedgerLine& line : summary.ledger)
    list.push_back({{"fault", line.fault},
                    {"time_ns", line.time.ns},
                    {"healed_ns", line.healed ? Json(line.healed->ns) : Json(nullptr)},
                    {"effect", line.effect},
                    {"changed_something", line.changed_something}});
  return list;
}

Json object(const RunSummary& summary, std::span<const Quantile> quantiles) {
  return {{"scenario", summary.scenario},
          {"file", summary.file},
          {"description", summary.description},
          {"variant", summary.variant},
          {"seed", summary.seed},
          {"verdict", to_string(summary.verdict)},
          {"exit_code", exit_code(summary.verdict)},
          {"reason", summary.verdict_reason},
          {"failures", failures(summary)},
          {"replay", summary.replay},
          {"expectations", expectations(summary)},
          {"metrics", metrics(summary, quantiles)},
          {"messages", messages(summary)},
          {"faults", ledger(summary)},
          {"simulated_ns", summary.simulated.ns},
          {"events", summary.events},
          {"digest", to_hex(summary.digest)},
          {"artifacts", summary.artifacts}};
}

std::string print(const Json& json) {
  // Keys and values may come from damaged input: bytes that are no UTF-8 are replaced, not fatal.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const RunSummary& summary, std::span<const Quantile> quantiles) {
  return print(object(summary, quantiles));
}

std::string to_json(std::span<const RunSummary> runs, std::span<const Quantile> quantiles) {
  Verdict verdict = Verdict::passed;
  Json list = Json::array();
  for (const RunSummary& run : runs) {
    verdict = worse(verdict, run.verdict);
    list.push_back(object(run, quantiles));
  }
  if (runs.empty()) verdict = Verdict::nothing_selected;
  Json together = Json::array();
  for (const Group group : groups_of(runs)) {
    const RunSummary all = merged(group);
    together.push_back({{"scenario", all.scenario},
                        {"variant", all.variant},
                        {"runs", group.size()},
                        {"verdict", to_string(all.verdict)},
                        {"expectations", expectations(all)},
                        {"metrics", metrics(all, quantiles)}});
  }
  return print({{"verdict", to_string(verdict)},
                {"exit_code", exit_code(verdict)},
                {"together", std::move(together)},
                {"runs", std::move(list)}});
}

}  // namespace splitvote::reports
