// The arrows of the diagram: every message from lane to lane, the lost ones with a cross and why.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/fate.hpp"
#include "reports/svg_drawing.hpp"
#include "reports/text.hpp"

namespace splitvote::reports {

namespace {

/// A lost message is drawn up to so many pixels above or below the lane: it was judged on arrival,
/// but the lane never saw it. No other lane lies so near.
constexpr double lost_distance = 15;

Point between(Point from, Point to, double share) {
  return {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
}

}  // namespace

std::string Drawing::describe(const DrawnMessage& message) const {
  const TraceText& run = timeline_.run;
  std::string text = fmt::format("{} {}, {} to {}, sent {}", run.message_name(message.kind),
                                 message.id, run.node_name(message.source),
                                 run.node_name(message.target), time_text(message.sent));
  if (!message.ended) return text + ", in flight";
  return text + fmt::format(", {} {}", to_string(message.fate), time_text(*message.ended));
}

void Drawing::draw_messages() {
  canvas_.open_clipped("plot");
  for (const std::size_t place : thinning_.shown) draw_message(timeline_.messages[place]);
  canvas_.close();
}

void Drawing::draw_message(const DrawnMessage& message) {
  if (number(message.source) >= timeline_.lanes.size() ||
      number(message.target) >= timeline_.lanes.size())
    return;
  const bool downwards = y(message.target) > y(message.source);
  const auto edge = [&](sim::NodeId node, bool below) {
    const double half = is_client(node) ? 0 : bar_height / 2;
    return y(node) + (below ? half : -half);
  };
  const Point from{x(message.sent), edge(message.source, downwards)};
  const std::string title = describe(message);
  const auto group = style_of(message.group);
  if (!message.ended) {
    const Point end{x(timeline_.window.to), edge(message.target, !downwards)};
    canvas_.line(from, between(from, end, 0.5), fmt::format("l-{}", group), title);
    return;
  }
  const Point to{x(*message.ended), edge(message.target, !downwards)};
  if (message.fate != sim::Fate::delivered) return draw_lost(message, from, to, title);
  canvas_.line(from, to, fmt::format("m-{}", group), title, fmt::format("to-{}", group));
}

void Drawing::draw_lost(const DrawnMessage& message, Point from, Point to,
                        const std::string& title) {
  const double rise = std::abs(to.y - from.y);
  const Point end = between(from, to, rise > 0 ? std::max(0.5, 1 - lost_distance / rise) : 0.5);
  canvas_.line(from, end, fmt::format("l-{}", style_of(message.group)), title);
  canvas_.path(fmt::format("M{:.1f} {:.1f}l6 6m0 -6l-6 6", end.x - 3, end.y - 3), "cross", title);
  if (end.x >= layout_.left && end.x <= layout_.right) crosses_.push_back({end, message.fate});
}

/// One word in a neighbourhood is enough, where it hides no cross; the others say it when pointed
/// at.
void Drawing::draw_reasons() {
  for (const Cross& cross : crosses_) canvas_.occupy({cross.at.x - 4, cross.at.y - 4, 8, 8});
  std::vector<Cross> told;
  for (const Cross& cross : crosses_) {
    const std::string why(cross.fate == sim::Fate::node_down ? "down" : to_string(cross.fate));
    const Box box{cross.at.x + 5, cross.at.y - 6, text_width(why, 10) + 2, 12};
    const bool near = std::ranges::any_of(told, [&cross](const Cross& other) {
      return other.fate == cross.fate && std::abs(other.at.x - cross.at.x) < 220 &&
             std::abs(other.at.y - cross.at.y) < 40;
    });
    if (near || box.x + box.width > layout_.right || !canvas_.claim(box)) continue;
    canvas_.text({box.x + 1, cross.at.y + 3.5}, why, "why");
    told.push_back(cross);
  }
}

}  // namespace splitvote::reports
