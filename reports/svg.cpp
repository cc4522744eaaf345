// Lays the diagram out: what fits, where each lane and moment lies, and in which order the parts
// are drawn.
#include "reports/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "reports/svg_drawing.hpp"
#include "reports/text.hpp"

namespace splitvote::reports {

namespace {

/// What is left out last comes first.
int rank(Turn what) {
  switch (what) {
    case Turn::fault:
    case Turn::heal:
    case Turn::leadership:
    case Turn::mark:
      return 0;
    case Turn::step_down:
    case Turn::life:
      return 1;
    case Turn::service:
      return 2;
    case Turn::commit:
    case Turn::candidacy:
      return 3;
  }
  return 3;
}

}  // namespace

std::vector<TurningPoint> most_telling(std::span<const TurningPoint> points, std::size_t count) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [points](std::size_t place) {
    return std::pair(rank(points[place].what), place);
  });
  order.resize(std::min(count, order.size()));
  std::ranges::sort(order);
  std::vector<TurningPoint> chosen;
  for (const std::size_t place : order) chosen.push_back(points[place]);
  return chosen;
}

std::string to_svg(const Timeline& timeline, const SvgStyle& style) {
  return Drawing(timeline, style).draw();
}

Drawing::Drawing(const Timeline& timeline, const SvgStyle& style)
    : timeline_(timeline), style_(style), thinning_(thin(timeline, style.messages)) {
  for (const Lane& lane : timeline.lanes) {
    has_clients_ = has_clients_ || lane.client;
    server_row_.push_back(servers_);
    if (!lane.client) ++servers_;
  }
  story_ = most_telling(timeline.turning_points, style.turning_points);
  layout_.width = style.width;
  layout_.left = 76;
  layout_.right = style.width - 28;
  place_faults();
  place_operations();
  lay_out();
}

double Drawing::x(sim::Instant time) const {
  const double share = static_cast<double>((time - timeline_.window.from).ns) /
                       static_cast<double>(timeline_.window.length().ns);
  return layout_.left + share * (layout_.right - layout_.left);
}

bool Drawing::is_client(sim::NodeId node) const {
  return number(node) < timeline_.lanes.size() && timeline_.lanes[number(node)].client;
}

double Drawing::y(sim::NodeId node) const {
  if (is_client(node)) return layout_.clients_top;
  const std::size_t row = number(node) < server_row_.size() ? server_row_[number(node)] : 0;
  return layout_.lanes_top + (static_cast<double>(row) + 0.5) * layout_.lane_distance;
}

void Drawing::place_faults() {
  Rows rows(6);
  for (const FaultPeriod& fault : timeline_.faults) {
    // A bar is as long as the fault, but its text may need more room to the right of it.
    const double from = x(fault.period.from);
    const double to = std::max(x(fault.period.to), from + 14 + text_width(fault.text, 11.5));
    const std::size_t row = rows.take(from, to + 6);
    if (row < 6) faults_.push_back({&fault, row});
  }
  fault_rows_ = rows.used();
}

void Drawing::place_operations() {
  Rows rows(style_.operation_rows);
  for (const ClientOperation& operation : timeline_.operations) {
    const double from =
        operation.invoke ? std::max(x(*operation.invoke), layout_.left) : layout_.left;
    const double to =
        std::max(operation.complete ? x(*operation.complete) : layout_.right, from + 2.5);
    const std::size_t row = rows.take(from, to + 1.5);
    if (row < style_.operation_rows)
      operations_.push_back({&operation, from, to, row});
    else
      ++operations_left_out_;
  }
  operation_rows_ = rows.used();
}

void Drawing::lay_out() {
  double line_width = 0;
  std::size_t legend_lines = 1;
  for (const auto& [style, label] : legend()) {
    const double entry = 46 + text_width(label, 11.5);
    if (line_width + entry > style_.width - 48) {
      ++legend_lines;
      line_width = 0;
    }
    line_width += entry;
  }
  legend_height_ = static_cast<double>(legend_lines) * 20;
  layout_.faults_top = 68 + legend_height_ + 10;
  layout_.lanes_top = layout_.faults_top + static_cast<double>(fault_rows_) * fault_row_height + 6;
  layout_.lane_distance = servers_ <= 3 ? 92 : servers_ <= 5 ? 80 : servers_ <= 9 ? 60 : 46;
  const double lanes_bottom =
      layout_.lanes_top + static_cast<double>(servers_) * layout_.lane_distance;
  layout_.clients_top = lanes_bottom + 14;
  layout_.plot_bottom = lanes_bottom + 4;
  if (has_clients_)
    layout_.plot_bottom =
        layout_.clients_top + 10 +
        static_cast<double>(std::max<std::size_t>(operation_rows_, 2)) * operation_pitch + 4;
  notes_ = note_lines();
  layout_.height = layout_.plot_bottom + 34 + static_cast<double>(story_rows()) * story_line +
                   (story_.empty() ? 0 : 12) + static_cast<double>(notes_.size()) * note_line + 14;
}

std::string Drawing::draw() {
  canvas_.rect({0.5, 0.5, layout_.width - 1, layout_.height - 1}, "card", {}, 8);
  draw_title();
  draw_legend();
  draw_cuts();
  draw_grid();
  draw_messages();
  draw_faults();
  draw_names();
  draw_lanes();
  draw_commits();
  draw_operations();
  draw_lives();
  draw_story();
  draw_reasons();  // where everything that matters more has left room
  draw_notes();
  const double plot_height = layout_.plot_bottom - layout_.faults_top;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"space-time diagram of a run\">\n"
      "{2}<clipPath id=\"plot\"><rect x=\"{3:.1f}\" y=\"{4:.1f}\" width=\"{5:.1f}\" "
      "height=\"{6:.1f}\"/></clipPath>\n</defs>\n{7}</svg>\n",
      layout_.width, layout_.height, style_sheet(), layout_.left, layout_.faults_top,
      layout_.right - layout_.left, plot_height, canvas_.body());
}

}  // namespace splitvote::reports
