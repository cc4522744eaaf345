// Opens the trace, settles the window, and has it read and drawn.
#include "reports/picture.hpp"

#include "reports/svg.hpp"
#include "reports/timeline.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::reports {

sim::Result<std::string> picture_of(const std::string& trace, const Frame& frame) {
  const sim::Result<sim::TraceReader> reader = sim::TraceReader::open(trace);
  if (!reader) return std::unexpected(reader.error());
  sim::Result<Window> window = suggested_window(*reader);
  if (!window) return std::unexpected(window.error());
  if (frame.from) window->from = *frame.from;
  if (frame.to) window->to = *frame.to;
  if (window->to <= window->from) return sim::failure("the window ends before it begins");
  const sim::Result<Timeline> timeline = read_timeline(*reader, *window);
  if (!timeline) return std::unexpected(timeline.error());
  SvgStyle style;
  style.width = frame.width;
  return to_svg(*timeline, style);
}

}  // namespace splitvote::reports
