// Text made safe for XML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace splitvote::reports {

/// Fit for content and for attributes in either quotes. What XML 1.0 cannot hold (control
/// characters, bytes that are no UTF-8) becomes U+FFFD.
[[nodiscard]] std::string escape_xml(std::string_view text);

}  // namespace splitvote::reports
