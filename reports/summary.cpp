// The words for verdicts, failures, outcomes and units, which all printed forms share.
#include "reports/summary.hpp"

#include <algorithm>
#include <array>

namespace splitvote::reports {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::safety_violated:
      return "safety_violated";
    case Verdict::usage_error:
      return "usage_error";
    case Verdict::liveness_missed:
      return "liveness_missed";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::nothing_selected:
      return "nothing_selected";
    case Verdict::nondeterministic:
      return "nondeterministic";
    case Verdict::internal_error:
      return "internal_error";
  }
  return "unknown";
}

Verdict worse(Verdict left, Verdict right) {
  // A simulator that contradicts itself puts everything else it says in doubt.
  static constexpr std::array order{Verdict::passed,           Verdict::nothing_selected,
                                    Verdict::inconclusive,     Verdict::liveness_missed,
                                    Verdict::usage_error,      Verdict::safety_violated,
                                    Verdict::nondeterministic, Verdict::internal_error};
  return std::max(left, right, [](Verdict a, Verdict b) {
    return std::ranges::find(order, a) < std::ranges::find(order, b);
  });
}

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::safety:
      return "safety";
    case FailureKind::liveness:
      return "liveness";
    case FailureKind::slo:
      return "slo";
    case FailureKind::sometimes:
      return "sometimes";
    case FailureKind::nondeterminism:
      return "nondeterminism";
  }
  return "unknown";
}

std::string_view to_string(ExpectationOutcome outcome) {
  switch (outcome) {
    case ExpectationOutcome::held:
      return "held";
    case ExpectationOutcome::broken:
      return "broken";
    case ExpectationOutcome::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Unit unit) {
  switch (unit) {
    case Unit::nanoseconds:
      return "ns";
    case Unit::count:
      return "count";
    case Unit::parts_per_million:
      return "ppm";
    case Unit::bytes:
      return "bytes";
  }
  return "unknown";
}

}  // namespace splitvote::reports
