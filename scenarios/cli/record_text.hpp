// One record of a trace in words.
#pragma once

#include <string>

#include "reports/trace_text.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::cli {

/// `event 84 at 0.189871 s, caused by 80: n1 received from n2 message 12 append, 64 bytes`.
[[nodiscard]] std::string record_text(const sim::Record& record, const reports::TraceText& names);

}  // namespace splitvote::cli
