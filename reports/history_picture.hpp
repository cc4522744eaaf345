// A contradiction in a history as a picture: a lane a session, a bar an operation or a transaction,
// those that contradict marked, how far an order explains the history, and the faults of that time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"
#include "reports/history_fault.hpp"
#include "reports/history_view.hpp"

namespace splitvote::reports {

/// Whether it names somebody, and not more with arrows than can be read. Of more without them the
/// last ones are drawn.
[[nodiscard]] bool can_be_drawn(const consistency::Contradiction& contradiction);

/// SVG, of what can be drawn. From left to right invocations and returns follow each other as they
/// happened; how long that took is not shown.
[[nodiscard]] std::string picture_of(const HistoryView& view, std::string_view title,
                                     std::span<const HistoryFault> faults = {});

/// Beside the operations that contradict there are others of their keys in the same time, up to a
/// number that can be read.
[[nodiscard]] std::string picture_of(const consistency::History& history,
                                     const consistency::Contradiction& contradiction,
                                     std::string_view title,
                                     std::span<const HistoryFault> faults = {});

}  // namespace splitvote::reports
