// Predicates: conditions over the running world, as `when:`, `that:` and `slo:` state them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/load/selector.hpp"
#include "scenarios/load/values.hpp"
#include "sim/base/ratio.hpp"

namespace splitvote::load {

/// What is taken of a metric's samples.
enum class Aggregate : std::uint8_t { none, minimum, maximum, mean, count, quantile };

/// Something that can be measured or asked: `commits(cut.majority)`, `failover_time.p99`,
/// `kv.availability`, `single_leader`.
struct Measure {
  std::string name;      // of the vocabulary or of the protocol
  std::string workload;  // empty: over all workloads, or not a workload's
  std::string message;   // of `messages`: this kind alone; empty: of all kinds
  std::vector<NodeSet> arguments;
  Aggregate aggregate = Aggregate::none;
  sim::Ratio quantile;  // of quantile: p99.9 is 999/1000
  SourcePosition position;

  bool operator==(const Measure&) const = default;
};

enum class Comparison : std::uint8_t {
  less,
  at_most,
  equal,
  unequal,
  at_least,
  greater,
};

enum class PredicateKind : std::uint8_t {
  condition,   // the measure is true or false by itself
  comparison,  // measure, comparison, threshold
  negation,    // of the one operand
  every,       // `and` of two or more operands
  any,         // `or` of two or more operands
};

struct Predicate {
  PredicateKind kind = PredicateKind::condition;
  Measure measure;
  Comparison comparison{};
  Quantity threshold;
  SourcePosition threshold_position;
  std::vector<Predicate> operands;
  SourcePosition position;

  bool operator==(const Predicate&) const = default;
};

/// The canonical words, which load as an equal measure or predicate.
[[nodiscard]] std::string to_text(const Measure& measure);
[[nodiscard]] std::string to_text(const Predicate& predicate);
[[nodiscard]] std::string_view to_text(Comparison comparison);

}  // namespace splitvote::load
