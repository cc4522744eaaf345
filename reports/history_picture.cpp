// Draws what happened around a contradiction, lane by lane.
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
using consistency::OperationId;

constexpr double sentence_top = 56;
constexpr double sentence_line = 17;
constexpr std::size_t sentence_lines_max = 8;
constexpr double bar_padding = 8;
constexpr double bar_line = 14;
constexpr double lane_gap = 28;
constexpr double lane_gap_with_arrows = 48;
constexpr double fault_height = 18;
constexpr double fault_line = 21;
constexpr std::size_t fault_rows_max = 6;
constexpr double cut_line = 20;
constexpr double note_line = 16;
constexpr double width_min = 640;
constexpr double steep_max = 250;  // from left to right, between lanes
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

/// What is too long ends with an ellipsis.
std::vector<std::string> lines_of_sentence(std::string_view text, double width) {
  std::vector<std::string> lines = wrap(text, 12, width);
  if (lines.size() > sentence_lines_max) {
    lines.resize(sentence_lines_max);
    lines.back() += " …";
  }
  for (std::string& line : lines) line = fit_text(line, 12, width);
  return lines;
}

class HistoryPicture {
 public:
  HistoryPicture(const HistoryView& view, std::span<const HistoryFault> faults)
      : view_(view), contradiction_(view.contradiction()), window_(view) {
    if (contradiction_.prefix) points_ = window_.points(contradiction_.prefix->order);
    Rows rows(fault_rows_max);
    for (const HistoryFault& fault : faults) place(fault, rows);
    fault_rows_ = rows.used();
  }

  std::string draw(std::string_view title) {
    width_ = std::max(window_.right() + 2 * margin, width_min);
    const auto sentence = lines_of_sentence(view_.explanation(), width_ - 2 * margin);
    const auto notes = wrap(note(), 11, width_ - 2 * margin);
    faults_top_ = sentence_top + sentence_line * static_cast<double>(sentence.size());
    const double faults_bottom = faults_top_ + fault_line * static_cast<double>(fault_rows_);
    const bool lifted = contradiction_.prefix || !contradiction_.arrows.empty();
    top_ = faults_bottom + margin / 2 + (lifted ? cut_line : 0);
    lay_out_lanes();
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
  struct Lane {
    double top = 0;
    double bar_height = 0;
  };

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

    /// A place on it, a share of the way.
    [[nodiscard]] Point at(double share) const {
      const double rest = 1 - share;
      const auto bent = [&](double a, double b, double c, double d) {
        return rest * rest * rest * a + 3 * rest * rest * share * b + 3 * rest * share * share * c +
               share * share * share * d;
      };
      return {bent(from.x, first.x, second.x, to.x), bent(from.y, first.y, second.y, to.y)};
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

  /// Each as high as its highest bar.
  void lay_out_lanes() {
    for (std::size_t lane = 0; lane < window_.lanes().size(); ++lane) lanes_.push_back({});
    for (const OperationId id : window_.shown()) {
      double& height = lanes_[window_.lane(id)].bar_height;
      const auto lines = static_cast<double>(view_.label(id).size());
      height = std::max(height, bar_padding + bar_line * lines);
    }
    bottom_ = top_;
    for (Lane& lane : lanes_) {
      lane.top = bottom_;
      bottom_ +=
          lane.bar_height + (contradiction_.arrows.empty() ? lane_gap : lane_gap_with_arrows);
    }
  }

  [[nodiscard]] Box bar(OperationId id) const {
    const Lane& lane = lanes_[window_.lane(id)];
    return {window_.begin(id), lane.top, window_.end(id) - window_.begin(id), lane.bar_height};
  }

  [[nodiscard]] double bottom(OperationId id) const { return bar(id).y + bar(id).height; }

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
    for (std::size_t at = 0; at < lanes_.size(); ++at) {
      const auto [top, bar_height] = lanes_[at];
      canvas_.text({HistoryWindow::left - 12, top + bar_height / 2 + 5},
                   fit_text(window_.lanes()[at], 14, HistoryWindow::left - margin - 12), "name");
      canvas_.line({HistoryWindow::left, top + bar_height / 2},
                   {width_ - margin, top + bar_height / 2}, "baseline");
    }
  }

  void draw_bar(OperationId id) {
    const Box box = bar(id);
    const bool marked = window_.contradicts(id);
    const std::string_view style = marked                              ? "op-failed"
                                   : view_.lifetime(id).has_returned() ? "follower"
                                                                       : "op-pending";
    canvas_.rect(box, style, view_.describe(id), 3);
    double base = box.y + 15;
    for (const std::string& line : view_.label(id)) {
      canvas_.text({box.x + 5, base}, fit_text(line, 11, box.width - 8),
                   marked ? "on-dark" : "in-span");
      base += bar_line;
    }
    canvas_.occupy(box);
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
    const Box broken = bar(prefix.next);
    const double middle = broken.y + broken.height / 2;
    canvas_.path(fmt::format("M{0:.1f} {1:.1f} L{2:.1f} {3:.1f} M{0:.1f} {3:.1f} L{2:.1f} {1:.1f}",
                             x - 6, middle - 6, x + 6, middle + 6),
                 "breaks", "no order explains this return: " + view_.describe(prefix.next));
  }

  /// Behind the bars, from point to point.
  void draw_order_line() {
    std::string commands;
    for (const HistoryWindow::Point& point : points_)
      commands += fmt::format("{}{:.1f} {:.1f}", commands.empty() ? "M" : " L", point.x,
                              bottom(point.operation));
    if (points_.size() > 1) canvas_.path(commands, "order");
  }

  void draw_order_points() {
    std::size_t number = 0;
    for (const HistoryWindow::Point& point : points_) {
      const double y = bottom(point.operation);
      canvas_.circle({point.x, y}, 4, "order-point", view_.describe(point.operation));
      canvas_.text({point.x, y + 15}, std::to_string(++number), "order-number");
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
    const Box source = bar(arrow.earlier);
    const Box target = bar(arrow.later);
    PlacedArrow placed{.arrow = &arrow, .within = source.y == target.y};
    placed.down = placed.within ? from_x <= to_x : source.y < target.y;
    const bool into_top = placed.within ? !placed.down : placed.down;
    placed.from = {from_x, source.y + (placed.down ? source.height : 0)};
    placed.to = {to_x, target.y + (into_top ? 0 : target.height)};
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
      const Point middle = placed.at(0.5);
      const double top = bar(witness).y;
      canvas_.line(middle, {x, top < middle.y ? bottom(witness) : top}, "witness",
                   "seen by " + view_.describe(witness));
    }
  }

  void draw_arrows() {
    for (const PlacedArrow& placed : arrows_) {
      const auto& [arrow, from, first, second, to, within, down] = placed;
      const std::string why = view_.reason(*arrow);
      canvas_.path(fmt::format("M{:.1f} {:.1f} C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", from.x,
                               from.y, first.x, first.y, second.x, second.y, to.x, to.y),
                   "arrow",
                   fmt::format("<{}> comes before <{}>: {}", view_.describe(arrow->earlier),
                               view_.describe(arrow->later), why));
    }
    for (const PlacedArrow& placed : arrows_) label(placed);
  }

  /// Beside its arrow where that is steep and free, or else somewhere on it.
  void label(const PlacedArrow& placed) {
    const std::string words = view_.reason(*placed.arrow);
    const double width = text_width(words, 11);
    const double side = placed.within ? 0 : (width / 2 + 8) * (placed.down ? -1 : 1);
    const double beyond = placed.within ? (placed.down ? 12 : -4) : 4;
    const Point middle = placed.at(0.5);
    std::vector<Point> places;
    const bool steep = std::abs(placed.to.x - placed.from.x) < steep_max;
    if (steep || placed.within) places = {{middle.x + side, middle.y}, {middle.x - side, middle.y}};
    for (const double share : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8})
      places.push_back(placed.at(share));
    for (const double away : {-13.0, 13.0}) places.push_back({middle.x, middle.y + away});
    for (const Point place : places) {
      const Point base{place.x, place.y + beyond};
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
    if (!contradiction_.arrows.empty()) text += " Arrows: what must come before what, and why.";
    const auto has_witness = [](const Arrow& arrow) { return arrow.witness.has_value(); };
    if (std::ranges::any_of(contradiction_.arrows, has_witness)) text += " Dotted: who saw that.";
    if (!view_.has_real_time())
      text += " From left to right: the order of each session; of two sessions it tells nothing.";
    if (window_.contradicting_left_out() > 0)
      text += fmt::format(" Not drawn: the first {} of those that contradict.",
                          window_.contradicting_left_out());
    if (window_.left_out() > 0)
      text += fmt::format(" Not drawn: {} in that time.", view_.more(window_.left_out()));
    if (faults_left_out_ > 0) text += fmt::format(" Not drawn: {} more faults.", faults_left_out_);
    return text;
  }

  const HistoryView& view_;
  const consistency::Contradiction& contradiction_;
  const HistoryWindow window_;
  std::vector<Lane> lanes_;
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

bool can_be_drawn(const consistency::Contradiction& contradiction) {
  if (contradiction.operations.empty()) return false;
  return contradiction.arrows.empty() ||
         contradiction.operations.size() <= HistoryWindow::contradicting_max;
}

std::string picture_of(const HistoryView& view, std::string_view title,
                       std::span<const HistoryFault> faults) {
  return HistoryPicture(view, faults).draw(title);
}

std::string picture_of(const consistency::History& history,
                       const consistency::Contradiction& contradiction, std::string_view title,
                       std::span<const HistoryFault> faults) {
  return picture_of(OperationsView(history, contradiction), title, faults);
}

}  // namespace splitvote::reports
