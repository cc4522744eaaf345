// The keys and values of a run's history, long ones abbreviated.
#pragma once

#include <cstddef>
#include <string_view>

#include "models/consistency/text_table.hpp"

namespace splitvote::check {

using consistency::empty_text;
using consistency::TextId;
using consistency::TextTable;

/// A text longer than `kept_whole` is kept as its beginning and its 128-bit hash: a history of
/// large values stays small, and two of them still differ.
[[nodiscard]] TextId intern_abbreviated(TextTable& texts, std::string_view text);
inline constexpr std::size_t kept_whole = 64;

}  // namespace splitvote::check
