// Draws the operations around a contradiction, lane by lane.
#include "reports/history_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
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
constexpr double sentence_top = 56;
constexpr double sentence_line = 17;
constexpr double lane_height = 34;
constexpr double bar_height = 22;
constexpr double step_width_min = 48;
constexpr double label_width_max = 330;
constexpr double width_min = 640;
constexpr double margin = 24;

/// The words in as few lines as fit; a longer word has a line of its own.
std::vector<std::string> wrap(std::string_view text, double font_size, double width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!lines.empty() && text_width(lines.back() + " " + std::string(word), font_size) <= width) {
      lines.back().append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

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
    make_room();
  }

  std::string draw(std::string_view title) {
    const double width = std::max(places_.back() + 2 * margin, width_min);
    const auto sentence = wrap(contradiction_.explanation, 12, width - 2 * margin);
    top_ = sentence_top + sentence_line * static_cast<double>(sentence.size()) + margin / 2;
    const double height = top_ + lane_height * static_cast<double>(lanes_.size()) + margin;
    canvas_.rect({0.5, 0.5, width - 1, height - 1}, "card");
    canvas_.text({margin, 34}, fit_text(title, 18, width - 2 * margin), "title");
    for (std::size_t i = 0; i < sentence.size(); ++i) {
      canvas_.text({margin, sentence_top + sentence_line * static_cast<double>(i)}, sentence[i],
                   "sub");
    }
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

  [[nodiscard]] std::size_t rank(Position position) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(marks_, position) - marks_.begin());
  }

  /// Steps are as wide as the labels above them need, and no step is lost.
  void make_room() {
    std::vector<double> steps(marks_.size(), step_width_min);
    for (const OperationId id : shown_) {
      const Operation& operation = history_.operation(id);
      const std::size_t first = rank(operation.invoked);
      const std::size_t last = rank(end_of(operation));
      const double label = std::min(text_width(label_of(id), 11) + 14, label_width_max);
      for (std::size_t i = first; i < last; ++i)
        steps[i] = std::max(steps[i], label / static_cast<double>(last - first));
    }
    double place = left;
    for (const double step : steps) places_.push_back(std::exchange(place, place + step));
  }

  /// What was asked and told; who and when is to be seen.
  [[nodiscard]] std::string label_of(OperationId id) const {
    const std::string text = history_.describe(id);
    return text.substr(0, text.find(" by ")) + text.substr(text.rfind(" -> "));
  }

  [[nodiscard]] double x(Position position) const { return places_[rank(position)]; }
  [[nodiscard]] double y(SessionId session) const {
    const auto lane = std::ranges::find(lanes_, session) - lanes_.begin();
    return top_ + lane_height * static_cast<double>(lane);
  }

  void draw_bar(OperationId id) {
    const Operation& operation = history_.operation(id);
    const double begin = x(operation.invoked);
    const double width = x(end_of(operation)) - begin;
    const bool marked = contradicts(id);
    const std::string_view style = marked                     ? "op-failed"
                                   : operation.has_returned() ? "follower"
                                                              : "op-pending";
    canvas_.rect({begin, y(operation.session), width, bar_height}, style, history_.describe(id), 3);
    canvas_.text({begin + 5, y(operation.session) + 15}, fit_text(label_of(id), 11, width - 8),
                 marked ? "on-dark" : "in-span");
  }

  const History& history_;
  const consistency::Contradiction& contradiction_;
  SvgCanvas canvas_;
  std::vector<OperationId> shown_;
  std::vector<SessionId> lanes_;
  std::vector<Position> marks_;  // invocations and returns
  std::vector<double> places_;   // of the marks
  double top_ = 0;               // of the lanes
  Position first_ = 0;
  Position last_ = 0;
};

}  // namespace

std::string picture_of(const History& history, const consistency::Contradiction& contradiction,
                       std::string_view title) {
  return HistoryPicture(history, contradiction).draw(title);
}

}  // namespace splitvote::reports
