// One operation a line, in eight columns, as events in the order of their times.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/histories/event.hpp"

namespace splitvote::histories {

/// `client op key a b out call ret`. At equal times an invocation comes before a return, so that
/// the two operations overlap; otherwise lines decide.
[[nodiscard]] std::vector<Event> read_columns(std::string_view text, Mistakes& mistakes);

}  // namespace splitvote::histories
