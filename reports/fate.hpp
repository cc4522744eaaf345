// The printed names of what becomes of a message.
#pragma once

#include <string_view>

#include "sim/trace/record.hpp"

namespace splitvote::reports {

[[nodiscard]] constexpr std::string_view to_string(sim::Fate fate) {
  switch (fate) {
    case sim::Fate::delivered:
      return "delivered";
    case sim::Fate::cut:
      return "cut";
    case sim::Fate::lost:
      return "lost";
    case sim::Fate::node_down:
      return "node_down";
    case sim::Fate::stale:
      return "stale";
    case sim::Fate::overflow:
      return "overflow";
  }
  return "unknown";
}

}  // namespace splitvote::reports
