// How explanations spell a time.
#pragma once

#include <string>

#include "sim/base/time.hpp"

namespace splitvote::consistency {

/// "1234.567890ms", without trailing zeros.
[[nodiscard]] std::string to_text(sim::Instant time);

}  // namespace splitvote::consistency
