// In which words an expectation tells when it counts.
#pragma once

#include <string>

#include "scenarios/load/expectations.hpp"

namespace splitvote::run {

/// "5 s", "cut.end".
[[nodiscard]] std::string anchor_text(const load::Anchor& anchor);
/// " after cut.start until cut.end", or nothing for the whole run.
[[nodiscard]] std::string window_text(const load::Window& window);

}  // namespace splitvote::run
