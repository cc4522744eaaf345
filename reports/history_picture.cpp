// Draws the operations around a contradiction, lane by lane.
#include "reports/history_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reports/svg_canvas.hpp"
#include "reports/svg_drawing.hpp"
#include "reports/xml.hpp"

namespace splitvote::reports {

namespace {

using consistency::History;
using consistency::Operation;
using consistency::OperationId;
using consistency::Position;
using consistency::SessionId;

constexpr std::size_t shown_max = 40;
constexpr double left = 150;
constexpr double top = 80;
constexpr double lane_height = 34;
constexpr double bar_height = 22;
constexpr double step_width = 84;
constexpr double margin = 24;

class HistoryPicture {
 public:
  HistoryPicture(const History& history, const consistency::Contradiction& contradiction)
      : history_(history), contradiction_(contradiction) {
    choose();
    for (const OperationId id : shown_) {
      const Operation& operation = history_.operation(id);
      if (std::ranges::find(lanes_, operation.session) == lanes_.end())
        lanes_.push_back(operation.session);
      marks_.push_back(operation.invoked);
      marks_.push_back(end_of(operation));
    }
    std::ranges::sort(marks_);
    const auto repeated = std::ranges::unique(marks_);
    marks_.erase(repeated.begin(), repeated.end());
  }

  std::string draw(std::string_view title) {
    const double width = left + step_width * static_cast<double>(marks_.size()) + margin;
    const double height = top + lane_height * static_cast<double>(lanes_.size()) + margin;
    canvas_.rect({0.5, 0.5, width - 1, height - 1}, "card");
    canvas_.text({margin, 34}, fit_text(title, 18, width - 2 * margin), "title");
    canvas_.text({margin, 53}, fit_text(contradiction_.explanation, 12, width - 2 * margin), "sub");
    for (const SessionId lane : lanes_) {
      canvas_.text({left - 12, y(lane) + 16}, fit_text(history_.name(lane), 14, left - margin - 12),
                   "name");
      canvas_.line({left, y(lane) + bar_height / 2}, {width - margin, y(lane) + bar_height / 2},
                   "baseline");
    }
    for (const OperationId id : shown_) draw_bar(id);
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<title>{2}</title>\n{3}</defs>\n{4}</svg>\n",
        width, height, escape_xml(title), style_sheet(), canvas_.body());
  }

 private:
  [[nodiscard]] bool contradicts(OperationId id) const {
    return std::ranges::find(contradiction_.operations, id) != contradiction_.operations.end();
  }

  /// Where the bar ends: what never returned lasts until the last one of the window.
  [[nodiscard]] Position end_of(const Operation& operation) const {
    return std::min(operation.returned, last_);
  }

  void choose() {
    first_ = consistency::never_returned;
    for (const OperationId id : contradiction_.operations) {
      const Operation& operation = history_.operation(id);
      first_ = std::min(first_, operation.invoked);
      last_ = std::max(last_, operation.has_returned() ? operation.returned : operation.invoked);
    }
    ++last_;  // open operations end behind all others
    shown_ = contradiction_.operations;
    std::uint32_t at = 0;
    for (const Operation& operation : history_.operations()) {
      const OperationId id{at++};
      if (shown_.size() >= shown_max || operation.invoked > last_) break;
      const bool overlaps = operation.invoked >= first_ && operation.invoked < last_;
      if (overlaps && !contradicts(id) && is_of_their_keys(operation)) shown_.push_back(id);
    }
    std::ranges::sort(shown_);
  }

  [[nodiscard]] bool is_of_their_keys(const Operation& operation) const {
    return std::ranges::any_of(contradiction_.operations, [&](OperationId id) {
      return history_.operation(id).key == operation.key;
    });
  }

  [[nodiscard]] double x(Position position) const {
    const auto rank = std::ranges::lower_bound(marks_, position) - marks_.begin();
    return left + step_width * static_cast<double>(rank);
  }
  [[nodiscard]] double y(SessionId session) const {
    const auto lane = std::ranges::find(lanes_, session) - lanes_.begin();
    return top + lane_height * static_cast<double>(lane);
  }

  void draw_bar(OperationId id) {
    const Operation& operation = history_.operation(id);
    const double begin = x(operation.invoked);
    const double width = x(end_of(operation)) - begin;
    const bool marked = contradicts(id);
    const std::string text = history_.describe(id);
    const std::string_view style = marked                     ? "op-failed"
                                   : operation.has_returned() ? "follower"
                                                              : "op-pending";
    canvas_.rect({begin, y(operation.session), width, bar_height}, style, text, 3);
    // Who and when is to be seen; what was asked and told is to be read.
    const std::string label = text.substr(0, text.find(" by ")) + text.substr(text.rfind(" -> "));
    canvas_.text({begin + 5, y(operation.session) + 15}, fit_text(label, 11, width - 8),
                 marked ? "on-dark" : "in-span");
  }

  const History& history_;
  const consistency::Contradiction& contradiction_;
  SvgCanvas canvas_;
  std::vector<OperationId> shown_;
  std::vector<SessionId> lanes_;
  std::vector<Position> marks_;  // invocations and returns, which stand at equal distances
  Position first_ = 0;
  Position last_ = 0;
};

}  // namespace

std::string picture_of(const History& history, const consistency::Contradiction& contradiction,
                       std::string_view title) {
  return HistoryPicture(history, contradiction).draw(title);
}

}  // namespace splitvote::reports
