// Which of a flood of messages are drawn, and the honest sentence about the others.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "reports/timeline.hpp"

namespace splitvote::reports {

/// How many messages of a group may be drawn before only every n-th is; by MessageGroup. Of those
/// that never arrived, a third of it.
using MessageBudget = std::array<std::size_t, message_groups>;

struct Thinning {
  std::vector<std::size_t> shown;  // places in Timeline::messages, ascending
  std::vector<std::string> notes;  // `every 3rd of 312 heartbeat messages`; empty: all are shown
};

/// Arrived and lost messages are thinned apart, so that a few losses stay visible in a flood. Every
/// n-th is counted on each link by itself; otherwise n equal to the number of followers would show
/// one of them only.
[[nodiscard]] Thinning thin(const Timeline& timeline, const MessageBudget& budget);

/// `1st`, `2nd`, `3rd`, `11th`, `21st`.
[[nodiscard]] std::string ordinal(std::size_t number);

}  // namespace splitvote::reports
