// Parts of the printed summary that one run and a sweep have in common.
#pragma once

#include <string>

#include "reports/summary.hpp"

namespace splitvote::reports {

[[nodiscard]] Colour colour_of(Verdict verdict);
[[nodiscard]] std::string print_expectations(const RunSummary& summary, const Palette& palette);
[[nodiscard]] std::string print_metrics(const RunSummary& summary, const SummaryStyle& style);

}  // namespace splitvote::reports
