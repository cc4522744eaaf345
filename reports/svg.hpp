// A timeline as a static SVG space-time diagram: time to the right, a lane per node.
#pragma once

#include <string>

#include "reports/thinning.hpp"
#include "reports/timeline.hpp"

namespace splitvote::reports {

struct SvgStyle {
  double width = 1200;                           // pixels
  MessageBudget messages{240, 90, 110, 60, 90};  // by MessageGroup
  std::size_t operation_rows = 12;  // of client operations that overlap; more are counted in words
  std::size_t turning_points = 14;  // numbered in the picture and told below it
};

/// Self-contained: own background, own style, no scripts, no fonts to load; readable on light and
/// dark pages and to the colour-blind.
[[nodiscard]] std::string to_svg(const Timeline& timeline, const SvgStyle& style = {});

}  // namespace splitvote::reports
