// A contradiction in a history as a picture: a lane a session, a bar an operation, those that
// contradict marked.
#pragma once

#include <string>
#include <string_view>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::reports {

/// SVG. Beside the operations that contradict there are others of their keys in the same time, up
/// to a number that can be read. From left to right invocations and returns follow each other as
/// they happened, at equal distances.
[[nodiscard]] std::string picture_of(const consistency::History& history,
                                     const consistency::Contradiction& contradiction,
                                     std::string_view title);

}  // namespace splitvote::reports
