// The picture of a recorded run: from a trace file to a diagram of the window worth looking at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/error.hpp"
#include "sim/base/time.hpp"

namespace splitvote::reports {

/// What of a run is drawn, and how wide. A moment that is absent is the suggested window's.
struct Frame {
  std::optional<sim::Instant> from;
  std::optional<sim::Instant> to;
  std::uint32_t width = 1200;  // pixels
  std::uint64_t group = 0;     // of servers: whose roles and commits are shown
};

/// An SVG; fails if the trace cannot be read, if the window is empty, or if there is no such group.
[[nodiscard]] sim::Result<std::string> picture_of(const std::string& trace,
                                                  const Frame& frame = {});

}  // namespace splitvote::reports
