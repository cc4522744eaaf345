// JSON: the data of an array, or of a text with one object a line, one after the other.
#pragma once

#include <functional>
#include <string_view>

#include "scenarios/histories/datum.hpp"

namespace splitvote::histories {

/// Calls `take` with each element of the array, or with each line's object; ends at the first
/// mistake in the text. What `take` finds wrong is its own affair; false ends the reading.
[[nodiscard]] Read<void> read_json(std::string_view text, const std::function<bool(Datum)>& take);

/// One datum that is the whole text; `offset` is where the text stands in its file.
[[nodiscard]] Read<Datum> read_json_line(std::string_view line, std::size_t offset);

}  // namespace splitvote::histories
