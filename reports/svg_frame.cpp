// The diagram's frame: title, legend, time axis, the numbered story and the notes below.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "reports/svg_drawing.hpp"
#include "reports/text.hpp"

namespace splitvote::reports {

void Drawing::draw_title() {
  const TraceText& run = timeline_.run;
  const std::string title = run.scenario.empty() ? "a run" : run.scenario;
  canvas_.text({24, 34}, fit_text(title, 18, style_.width - 48), "title");
  std::string sub = fmt::format("seed {}, {} of simulated time from {}", run.seed,
                                duration_text(timeline_.window.length()),
                                tick_label(timeline_.window.from, sim::milliseconds(1)));
  if (run.groups > 1)
    sub += fmt::format(", everything of group {} (there are {}, from 0 on)", timeline_.group,
                       run.groups);
  if (!run.variant.empty()) sub += ", " + run.variant;
  if (!run.file.empty()) sub += ", " + run.file;
  canvas_.text({24, 53}, fit_text(sub, 12, style_.width - 48), "sub");
}

std::vector<std::pair<std::string, std::string>> Drawing::legend() const {
  std::vector<std::pair<std::string, std::string>> entries;  // style, label
  std::set<LaneState> states;
  for (const Lane& lane : timeline_.lanes)
    for (const Span& span : lane.spans)
      if (!lane.client) states.insert(span.state);
  for (const LaneState state : states)
    if (state != LaneState::idle) entries.emplace_back(style_of(state), to_string(state));
  std::set<MessageGroup> groups;
  bool lost = false;
  for (const std::size_t place : thinning_.shown) {
    const DrawnMessage& message = timeline_.messages[place];
    groups.insert(message.group);
    lost = lost || message.fate != sim::Fate::delivered;
  }
  static constexpr std::array labels{"election message", "heartbeat", "replication",
                                     "client message", "other message"};
  for (const MessageGroup group : groups)
    entries.emplace_back(fmt::format("m-{}", style_of(group)),
                         labels[static_cast<std::size_t>(group)]);
  if (lost) entries.emplace_back("cross", "never arrived");
  if (!timeline_.commits.empty()) entries.emplace_back("commit", "commit index moves");
  std::set<std::string_view> outcomes;
  for (const PlacedOperation& placed : operations_) outcomes.insert(style_of(*placed.operation));
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> outcome_labels{
      {{"op-ok", "operation ok"},
       {"op-mismatch", "mismatch"},
       {"op-failed", "failed"},
       {"op-unknown", "outcome unknown"},
       {"op-pending", "unfinished"}}};
  for (const auto& [style, label] : outcome_labels)
    if (outcomes.contains(style)) entries.emplace_back(style, label);
  return entries;
}

void Drawing::draw_legend() {
  Point at{24, 76};
  for (const auto& [style, label] : legend()) {
    const double needed = 46 + text_width(label, 11.5);
    if (at.x > 24 && at.x + needed > style_.width - 24) at = {24, at.y + 20};
    if (style.starts_with("m-")) {
      canvas_.line({at.x, at.y}, {at.x + 22, at.y}, style, {}, "to-" + style.substr(2));
    } else if (style == "cross") {
      canvas_.path(fmt::format("M{0:.1f} {1:.1f}l8 8m0 -8l-8 8", at.x + 8, at.y - 4), style);
    } else if (style == "commit") {
      canvas_.line({at.x + 14, at.y - 4}, {at.x + 14, at.y + 4}, style);
    } else {
      canvas_.rect({at.x, at.y - 5, 22, 10}, style, {}, 2);
    }
    canvas_.text({at.x + 28, at.y + 4}, label, "legend");
    at.x += needed;
  }
}

void Drawing::draw_grid() {
  const Window& window = timeline_.window;
  const sim::Duration distance = tick_distance(window.length(), 11);
  const std::int64_t first = (window.from.ns + distance.ns - 1) / distance.ns * distance.ns;
  for (sim::Instant time{first}; time <= window.to; time = time + distance) {
    const double place = x(time);
    canvas_.line({place, layout_.lanes_top}, {place, layout_.plot_bottom}, "grid");
    canvas_.line({place, layout_.plot_bottom}, {place, layout_.plot_bottom + 5}, "axis");
    const std::string label = tick_label(time, distance);
    const double half = text_width(label, 11) / 2;
    if (place - half > 4 && place + half < layout_.width - 4)
      canvas_.text({place, layout_.plot_bottom + 18}, label, "tick");
  }
  canvas_.line({layout_.left, layout_.plot_bottom}, {layout_.right, layout_.plot_bottom}, "axis");
}

void Drawing::draw_story() {
  if (story_.empty()) return;
  const double top = layout_.plot_bottom + 46;
  const double column = (style_.width - 48) / 2;
  const sim::Duration precision = timeline_.window.length() >= sim::milliseconds(20)
                                      ? sim::milliseconds(1)
                                      : sim::microseconds(1);
  double time_width = 0;
  for (const TurningPoint& point : story_)
    time_width = std::max(time_width, text_width(tick_label(point.time, precision), 12.5));
  for (std::size_t i = 0; i < story_.size(); ++i) {
    draw_story_number(i + 1, story_[i]);
    const double left = 24 + (i < story_rows() ? 0 : column);
    const double base = top + static_cast<double>(i % story_rows()) * story_line;
    canvas_.circle({left + 9, base - 4}, 8, "number");
    canvas_.text({left + 9, base - 0.3}, fmt::format("{}", i + 1), "number-text");
    canvas_.text({left + 24 + time_width, base}, tick_label(story_[i].time, precision),
                 "story-time");
    canvas_.text({left + 34 + time_width, base},
                 fit_text(story_[i].text, 12.5, column - 46 - time_width), "story");
  }
}

void Drawing::draw_story_number(std::size_t number, const TurningPoint& point) {
  const double place = std::clamp(x(point.time), layout_.left, layout_.right);
  const bool on_lane = sim::number(point.node) < timeline_.lanes.size();
  const double lane = on_lane ? y(point.node) : layout_.lanes_top;
  // Above the lane if there is room, else below it, else further and further to the sides.
  const double up = on_lane ? -bar_height / 2 - 11 : 4;
  const double down = is_client(point.node) ? -11 : bar_height / 2 + 11;
  Point centre{place, lane + up};
  for (int attempt = 0; attempt < 2 * 2 * 12; ++attempt) {
    const int steps = attempt / 4 + attempt % 2;  // 0, then 1 to the right, 1 to the left, 2 …
    const bool below = attempt / 2 % 2 == 1;
    const double shift = (attempt % 2 == 0 ? -18.0 : 18.0) * steps;
    const Point tried{std::clamp(place + shift, layout_.left + 8, layout_.right - 8),
                      lane + (below ? down : up)};
    if (!canvas_.claim({tried.x - 8.5, tried.y - 8.5, 17, 17})) continue;
    centre = tried;
    break;
  }
  const bool has_bar = on_lane && !is_client(point.node);
  const double edge = !has_bar ? 0 : centre.y < lane ? -bar_height / 2 : bar_height / 2;
  canvas_.line({place, lane + edge}, centre, "stem");
  canvas_.circle(centre, 8, "number", point.text);
  canvas_.text({centre.x, centre.y + 3.7}, fmt::format("{}", number), "number-text");
}

std::vector<std::string> Drawing::note_lines() const {
  std::vector<std::string> parts;
  for (const std::string& note : thinning_.notes)
    parts.push_back((parts.empty() ? "shown on each link: " : "") + note);
  if (operations_left_out_ > 0)
    parts.push_back(fmt::format("{} of {} client operations found no room", operations_left_out_,
                                timeline_.operations.size()));
  if (story_.size() < timeline_.turning_points.size())
    parts.push_back(fmt::format("numbered: {} of {} turning points", story_.size(),
                                timeline_.turning_points.size()));
  if (!timeline_.shortfall.empty()) parts.emplace_back("the trace was cut short");
  std::vector<std::string> lines;
  for (const std::string& part : parts) {
    const bool fits = !lines.empty() &&
                      text_width(lines.back() + "; " + part, note_size) < style_.width - 2 * margin;
    if (fits)
      lines.back() += "; " + part;
    else
      lines.push_back(part);
  }
  return lines;
}

void Drawing::draw_notes() {
  double base = layout_.height - 14 - static_cast<double>(notes_.size() - 1) * note_line;
  for (const std::string& line : notes_) {
    canvas_.text({margin, base}, fit_text(line, note_size, style_.width - 2 * margin), "note");
    base += note_line;
  }
}

}  // namespace splitvote::reports
