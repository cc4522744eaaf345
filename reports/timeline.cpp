// Reads the records of a window, and proposes the window in which something happened.
#include "reports/timeline.hpp"

#include <algorithm>

#include "reports/text.hpp"
#include "reports/timeline_builder.hpp"
#include "sim/trace/trace_cursor.hpp"

namespace splitvote::reports {

std::string_view to_string(LaneState state) {
  switch (state) {
    case LaneState::down:
      return "down";
    case LaneState::paused:
      return "paused";
    case LaneState::idle:
      return "idle";
    case LaneState::follower:
      return "follower";
    case LaneState::pre_candidate:
      return "pre-candidate";
    case LaneState::candidate:
      return "candidate";
    case LaneState::leader:
      return "leader";
  }
  return "unknown";
}

std::string_view to_string(MessageGroup group) {
  switch (group) {
    case MessageGroup::election:
      return "election";
    case MessageGroup::heartbeat:
      return "heartbeat";
    case MessageGroup::replication:
      return "replication";
    case MessageGroup::client:
      return "client";
    case MessageGroup::other:
      return "other";
  }
  return "unknown";
}

namespace {

/// What is known of the group before that time: keyframes have the notes of group 0 only.
sim::Result<sim::Keyframe> state_of(const sim::TraceReader& trace, std::uint64_t group,
                                    sim::Instant time) {
  sim::TraceCursor cursor(trace);
  sim::Keyframe state = cursor.state();
  sim::Record record;
  for (;;) {
    const sim::Result<bool> more = cursor.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more || record.moment.time >= time) return state;
    if (record.kind == sim::RecordKind::note) {
      if (sim::group_of_note(record.a) != group) continue;
      record.a = static_cast<std::uint64_t>(sim::kind_of_note(record.a));
    }
    state.follow(record);
  }
}

}  // namespace

sim::Result<Timeline> read_timeline(const sim::TraceReader& trace, Window window,
                                    std::uint64_t group) {
  sim::Result<TraceText> text = parse_trace_text(trace.header().text);
  if (!text) return std::unexpected(text.error());
  window.from = std::max(window.from, sim::Instant{});
  window.to = std::min(window.to, trace.end().time);
  if (window.from >= window.to)
    return sim::failure("the window is empty: the trace runs from 0 s to " +
                        time_text(trace.end().time));
  // What is in flight when the window begins was sent before it.
  const sim::Duration lead = std::min(window.length(), sim::seconds(2));
  sim::TraceCursor cursor(trace);
  const sim::Instant start{std::max<std::int64_t>(0, window.from.ns - lead.ns)};
  if (const auto moved = cursor.seek(start); !moved) return std::unexpected(moved.error());
  const sim::Result<sim::Keyframe> state =
      group == 0 ? sim::Result<sim::Keyframe>(cursor.state()) : state_of(trace, group, start);
  if (!state) return std::unexpected(state.error());
  TimelineBuilder builder(std::move(*text), window, *state, group);
  // And what is in flight when it ends arrives after it.
  const sim::Duration tail = std::min(window.length() / 4, sim::seconds(1));
  sim::Record record;
  for (;;) {
    const sim::Result<bool> more = cursor.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more || record.moment.time - window.to > tail) break;
    builder.follow(record);
  }
  Timeline timeline = std::move(builder).take();
  timeline.shortfall = trace.shortfall();
  return timeline;
}

sim::Result<Window> suggested_window(const sim::TraceReader& trace, std::uint64_t group) {
  sim::TraceCursor cursor(trace);
  sim::Record record;
  std::optional<sim::Instant> fault;
  for (;;) {
    const sim::Result<bool> more = cursor.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    const bool healing = record.b != 0;
    if (record.kind != sim::RecordKind::fault || healing) continue;
    fault = record.moment.time;
    break;
  }
  if (!fault) return Window{{}, std::min(sim::Instant{} + sim::seconds(2), trace.end().time)};
  Window window{*fault - sim::milliseconds(150), *fault + sim::seconds(3)};
  // Some systems take long; if service does not come back at all, three seconds tell as much.
  for (sim::Duration ahead = sim::seconds(3);; ahead = ahead * 4) {
    const sim::Instant end = std::min(*fault + ahead, trace.end().time);
    const sim::Result<Timeline> timeline = read_timeline(trace, {window.from, end}, group);
    if (!timeline) return std::unexpected(timeline.error());
    const auto back =
        std::ranges::find_if(timeline->turning_points, [&](const TurningPoint& point) {
          return point.what == Turn::service && point.time > *fault;
        });
    if (back != timeline->turning_points.end()) {
      window.to = back->time + (back->time - window.from) / 4;
      break;
    }
    if (end == trace.end().time) break;
  }
  window.from = std::max(window.from, sim::Instant{});
  return window;
}

}  // namespace splitvote::reports
