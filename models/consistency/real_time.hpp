// What returned before what was invoked, as links.
#pragma once

#include <cstddef>
#include <vector>

#include "models/consistency/observations.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

enum class RealTime : std::uint8_t {
  ignored,
  kept,  // of two nodes the one that returned before the other was invoked comes first
};

/// By waypoints, each behind all that had returned by then: any way in real time is one link.
void add_real_time(const Observations& observations, Precedence& precedence);

/// From node to node, without those that follow from two others: to each not more than were open
/// at one time. Of more than `count_max` only the first ones.
[[nodiscard]] std::vector<Link> real_time_links(const Observations& observations,
                                                std::size_t count_max);

}  // namespace splitvote::consistency
