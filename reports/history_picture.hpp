// A contradiction in a history as a picture: a lane a session, a bar an operation, those that
// contradict marked, how far an order explains the history, and the faults of that time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"
#include "reports/history_fault.hpp"

namespace splitvote::reports {

/// SVG. Beside the operations that contradict there are others of their keys in the same time, up
/// to a number that can be read. From left to right invocations and returns follow each other as
/// they happened; how long that took is not shown.
[[nodiscard]] std::string picture_of(const consistency::History& history,
                                     const consistency::Contradiction& contradiction,
                                     std::string_view title,
                                     std::span<const HistoryFault> faults = {});

}  // namespace splitvote::reports
