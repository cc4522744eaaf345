// Texts and values as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/values.hpp"
#include "sim/base/error.hpp"

namespace splitvote::histories {

/// In quotes, escaped; bytes that are no UTF-8 stay as they are.
[[nodiscard]] std::string json_text(std::string_view text);

/// Null, a text, an array.
[[nodiscard]] std::string json_value(const consistency::ValueTable& values,
                                     consistency::ValueId value);

/// The elements of a list.
[[nodiscard]] std::vector<consistency::ValueId> elements_of(const consistency::ValueTable& values,
                                                            consistency::ValueId list);

/// The text, if it is one that every reader takes.
[[nodiscard]] sim::Result<std::string> checked_utf8(std::string text);

}  // namespace splitvote::histories
