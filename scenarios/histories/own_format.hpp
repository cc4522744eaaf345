// Splitvote's own format, which carries everything that a history of single operations knows.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "reports/history_fault.hpp"
#include "scenarios/histories/datum.hpp"
#include "sim/base/error.hpp"

namespace splitvote::histories {

/// FORMAT.md has the grammar and an example.
inline constexpr int own_version = 1;

/// `faults` gets those of the file.
[[nodiscard]] consistency::History read_own(std::string_view text,
                                            std::vector<reports::HistoryFault>& faults,
                                            Mistakes& mistakes);

/// Null, a text, or an array of values; numbers are texts.
[[nodiscard]] Read<consistency::ValueId> own_value(const Datum& datum,
                                                   consistency::ValueTable& values);

/// Fails if a text in it is no UTF-8.
[[nodiscard]] sim::Result<std::string> write_own(const consistency::History& history,
                                                 std::span<const reports::HistoryFault> faults);

}  // namespace splitvote::histories
