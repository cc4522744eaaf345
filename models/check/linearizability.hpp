// Linearizability of a history in which each key is one register with a revision.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/check/history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::check {

using consistency::Verdict;

/// Where no order goes on: the earliest point at which every order that was tried got stuck.
struct Contradiction {
  std::string key;
  sim::Moment moment;               // when the answer came that does not fit
  sim::NodeId node = sim::no_node;  // the client that got it
  std::string explanation;
};

struct LinearizabilityResult {
  Verdict verdict = Verdict::ok;
  std::uint64_t configurations = 0;           // explored, over all keys
  std::vector<Contradiction> contradictions;  // one of each key that has one, the earliest first
};

struct LinearizabilityBudget {
  std::uint64_t configurations_per_key = 1'000'000;
};

/// Both answers are sound: `ok` and `violated` are proofs. See README.md for the argument.
[[nodiscard]] LinearizabilityResult check_linearizability(const History& history,
                                                          const NodeNames& names,
                                                          LinearizabilityBudget budget = {});

}  // namespace splitvote::check
