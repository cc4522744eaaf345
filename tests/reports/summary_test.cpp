// The summary's three prints.
#include "reports/summary.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/reports/xml_check.hpp"

using namespace splitvote;
using namespace splitvote::reports;

namespace {

RunSummary passed_run() {
  RunSummary run;
  run.scenario = "leader-in-minority";
  run.file = "scenarios/library/leader-in-minority.yaml";
  run.description = "Cut the leader off.";
  run.seed = 42;
  run.expectations = {{"always election_safety", ExpectationOutcome::held, ""},
                      {"eventually single_leader within 1s after cut.end", ExpectationOutcome::held,
                       "after 163 ms"}};
  run.metrics = {{"failover_time", Unit::nanoseconds, Samples({241'000'000})},
                 {"unavailable", Unit::nanoseconds, Samples()},
                 {"kv.availability", Unit::parts_per_million, Samples({991'000})}};
  run.messages = {{"append_entries", 812, {527, 285, 0, 0, 0, 0}}};
  run.ledger = {{"cut: partition",
                 {5'000'000'000},
                 sim::Instant{13'000'000'000},
                 "n1, n2 | n3, n4, n5",
                 true},
                {"slow: disk", {6'000'000'000}, {}, "n4", false}};
  run.digest = {.high = 0x0123456789abcdef, .low = 0xfedcba9876543210};
  run.events = 123'456;
  run.simulated = sim::seconds(30);
  run.artifacts = {"out/run.svtrace"};
  return run;
}

RunSummary failed_run() {
  RunSummary run = passed_run();
  run.verdict = Verdict::safety_violated;
  run.failures = {{"election_safety",
                   FailureKind::safety,
                   sim::EventId{4'711},
                   {5'123'456'789},
                   "n3",
                   "two leaders in term 4:\nn1 since 5.1 s, n3 since 5.123456 s",
                   "leader.yaml:40:5"},
                  {"single_leader",
                   FailureKind::liveness,
                   sim::EventId{9'000},
                   {14'000'000'000},
                   "",
                   "still two of them",
                   ""}};
  run.replay = "splitvote replay out/run.svtrace";
  return run;
}

const SummaryStyle plain{};

}  // namespace

TEST_CASE("a failure is the last thing printed: what, which event, what time, how to replay") {
  const std::string text = to_text(failed_run(), plain);

  CHECK(
      text.ends_with("\nFAILED election_safety  (safety) at event 4 711, 5.123456 s, node n3\n"
                     "  two leaders in term 4:\n"
                     "  n1 since 5.1 s, n3 since 5.123456 s\n"
                     "  expected at leader.yaml:40:5\n"
                     "  replay: splitvote replay out/run.svtrace\n"));
  CHECK(text.find("FAILED single_leader") < text.find("FAILED election_safety"));
}

TEST_CASE("a passed run ends with its verdict") {
  const std::string text = to_text(passed_run(), plain);

  CHECK(
      text.ends_with("\npassed  30 s simulated, 123 456 events, "
                     "digest 0123456789abcdeffedcba9876543210\n"));
  CHECK(text.find("\x1b") == text.npos);
}

TEST_CASE("the text holds every expectation, metric, message and fault") {
  const std::string text = to_text(passed_run(), plain);

  CHECK(text.find("  held  eventually single_leader within 1s after cut.end  after 163 ms\n") !=
        text.npos);
  CHECK(text.find("  failover_time    1  241 ms  241 ms  241 ms  241 ms\n") != text.npos);
  CHECK(text.find("  unavailable      0       -       -       -       -\n") != text.npos);
  CHECK(text.find("  kv.availability  1  99.1 %  99.1 %  99.1 %  99.1 %\n") != text.npos);
  CHECK(text.find("  append_entries   812        527  285     -          -      -         -\n") !=
        text.npos);
  CHECK(text.find("5.000000 s  cut: partition  healed 13.000000 s  n1, n2 | n3, n4, n5\n") !=
        text.npos);
  CHECK(text.find("6.000000 s  slow: disk                          changed nothing\n") !=
        text.npos);
}

TEST_CASE("of many runs the worst failure comes last, in full") {
  RunSummary missed = failed_run();
  missed.seed = 7;
  missed.verdict = Verdict::liveness_missed;
  missed.failures.erase(missed.failures.begin());
  missed.replay = "splitvote run --seed 7";
  const std::vector<RunSummary> runs{passed_run(), failed_run(), missed};

  const std::string text = to_text(runs, plain);

  CHECK(text.find("\n3 runs, 1 passed, 1 safety_violated, 1 liveness_missed\n") != text.npos);
  CHECK(text.ends_with("  replay: splitvote replay out/run.svtrace\n"));
}

TEST_CASE("the verdict of several runs is the one that most needs attention") {
  CHECK(worse(Verdict::passed, Verdict::inconclusive) == Verdict::inconclusive);
  CHECK(worse(Verdict::safety_violated, Verdict::liveness_missed) == Verdict::safety_violated);
  CHECK(worse(Verdict::safety_violated, Verdict::nondeterministic) == Verdict::nondeterministic);
  CHECK(worse(Verdict::nothing_selected, Verdict::passed) == Verdict::nothing_selected);
  CHECK(exit_code(Verdict::internal_error) == 70);
}

TEST_CASE("the JSON holds the run's figures") {
  const std::vector quantiles{p50, p999};
  const auto json = nlohmann::json::parse(to_json(failed_run(), quantiles));

  CHECK(json["seed"] == 42);
  CHECK(json["verdict"] == "safety_violated");
  CHECK(json["exit_code"] == 1);
  CHECK(json["failures"][0]["event"] == 4'711);
  CHECK(json["failures"][0]["time_ns"] == 5'123'456'789);
  CHECK(json["metrics"]["failover_time"]["quantiles"]["p99.9"] == 241'000'000);
  CHECK(json["metrics"]["unavailable"]["quantiles"]["p50"].is_null());
  CHECK(json["messages"]["append_entries"]["cut"] == 285);
  CHECK(json["faults"][0]["healed_ns"] == 13'000'000'000);
  CHECK(json["faults"][1]["healed_ns"].is_null());
  CHECK(json["digest"] == "0123456789abcdeffedcba9876543210");
}

TEST_CASE("every key of the JSON is documented") {
  std::ifstream file("reports/README.md");
  std::stringstream readme;
  readme << file.rdbuf();
  const auto json = nlohmann::json::parse(to_json(failed_run(), std::vector{p50}));
  std::set<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.insert(key);
  for (const char* list : {"failures", "expectations", "faults"})
    for (const auto& [key, value] : json[list][0].items()) keys.insert(key);
  for (const char* map : {"failover_time"})
    for (const auto& [key, value] : json["metrics"][map].items()) keys.insert(key);
  for (const auto& [key, value] : json["messages"]["append_entries"].items()) keys.insert(key);
  std::string undocumented;
  for (const std::string& key : keys) {
    const bool known = readme.str().find("`" + key + "`") != std::string::npos ||
                       readme.str().find("`" + key + "[]`") != std::string::npos ||
                       readme.str().find("`" + key + "{}`") != std::string::npos;
    if (!known) undocumented += key + " ";
  }

  CHECK(keys.size() > 30);
  CHECK(undocumented == "");
}

TEST_CASE("text that is no UTF-8 does not break the JSON") {
  RunSummary run = passed_run();
  run.description = "bad \xff byte";

  CHECK(nlohmann::json::parse(to_json(run, std::vector{p50}))["description"] ==
        "bad \xef\xbf\xbd byte");
}

TEST_CASE("the JSON does not tell real time") {
  RunSummary slow = passed_run();
  slow.wall_ns = 5'000'000'000;

  CHECK(to_json(slow, std::vector{p50}) == to_json(passed_run(), std::vector{p50}));
}

TEST_CASE("several runs are one JSON with the worst verdict; none are nothing selected") {
  const std::vector<RunSummary> runs{passed_run(), failed_run()};
  const auto json = nlohmann::json::parse(to_json(runs, std::vector{p50}));
  const auto empty = nlohmann::json::parse(to_json(std::vector<RunSummary>{}, std::vector{p50}));

  CHECK(json["exit_code"] == 1);
  CHECK(json["runs"].size() == 2);
  CHECK(empty["exit_code"] == 5);
}

TEST_CASE("JUnit counts a missed expectation as failure and a run that cannot say as error") {
  RunSummary stuck = passed_run();
  stuck.seed = 43;
  stuck.verdict = Verdict::inconclusive;
  stuck.verdict_reason = "the budget of 5000000 events ended";
  RunSummary other = passed_run();
  other.scenario = "all <healthy> & \"fast\"";
  other.wall_ns = 1'500'000'000;
  RunSummary late = passed_run();
  late.seed = 44;
  late.verdict = Verdict::liveness_missed;
  const std::vector<RunSummary> runs{failed_run(), other, stuck, late};

  const std::string xml = to_junit(runs);

  CHECK(test::xml_fault(xml) == "");
  CHECK(xml.find("<testsuites name=\"splitvote\" tests=\"4\" failures=\"2\" errors=\"1\" "
                 "time=\"1.500000\">") != xml.npos);
  CHECK(xml.find("<testsuite name=\"leader-in-minority\" tests=\"3\" failures=\"2\" "
                 "errors=\"1\"") != xml.npos);
  CHECK(xml.find("<testsuite name=\"all &lt;healthy&gt; &amp; &quot;fast&quot;\" tests=\"1\"") !=
        xml.npos);
  CHECK(xml.find("<failure type=\"safety_violated\" message=\"election_safety (safety) at event "
                 "4711, 5.123456 s\">") != xml.npos);
  CHECK(xml.find("replay: splitvote replay out/run.svtrace\n</failure>") != xml.npos);
  CHECK(xml.find("<failure type=\"liveness_missed\" message=\"liveness_missed\">") != xml.npos);
  CHECK(xml.find("<error type=\"inconclusive\" message=\"the budget of 5000000 events ended\">") !=
        xml.npos);
}
