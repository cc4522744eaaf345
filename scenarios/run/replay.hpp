// Makes a recorded run again and says whether it is the same, record by record.
#pragma once

#include <optional>
#include <string>

#include "reports/trace_text.hpp"
#include "sim/base/error.hpp"
#include "sim/trace/compare.hpp"

namespace splitvote::run {

struct Replay {
  reports::TraceText recorded;  // which run it was
  std::uint64_t records = 0;    // of the recorded trace
  sim::Digest digest;           // of the recorded run, if it is whole
  sim::Digest digest_now;
  bool whole = true;                          // the recorded trace was finished
  std::optional<sim::Difference> difference;  // the first; its left side is the recorded one

  [[nodiscard]] bool same() const { return !difference && (!whole || digest == digest_now); }
};

/// `scratch` is a path for the new run's trace; it is removed. An error says why the trace cannot
/// be replayed.
[[nodiscard]] sim::Result<Replay> replay(const std::string& trace, const std::string& scratch);

}  // namespace splitvote::run
