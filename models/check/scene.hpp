// What every family of checks gets to see of a note: when, who, the shadow state, and where to
// report.
#pragma once

#include "models/check/replicas.hpp"
#include "models/check/violation.hpp"
#include "models/check/words.hpp"

namespace splitvote::check {

/// Valid during one call.
struct Scene {
  const sim::Moment& moment;
  sim::NodeId node;
  Replica& replica;  // the node's own
  Leaders& leaders;
  TermTree& tree;
  ViolationLog& violations;
  const NodeNames& names;

  template <typename Explain>
  void report(Check check, Explain&& explain) const {
    violations.report(check, moment, node, explain);
  }
  [[nodiscard]] std::string name() const { return names(node); }
};

}  // namespace splitvote::check
