// A history that was judged, as its picture sees it.
#pragma once

#include <memory>

#include "reports/history_view.hpp"
#include "scenarios/histories/judging.hpp"

namespace splitvote::histories {

/// Of one that is violated. Valid as long as the answer is.
[[nodiscard]] std::unique_ptr<reports::HistoryView> view_of(const Judged& judged);

}  // namespace splitvote::histories
