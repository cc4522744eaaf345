// The summary for CI servers: JUnit XML in the shape Jenkins, GitLab and GitHub actions read.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/summary.hpp"
#include "reports/xml.hpp"

namespace splitvote::reports {

namespace {

/// A verdict that is neither a pass nor a failed expectation: the run could not say.
bool is_error(Verdict verdict) {
  return verdict != Verdict::passed && verdict != Verdict::safety_violated &&
         verdict != Verdict::liveness_missed;
}

std::string seconds(std::int64_t ns) {
  return fmt::format("{}.{:06}", ns / 1'000'000'000, ns % 1'000'000'000 / 1'000);
}

std::string problem(const RunSummary& run) {
  if (run.verdict == Verdict::passed) return {};
  std::string message = run.verdict_reason;
  std::string body;
  for (const Failure& failure : run.failures) {
    const std::string line =
        fmt::format("{} ({}) at event {}, {}", failure.what, to_string(failure.kind),
                    number(failure.event), time_text(failure.time));
    if (message.empty()) message = line;
    body += line + "\n" + indented(failure.detail, 2);
    if (!failure.place.empty()) body += "  expected at " + failure.place + "\n";
  }
  if (message.empty()) message = to_string(run.verdict);
  if (!run.replay.empty()) body += "replay: " + run.replay + "\n";
  return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n",
                     is_error(run.verdict) ? "error" : "failure", to_string(run.verdict),
                     escape_xml(message), escape_xml(body));
}

std::string test_case(const RunSummary& run) {
  std::string name = fmt::format("seed {}", run.seed);
  if (!run.variant.empty()) name += " " + run.variant;
  const std::string inside = problem(run);
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"",
                                 escape_xml(run.scenario), escape_xml(name), seconds(run.wall_ns));
  if (!run.file.empty()) text += fmt::format(" file=\"{}\"", escape_xml(run.file));
  return text + (inside.empty() ? "/>\n" : ">\n" + inside + "    </testcase>\n");
}

struct Totals {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::int64_t wall_ns = 0;

  void add(const RunSummary& run) {
    ++tests;
    const bool error = is_error(run.verdict);
    errors += error;
    failures += !error && run.verdict != Verdict::passed;
    wall_ns += run.wall_ns;
  }
  [[nodiscard]] std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" time="{}")", tests, failures, errors,
                       seconds(wall_ns));
  }
};

}  // namespace

std::string to_junit(std::span<const RunSummary> runs) {
  std::vector<std::string_view> scenarios;  // in the order of their first run
  Totals all;
  for (const RunSummary& run : runs) {
    all.add(run);
    if (std::ranges::find(scenarios, run.scenario) == scenarios.end())
      scenarios.push_back(run.scenario);
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites name=\"splitvote\" {}>\n", all.attributes());
  for (const std::string_view scenario : scenarios) {
    Totals totals;
    std::string cases;
    for (const RunSummary& run : runs) {
      if (run.scenario != scenario) continue;
      totals.add(run);
      cases += test_case(run);
    }
    text += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", escape_xml(scenario),
                        totals.attributes(), cases);
  }
  return text + "</testsuites>\n";
}

}  // namespace splitvote::reports
