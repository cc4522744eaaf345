// What gzip compressed, as it was before.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/base/error.hpp"

namespace splitvote::histories {

/// RFC 1952, 2.3.1: how each member begins, being deflated, as all are.
inline constexpr std::string_view gzip_mark = "\x1f\x8b\x08";

/// All its members, checked against their sums, if they are no more than `size_max` bytes together.
/// Zeros behind them say nothing.
[[nodiscard]] sim::Result<std::string> gunzip(std::string_view bytes, std::size_t size_max);

}  // namespace splitvote::histories
