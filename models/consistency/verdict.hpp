// What a checker of any consistency model answers: three-valued, with the contradiction in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/consistency/operation.hpp"

namespace splitvote::consistency {

enum class Verdict : std::uint8_t {
  ok,        // the model explains every answer
  violated,  // it cannot
  unknown,   // the budget ended first, or the history tells too little
};

/// How far a key's operations have an order that explains them and keeps real time.
struct LinearizablePrefix {
  KeyId key{};
  Position end = 0;                // whatever was invoked and has returned before is explained
  OperationId next{};              // the operation that returns there
  bool longest = false;            // no order explains that return; else the budget ended
  std::vector<OperationId> order;  // of what took effect; empty if the budget ended before
};

/// Operations that the model cannot explain together. Of a write outside the set no more is
/// believed than that it took effect between its invocation and its return if it did, and of all
/// other operations outside the set nothing.
struct Contradiction {
  std::vector<OperationId> operations;  // in the order of their invocations
  bool minimal = false;                 // without any one of them there is no contradiction left
  std::string explanation;              // one or more sentences
  std::optional<LinearizablePrefix> prefix = {};  // of linearizability
};

struct Judgement {
  Verdict verdict = Verdict::ok;
  std::uint64_t configurations = 0;            // that a search went through; counts the budget down
  std::optional<Contradiction> contradiction;  // if violated
  std::string undecided;                       // if unknown: why, where a model can say it
};

}  // namespace splitvote::consistency
