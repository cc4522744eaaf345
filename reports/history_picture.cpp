// Draws the operations around a contradiction, lane by lane.
#include "reports/history_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "reports/history_window.hpp"
#include "reports/svg_canvas.hpp"
#include "reports/svg_drawing.hpp"
#include "reports/xml.hpp"

namespace splitvote::reports {

namespace {

using consistency::Arrow;
using consistency::Because;
using consistency::History;
using consistency::OperationId;

constexpr double sentence_top = 56;
constexpr double sentence_line = 17;
constexpr double bar_height = 22;
constexpr double lane_height = 50;
constexpr double lane_height_with_arrows = 70;
constexpr double fault_height = 18;
constexpr double fault_line = 21;
constexpr std::size_t fault_rows_max = 6;
constexpr double cut_line = 20;
constexpr double note_line = 16;
constexpr double width_min = 640;
constexpr double margin = 24;

constexpr std::string_view own_style =
    "<style>.explained{fill:#009e73;fill-opacity:0.07}\n"
    ".cut-line{stroke:#007a5a;stroke-width:1.6;stroke-dasharray:6 3}\n"
    ".cut-text{font-size:11px;fill:#00614a;font-weight:600;text-anchor:end}\n"
    ".order{fill:none;stroke:#007a5a;stroke-width:1.3;stroke-opacity:0.65}\n"
    ".order-point{fill:#007a5a;stroke:#ffffff;stroke-width:1}\n"
    ".order-number{font-size:10px;fill:#00614a;font-weight:600;text-anchor:middle;"
    "paint-order:stroke;stroke:#f0faf6;stroke-width:3px;stroke-linejoin:round}\n"
    ".breaks{fill:none;stroke:#111827;stroke-width:3}\n"
    ".arrow{fill:none;stroke:#5b3fa0;stroke-width:1.5;marker-end:url(#to-later)}\n"
    ".arrow-text{font-size:11px;fill:#472f82;font-weight:600;text-anchor:middle;"
    "paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}\n"
    ".witness{stroke:#5b3fa0;stroke-width:1;stroke-dasharray:1 3;stroke-linecap:round}</style>\n";
constexpr std::string_view own_marker =
    "<marker id=\"to-later\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" "
    "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
    "<path d=\"M0 1 L8 4 L0 7 z\" fill=\"#5b3fa0\"/></marker>\n";

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

/// Why the one at the beginning of the arrow comes before the one at its end.
std::string_view reason(Because because) {
  switch (because) {
    case Because::session:
      return "same session";
    case Because::seen:
      return "is seen";
    case Because::followed:
      return "was seen before";
    case Because::overtaken:
      return "overwritten, as was seen";
    case Because::replaced:
      return "has not seen it";
    case Because::succeeded:
      return "order in a list";
    case Because::excluded:
      return "had not seen it";
    case Because::real_time:
      return "returned before";
    case Because::known:
      return "must be known";
  }
  return "";
}

class HistoryPicture {
 public:
  HistoryPicture(const History& history, const consistency::Contradiction& contradiction,
                 std::span<const HistoryFault> faults)
      : history_(history),
        contradiction_(contradiction),
        window_(history, contradiction),
        lane_height_(contradiction.arrows.empty() ? lane_height : lane_height_with_arrows) {
    if (contradiction.prefix) points_ = window_.points(contradiction.prefix->order);
    Rows rows(fault_rows_max);
    for (const HistoryFault& fault : faults) place(fault, rows);
    fault_rows_ = rows.used();
  }

  std::string draw(std::string_view title) {
    width_ = std::max(window_.right() + 2 * margin, width_min);
    const auto sentence = wrap(contradiction_.explanation, 12, width_ - 2 * margin);
    const auto notes = wrap(note(), 11, width_ - 2 * margin);
    faults_top_ = sentence_top + sentence_line * static_cast<double>(sentence.size());
    const double faults_bottom = faults_top_ + fault_line * static_cast<double>(fault_rows_);
    const bool lifted = contradiction_.prefix || !contradiction_.arrows.empty();
    top_ = faults_bottom + margin / 2 + (lifted ? cut_line : 0);
    bottom_ = top_ + lane_height_ * static_cast<double>(window_.lanes().size());
    const double notes_top = bottom_ + note_line;
    const double height = notes_top + note_line * static_cast<double>(notes.size()) + margin / 2;
    canvas_.rect({0.5, 0.5, width_ - 1, height - 1}, "card");
    canvas_.text({margin, 34}, fit_text(title, 18, width_ - 2 * margin), "title");
    for (std::size_t i = 0; i < sentence.size(); ++i)
      canvas_.text({margin, sentence_top + sentence_line * static_cast<double>(i)}, sentence[i],
                   "sub");
    draw_faults();
    draw_lanes();
    draw_order_line();
    place_arrows();
    draw_witnesses();
    for (const OperationId id : window_.shown()) draw_bar(id);
    draw_cut();
    draw_order_points();
    draw_arrows();
    for (std::size_t i = 0; i < notes.size(); ++i)
      canvas_.text({margin, notes_top + note_line * static_cast<double>(i)}, notes[i], "note");
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<title>{2}</title>\n{3}{4}{5}</defs>\n{6}</svg>\n",
        width_, height, escape_xml(title), own_style, style_sheet(), own_marker, canvas_.body());
  }

 private:
  struct PlacedFault {
    double from = 0;
    double to = 0;
    std::size_t row = 0;
    std::string name = {};
  };

  struct PlacedArrow {
    const Arrow* arrow = nullptr;
    Point from{};
    Point first{};  // the points that bend it
    Point second{};
    Point to{};
    bool within = false;  // a lane
    bool down = false;

    [[nodiscard]] Point middle() const {
      return {(from.x + 3 * first.x + 3 * second.x + to.x) / 8,
              (from.y + 3 * first.y + 3 * second.y + to.y) / 8};
    }
  };

  /// Where a fault begins and ends within a step is not known, only that it is in it.
  void place(const HistoryFault& fault, Rows& rows) {
    if (!window_.meets(fault.begin, fault.end)) return;
    PlacedFault placed{window_.before(fault.begin, 1.0 / 3), window_.before(fault.end, 2.0 / 3)};
    placed.name = fault_text(fault);
    const double name_end = placed.from + text_width(placed.name, 11.5) + 12;
    placed.row = rows.take(placed.from, std::max(placed.to, name_end));
    if (placed.row == fault_rows_max)
      ++faults_left_out_;
    else
      faults_.push_back(placed);
  }

  [[nodiscard]] double y(OperationId id) const {
    return top_ + lane_height_ * static_cast<double>(window_.lane(id));
  }

  void draw_faults() {
    for (const PlacedFault& placed : faults_) {
      const double y = faults_top_ + fault_line * static_cast<double>(placed.row);
      const double width = placed.to - placed.from;
      canvas_.rect({placed.from, y, width, bottom_ - y}, "cut", placed.name);
      canvas_.rect({placed.from, y, width, fault_height}, "fault-cut", placed.name, 3);
      canvas_.text({placed.from + 6, y + 13},
                   fit_text(placed.name, 11.5, width_ - margin - placed.from), "fault-text");
    }
  }

  void draw_lanes() {
    if (contradiction_.prefix)
      canvas_.rect(
          {HistoryWindow::left, top_ - cut_line,
           window_.at(contradiction_.prefix->end) - HistoryWindow::left, bottom_ - top_ + cut_line},
          "explained");
    for (std::size_t lane = 0; lane < window_.lanes().size(); ++lane) {
      const double y = top_ + lane_height_ * static_cast<double>(lane);
      canvas_.text(
          {HistoryWindow::left - 12, y + 16},
          fit_text(history_.name(window_.lanes()[lane]), 14, HistoryWindow::left - margin - 12),
          "name");
      canvas_.line({HistoryWindow::left, y + bar_height / 2}, {width_ - margin, y + bar_height / 2},
                   "baseline");
    }
  }

  void draw_bar(OperationId id) {
    const Box bar{window_.begin(id), y(id), window_.end(id) - window_.begin(id), bar_height};
    const bool marked = window_.contradicts(id);
    const std::string_view style = marked                                  ? "op-failed"
                                   : history_.operation(id).has_returned() ? "follower"
                                                                           : "op-pending";
    canvas_.rect(bar, style, history_.describe(id), 3);
    canvas_.text({bar.x + 5, bar.y + 15}, fit_text(window_.label(id), 11, bar.width - 8),
                 marked ? "on-dark" : "in-span");
    canvas_.occupy(bar);
  }

  void draw_cut() {
    if (!contradiction_.prefix) return;
    const consistency::LinearizablePrefix& prefix = *contradiction_.prefix;
    const double x = window_.at(prefix.end);
    canvas_.line({x, top_ - cut_line}, {x, bottom_}, "cut-line");
    const std::string_view words =
        prefix.longest ? "explained up to here" : "explained at least up to here";
    canvas_.text({x - 5, top_ - 7}, words, "cut-text");
    if (!prefix.longest) return;
    const double middle = y(prefix.next) + bar_height / 2;
    canvas_.path(fmt::format("M{0:.1f} {1:.1f} L{2:.1f} {3:.1f} M{0:.1f} {3:.1f} L{2:.1f} {1:.1f}",
                             x - 6, middle - 6, x + 6, middle + 6),
                 "breaks", "no order explains this return: " + history_.describe(prefix.next));
  }

  /// Behind the bars, from point to point.
  void draw_order_line() {
    std::string commands;
    for (const HistoryWindow::Point& point : points_)
      commands += fmt::format("{}{:.1f} {:.1f}", commands.empty() ? "M" : " L", point.x,
                              y(point.operation) + bar_height);
    if (points_.size() > 1) canvas_.path(commands, "order");
  }

  void draw_order_points() {
    std::size_t number = 0;
    for (const HistoryWindow::Point& point : points_) {
      const double bottom = y(point.operation) + bar_height;
      canvas_.circle({point.x, bottom}, 4, "order-point", history_.describe(point.operation));
      canvas_.text({point.x, bottom + 15}, std::to_string(++number), "order-number");
    }
  }

  /// Each arrow has a place of its own at each of its ends.
  void place_arrows() {
    const auto ends_at = [&](OperationId id) {
      return std::ranges::count(contradiction_.arrows, id, &Arrow::earlier) +
             std::ranges::count(contradiction_.arrows, id, &Arrow::later);
    };
    std::vector<OperationId> used;
    const auto next_place = [&](OperationId id) {
      used.push_back(id);
      const auto number = static_cast<double>(std::ranges::count(used, id));
      const double share = number / static_cast<double>(ends_at(id) + 1);
      return window_.begin(id) + share * (window_.end(id) - window_.begin(id));
    };
    for (const Arrow& arrow : contradiction_.arrows) {
      const double from = next_place(arrow.earlier);
      arrows_.push_back(place(arrow, from, next_place(arrow.later)));
    }
  }

  /// From lane to lane between the bars; within a lane below them, and back above them.
  [[nodiscard]] PlacedArrow place(const Arrow& arrow, double from_x, double to_x) const {
    const double lane = y(arrow.earlier);
    const double other = y(arrow.later);
    PlacedArrow placed{.arrow = &arrow, .within = lane == other};
    placed.down = placed.within ? from_x <= to_x : lane < other;
    const bool into_top = placed.within ? !placed.down : placed.down;
    placed.from = {from_x, lane + (placed.down ? bar_height : 0)};
    placed.to = {to_x, other + (into_top ? 0 : bar_height)};
    const double bend =
        placed.within ? 26 : std::max(24.0, std::abs(placed.to.y - placed.from.y) / 2);
    placed.first = {from_x, placed.from.y + (placed.down ? bend : -bend)};
    placed.second = {to_x, placed.to.y + (into_top ? -bend : bend)};
    return placed;
  }

  /// Behind the bars.
  void draw_witnesses() {
    for (const PlacedArrow& placed : arrows_) {
      if (!placed.arrow->witness) continue;
      const OperationId witness = *placed.arrow->witness;
      const double x = (window_.begin(witness) + window_.end(witness)) / 2;
      const Point middle = placed.middle();
      const double top = y(witness);
      canvas_.line(middle, {x, top < middle.y ? top + bar_height : top}, "witness",
                   "seen by " + history_.describe(witness));
    }
  }

  void draw_arrows() {
    for (const PlacedArrow& placed : arrows_) {
      const auto& [arrow, from, first, second, to, within, down] = placed;
      const std::string_view why = reason(arrow->because);
      canvas_.path(fmt::format("M{:.1f} {:.1f} C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", from.x,
                               from.y, first.x, first.y, second.x, second.y, to.x, to.y),
                   "arrow",
                   fmt::format("<{}> comes before <{}>: {}", history_.describe(arrow->earlier),
                               history_.describe(arrow->later), why));
    }
    for (const PlacedArrow& placed : arrows_) label(placed);
  }

  /// Beside its arrow where that is free, or else on it.
  void label(const PlacedArrow& placed) {
    const std::string_view words = reason(placed.arrow->because);
    const double width = text_width(words, 11);
    const double side = placed.within ? 0 : (width / 2 + 8) * (placed.down ? -1 : 1);
    const double beyond = placed.within ? (placed.down ? 12 : -4) : 4;
    const Point middle = placed.middle();
    for (const Point shift : {Point{side, 0}, Point{-side, 0}, Point{0, -13}, Point{0, 13}}) {
      const Point base{middle.x + shift.x, middle.y + beyond + shift.y};
      if (!canvas_.claim({base.x - width / 2, base.y - 10, width, 12})) continue;
      return canvas_.text(base, words, "arrow-text");
    }
    canvas_.text({middle.x, middle.y + beyond}, words, "arrow-text");
  }

  [[nodiscard]] std::string note() const {
    std::string text = "Red: what contradicts. Dashed: without an answer.";
    if (!points_.empty())
      text += " 1, 2 …: an order that explains the shaded part, as far as it is drawn.";
    if (contradiction_.prefix && contradiction_.prefix->longest)
      text += " Cross: the first return that no order explains.";
    if (!contradiction_.arrows.empty())
      text += " Arrows: what must come before what, and why; dotted: who saw that.";
    if (window_.left_out() > 0)
      text += fmt::format(" Not drawn: {} more operations on the same keys in that time.",
                          window_.left_out());
    if (faults_left_out_ > 0) text += fmt::format(" Not drawn: {} more faults.", faults_left_out_);
    return text;
  }

  const History& history_;
  const consistency::Contradiction& contradiction_;
  const HistoryWindow window_;
  const double lane_height_;
  std::vector<HistoryWindow::Point> points_;
  std::vector<PlacedArrow> arrows_;
  std::vector<PlacedFault> faults_;
  std::size_t fault_rows_ = 0;
  std::size_t faults_left_out_ = 0;
  SvgCanvas canvas_;
  double width_ = 0;
  double faults_top_ = 0;
  double top_ = 0;     // of the lanes
  double bottom_ = 0;  // of the lanes
};

}  // namespace

std::string picture_of(const History& history, const consistency::Contradiction& contradiction,
                       std::string_view title, std::span<const HistoryFault> faults) {
  return HistoryPicture(history, contradiction, faults).draw(title);
}

}  // namespace splitvote::reports
