// What contradicts, one after the other in words, as far as anybody would read it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace splitvote::consistency {

/// How many of those that contradict are told in words.
inline constexpr std::size_t listed_max = 20;

/// ": one; another one." Of many the last ones, and how many there are; and that fewer may be
/// enough, unless that is known not to be so.
[[nodiscard]] std::string listed(std::size_t count, bool minimal,
                                 const std::function<std::string(std::size_t)>& describe);

}  // namespace splitvote::consistency
