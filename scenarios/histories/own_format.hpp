// Splitvote's own format, which carries everything that a history of single operations knows.
#pragma once

#include <string>
#include <string_view>

#include "models/consistency/history.hpp"
#include "scenarios/histories/datum.hpp"
#include "sim/base/error.hpp"

namespace splitvote::histories {

/// FORMAT.md has the grammar and an example.
inline constexpr int own_version = 1;

[[nodiscard]] consistency::History read_own(std::string_view text, Mistakes& mistakes);

/// Null, a text, or an array of values; numbers are texts.
[[nodiscard]] Read<consistency::ValueId> own_value(const Datum& datum,
                                                   consistency::ValueTable& values);

/// Fails if a text in it is no UTF-8.
[[nodiscard]] sim::Result<std::string> write_own(const consistency::History& history);

}  // namespace splitvote::histories
