// What the clients of a run saw, judged by the consistency models of `models/consistency`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/check/history.hpp"
#include "models/check/words.hpp"
#include "models/consistency/models.hpp"

namespace splitvote::check {

/// What became of one model.
struct ModelFinding {
  /// The answers that no execution of the model explains together.
  struct Contradiction {
    consistency::Contradiction found;  // of the operations as `client_history` has them
    sim::Instant since;                // when the first of them was asked for
    sim::Moment moment;                // when the last answer came
    sim::NodeId node = sim::no_node;   // the client that got it
  };
  std::string_view model;
  consistency::Verdict verdict = consistency::Verdict::ok;
  std::optional<Contradiction> contradiction;  // if violated
  std::string undecided;                       // if unknown: why
  std::string remark;                          // what the model says beside its verdict
};

/// One for each model, in their order. The history is rewritten once for all of them.
[[nodiscard]] std::vector<ModelFinding> judge_models(
    const History& history, const NodeNames& names,
    std::span<const consistency::Model* const> models,
    const consistency::ModelSettings& settings = {});

}  // namespace splitvote::check
