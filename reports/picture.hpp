// The picture of a recorded run: from a trace file to a diagram of the window worth looking at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/error.hpp"
#include "sim/base/time.hpp"

namespace splitvote::reports {

/// What of a run is drawn, and how wide. A moment that is absent is the suggested window's, and a
/// group that is absent the first that broke a promise, by the summary in the trace, or 0.
struct Frame {
  std::optional<sim::Instant> from;
  std::optional<sim::Instant> to;
  std::uint32_t width = 1200;          // pixels
  std::optional<std::uint64_t> group;  // of servers
};

/// An SVG; fails if the trace cannot be read, if the window is empty, or if there is no such group.
[[nodiscard]] sim::Result<std::string> picture_of(const std::string& trace,
                                                  const Frame& frame = {});

}  // namespace splitvote::reports
