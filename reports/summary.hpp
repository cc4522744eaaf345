// What one run has to say for itself, as plain data, and the three ways of printing it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/quantile.hpp"
#include "reports/text.hpp"
#include "sim/base/digest.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::reports {

/// The values are the exit codes of the command.
enum class Verdict : std::uint8_t {
  passed = 0,
  safety_violated = 1,
  usage_error = 2,
  liveness_missed = 3,  // or a service level objective
  inconclusive = 4,     // a budget ended
  nothing_selected = 5,
  nondeterministic = 6,
  internal_error = 70,
};
[[nodiscard]] std::string_view to_string(Verdict verdict);
[[nodiscard]] constexpr int exit_code(Verdict verdict) { return static_cast<int>(verdict); }

/// The verdict of a set of runs: the one that most needs attention.
[[nodiscard]] Verdict worse(Verdict left, Verdict right);

enum class FailureKind : std::uint8_t { safety, liveness, slo, sometimes, nondeterminism };
[[nodiscard]] std::string_view to_string(FailureKind kind);

/// Something that was expected and did not hold.
struct Failure {
  std::string what;  // the check's or predicate's name: `election_safety`
  FailureKind kind{};
  sim::EventId event = sim::no_event;  // where it became certain
  sim::Instant time;
  std::string node;                        // its name, or empty
  std::string detail;                      // the explanation, possibly of several lines
  std::string place;                       // `file:line:column` of the expectation, or empty
  std::vector<std::uint16_t> groups = {};  // of servers, if there are several: in which it did not
                                           // hold, the one that the detail is about first
};

enum class ExpectationOutcome : std::uint8_t { held, broken, unknown };
[[nodiscard]] std::string_view to_string(ExpectationOutcome outcome);

struct ExpectationResult {
  std::string expectation;  // as written: `eventually single_leader within 1s after cut.end`
  ExpectationOutcome outcome{};
  std::string remark;  // the measured value, the moment it came true; may be empty
  std::vector<std::uint16_t> groups = {};  // as of a failure, also if it was expected
};

enum class Unit : std::uint8_t { nanoseconds, count, parts_per_million, bytes };
/// `ns`, `count`, `ppm`, `bytes`.
[[nodiscard]] std::string_view to_string(Unit unit);

/// Samples of one metric. A metric of a single value has one sample.
struct Metric {
  std::string name;
  Unit unit{};
  Samples samples;
};

struct MessageCount {
  std::string kind;
  std::uint64_t sent = 0;
  std::array<std::uint64_t, sim::fates> by_fate{};  // indexed by Fate
};

/// One line of the fault ledger: what was asked for and what came of it.
struct LedgerLine {
  std::string fault;  // the step's name and verb: `cut: partition`
  sim::Instant time;
  std::optional<sim::Instant> healed;
  std::string effect;  // resolved targets, and what it changed
  bool changed_something = false;
};

/// What no value of a setting contains: in flow YAML words stand one space apart.
inline constexpr std::string_view settings_separator = "  ";

struct RunSummary {
  std::string scenario;
  std::string file;         // of the scenario, as it was given
  std::string description;  // may be empty
  std::string variant;      // of a sweep: `protocol.pre_vote=false`; several settings stand between
                            // `settings_separator`; otherwise empty
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::passed;
  std::string verdict_reason;     // why inconclusive or an error; may be empty
  std::vector<Failure> failures;  // the first is the one that matters
  std::string replay;             // the exact command line that shows it again
  std::vector<ExpectationResult> expectations;
  std::vector<Metric> metrics;
  std::vector<MessageCount> messages;
  std::vector<LedgerLine> ledger;
  sim::Digest digest;
  std::uint64_t events = 0;
  sim::Duration simulated;
  std::int64_t wall_ns = 0;            // real time it took; never part of the JSON
  std::vector<std::string> artifacts;  // files written
};

/// What is shown and how.
struct SummaryStyle {
  Palette palette;
  std::vector<Quantile> quantiles{p50, p90, p99, {1'000'000}};
  bool brief = false;  // only the verdict line and the failures: one of many runs
  std::vector<std::string> group_by = {};  // paths of settings: figures of variants that differ
                                           // only elsewhere stand together; empty: each by itself
};

/// For people. A failure is always the last thing printed: what broke, at which event and time, and
/// the exact line to replay it.
[[nodiscard]] std::string to_text(const RunSummary& summary, const SummaryStyle& style);

/// Several runs: one line each, the totals, and at the very end the first failure in full.
[[nodiscard]] std::string to_text(std::span<const RunSummary> runs, const SummaryStyle& style);

/// For machines; README.md lists the keys. Ends with a newline, and is the same for the same run.
[[nodiscard]] std::string to_json(const RunSummary& summary, std::span<const Quantile> quantiles);
[[nodiscard]] std::string to_json(std::span<const RunSummary> runs,
                                  std::span<const Quantile> quantiles);

/// For CI: JUnit XML, a suite per scenario and a case per run.
[[nodiscard]] std::string to_junit(std::span<const RunSummary> runs);

}  // namespace splitvote::reports
