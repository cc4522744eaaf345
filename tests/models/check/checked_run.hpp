// A hand-written run under all checks, and a small cluster to begin it with.
#pragma once

#include "models/check/checks.hpp"
#include "tests/models/check/feed.hpp"

namespace splitvote::testing {

struct CheckedRun {
  explicit CheckedRun(std::size_t groups = 1) : checks({}, groups) {}

  check::Checks checks;
  Feed<check::Checks> feed{checks};

  [[nodiscard]] std::uint64_t count(check::Check check) const { return checks.count(check); }
  [[nodiscard]] bool clean() const { return checks.violations().empty(); }
};

/// Node 0 leads term 1 and has put entries 1 to `last` on nodes 0 to 2; `committed` of them are.
inline void replicate(CheckedRun& run, std::uint64_t last, std::uint64_t committed) {
  for (int node = 0; node < 3; ++node) run.feed.start(node);
  run.feed.leader(0, 1);
  for (std::uint64_t index = 1; index <= last; ++index) {
    for (int node = 0; node < 3; ++node) run.feed.appended(node, index, 1);
    for (int node = 0; node < 3; ++node) run.feed.stored(node, index);
  }
  if (committed > 0) run.feed.committed(0, committed, 1);
}

}  // namespace splitvote::testing
