// Opens the trace, settles the window, and has it read and drawn.
#include "reports/picture.hpp"

#include <fmt/format.h>

#include "reports/svg.hpp"
#include "reports/text.hpp"
#include "reports/timeline.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::reports {

sim::Result<std::string> picture_of(const std::string& trace, const Frame& frame) {
  const sim::Result<sim::TraceReader> reader = sim::TraceReader::open(trace);
  if (!reader) return std::unexpected(reader.error());
  const sim::Result<TraceText> run = parse_trace_text(reader->header().text);
  if (!run) return std::unexpected(run.error());
  const std::uint64_t group = frame.group.value_or(first_broken_group(reader->end().text));
  if (group >= run->groups)
    return sim::failure(fmt::format("there is no group {}: the servers have {}, counted from 0",
                                    group, run->groups));
  sim::Result<Window> window = suggested_window(*reader, group);
  if (!window) return std::unexpected(window.error());
  if (frame.from) window->from = *frame.from;
  if (frame.to) window->to = *frame.to;
  const sim::Instant end = reader->end().time;
  if (reader->records() == 0) return sim::failure(trace + ": no record of the run was kept");
  if (window->from >= end)
    return sim::failure(fmt::format("the window begins at {}, but the trace ends at {}",
                                    time_text(window->from), time_text(end)));
  if (window->to <= window->from)
    return sim::failure(fmt::format("the window from {} to {} ends before it begins",
                                    time_text(window->from), time_text(window->to)));
  const sim::Result<Timeline> timeline = read_timeline(*reader, *window, group);
  if (!timeline) return std::unexpected(timeline.error());
  SvgStyle style;
  style.width = frame.width;
  return to_svg(*timeline, style);
}

}  // namespace splitvote::reports
