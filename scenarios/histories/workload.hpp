// Jepsen's workloads that are no registers: banks, sets, counters and their like, of which each has
// a promise of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/verdict.hpp"
#include "scenarios/histories/event.hpp"
#include "scenarios/histories/model.hpp"

namespace splitvote::histories {

struct WorkloadOperation {
  static constexpr std::size_t never = SIZE_MAX;

  std::uint32_t id = 0;  // its place among all, as they were invoked
  std::string session;
  std::string function;
  std::string object;                   // with --independent
  Datum asked;                          // nil: nothing
  Datum told;                           // nil: nothing
  EventType outcome = EventType::info;  // never `invoke`
  std::size_t invoked = 0;              // places among all events
  std::size_t returned = never;         // finite unless the outcome is `info`

  [[nodiscard]] bool is(std::string_view name, EventType type) const {
    return function == name && outcome == type;
  }
};

struct WorkloadHistory {
  Model model{};
  std::vector<WorkloadOperation> operations;  // in the order of their invocations
};

/// The operations of one object.
using Workings = std::span<const WorkloadOperation* const>;

struct WorkloadSettings {
  /// Of a set: reads may not miss an element that was there before they were invoked.
  bool linearizable = false;
  /// Of a bank.
  bool negative_balances = false;
};

struct Workload {
  Model model{};
  std::string_view promise;  // "balanced": what a history is or is not
  /// Another name of the promise, or of a stricter one; may be empty.
  std::string_view consistency;
  /// Refuses an event of another shape.
  Read<void> (*check)(const Event& event) = nullptr;
  consistency::Judgement (*judge)(Workings operations, const WorkloadSettings& settings) = nullptr;
};

/// nullptr if the model is none.
[[nodiscard]] const Workload* find_workload(Model model);

[[nodiscard]] WorkloadHistory assemble_workload(std::span<const Event> events,
                                                const Meaning& meaning, Mistakes& mistakes);

/// Object by object: the first that contradicts, or else the first that is not decided.
[[nodiscard]] consistency::Judgement judge_workload(const WorkloadHistory& history,
                                                    const WorkloadSettings& settings);

/// "add 3 by 0 -> ok", "read by 1 -> #{1 2 3}".
[[nodiscard]] std::string describe(const WorkloadOperation& operation);
/// "add 3 -> ok", "read -> #{1 2 3}": without who.
[[nodiscard]] std::string title(const WorkloadOperation& operation);

/// As EDN; what a collection has beyond that many items is counted.
[[nodiscard]] std::string show(const Datum& datum, std::size_t items_max = SIZE_MAX);

/// Refuses an operation of this name that brings no element, and a read that tells no collection.
[[nodiscard]] Read<void> check_collection(const Event& event, std::string_view adding);

/// A verdict by the operations that show the contradiction. Others may be part of it (the adds of a
/// counter, the dequeues of a queue), so it is not called minimal.
[[nodiscard]] consistency::Judgement contradict(Workings operations, std::string explanation);

}  // namespace splitvote::histories
