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

/// Why one operation or transaction must come before another.
enum class Because : std::uint8_t {
  session,    // its session had done it before
  seen,       // the later one saw what it wrote
  followed,   // `witness`, before the later one in its session, saw what it wrote
  overtaken,  // `witness` saw what the later one wrote to the key, and would have seen this else
  replaced,   // it saw the key before the later one wrote to it; with a witness: it saw what that
              // wrote, of which others tell that it comes before
  succeeded,  // a list has both, in this order
  excluded,   // both wrote the key, and the later one committed behind the earlier one's start
  real_time,  // it returned before the later one was invoked
  known,      // the later one had to know of it
};

/// A step of an explanation, for pictures: the explanation has the same in words.
struct Arrow {
  OperationId earlier{};
  OperationId later{};
  Because because{};
  KeyId key{};                         // unless because of a session or of real time
  std::optional<OperationId> witness;  // who saw it, if that is neither of the two

  bool operator==(const Arrow&) const = default;
};

/// How far a key's operations have an order that explains them and keeps real time.
struct LinearizablePrefix {
  KeyId key{};
  Position end = 0;                // whatever was invoked and has returned before is explained
  OperationId next{};              // the operation that returns there
  bool longest = false;            // no order explains that return; else the budget ended
  Position refuted = 0;            // no order explains what has returned by then: `end` if longest
  std::vector<OperationId> order;  // of what took effect; empty if the budget ended before
};

/// Operations that the model cannot explain together. Of a write outside the set no more is
/// believed than that it took effect between its invocation and its return if it did, and of all
/// other operations outside the set nothing.
struct Contradiction {
  std::vector<OperationId> operations;  // in the order of their invocations
  bool minimal = false;                 // without any one of them there is no contradiction left
  std::string explanation;              // one or more sentences
  std::string anomaly = {};  // what the literature calls it, of transactions; may be empty
  /// Of models that ask what must come before what, not of linearizability: a circle, or what a
  /// read had to know and what it saw; then how those knew of each other.
  std::vector<Arrow> arrows = {};
  std::optional<LinearizablePrefix> prefix = {};  // of linearizability
};

struct Judgement {
  Verdict verdict = Verdict::ok;
  std::uint64_t configurations = 0;            // that a search went through; counts the budget down
  std::optional<Contradiction> contradiction;  // if violated
  std::string undecided;                       // if unknown: why, where a model can say it
  std::string remark = {};                     // if ok: what more the model has found
};

}  // namespace splitvote::consistency
