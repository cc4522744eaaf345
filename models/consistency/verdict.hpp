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

/// Operations that the model cannot explain together. Of a write outside the set no more is
/// believed than that it took effect between its invocation and its return if it did, and of all
/// other operations outside the set nothing.
struct Contradiction {
  std::vector<OperationId> operations;  // in the order of their invocations
  bool minimal = false;                 // without any one of them there is no contradiction left
  std::string explanation;              // one or more sentences
};

struct Judgement {
  Verdict verdict = Verdict::ok;
  std::uint64_t configurations = 0;            // that a search went through; counts the budget down
  std::optional<Contradiction> contradiction;  // if violated
  std::string undecided;                       // if unknown: why, where a model can say it
};

}  // namespace splitvote::consistency
