// The parts of the diagram and where they lie; each part is drawn by a function of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "reports/svg.hpp"
#include "reports/svg_canvas.hpp"

namespace splitvote::reports {

/// A row of client operations, or of fault bars: taken up to an x.
class Rows {
 public:
  explicit Rows(std::size_t limit) : ends_(limit, -1e9) {}

  /// The first row that is free from `from` on; it is then taken up to `to`. The limit if none is.
  std::size_t take(double from, double to) {
    for (std::size_t row = 0; row < ends_.size(); ++row) {
      if (ends_[row] > from) continue;
      ends_[row] = to;
      used_ = used_ > row + 1 ? used_ : row + 1;
      return row;
    }
    return ends_.size();
  }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  std::vector<double> ends_;
  std::size_t used_ = 0;
};

/// Places in pixels. From top to bottom: title, legend, faults, lanes, clients, axis, story, notes.
struct Layout {
  double width = 0;
  double left = 0;   // of the plot, behind the names
  double right = 0;  // of the plot
  double faults_top = 0;
  double lanes_top = 0;
  double lane_distance = 0;
  double clients_top = 0;  // where client messages begin and end
  double plot_bottom = 0;  // the axis
  double height = 0;
};

class Drawing {
 public:
  Drawing(const Timeline& timeline, const SvgStyle& style);

  [[nodiscard]] std::string draw();

 private:
  static constexpr double bar_height = 18;
  static constexpr double fault_row_height = 20;
  static constexpr double operation_height = 5.5;
  static constexpr double operation_pitch = 7;
  static constexpr double story_line = 19;
  static constexpr double note_size = 11;  // of its font
  static constexpr double note_line = 16;
  static constexpr double margin = 24;

  struct PlacedFault {
    const FaultPeriod* fault = nullptr;
    std::size_t row = 0;
  };
  struct Cross {
    Point at;
    sim::Fate fate{};
  };
  struct PlacedOperation {
    const ClientOperation* operation = nullptr;
    double from = 0;
    double to = 0;
    std::size_t row = 0;
  };

  void lay_out();
  void place_faults();
  void place_operations();

  void draw_title();
  void draw_legend();
  void draw_grid();
  void draw_cuts();
  void draw_faults();
  void draw_names();
  void draw_lanes();
  void draw_span(const Span& span, double y);
  void draw_commits();
  void draw_lives();
  void draw_messages();
  void draw_message(const DrawnMessage& message);
  void draw_lost(const DrawnMessage& message, Point from, Point to, const std::string& title);
  void draw_reasons();
  void draw_operations();
  void draw_story();
  void draw_story_number(std::size_t number, const TurningPoint& point);
  void draw_notes();
  [[nodiscard]] std::vector<std::string> note_lines() const;

  [[nodiscard]] double x(sim::Instant time) const;
  /// The middle of a node's lane; clients share one.
  [[nodiscard]] double y(sim::NodeId node) const;
  [[nodiscard]] bool is_client(sim::NodeId node) const;
  [[nodiscard]] std::string describe(const DrawnMessage& message) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> legend() const;
  [[nodiscard]] std::size_t story_rows() const { return (story_.size() + 1) / 2; }

  const Timeline& timeline_;
  const SvgStyle& style_;
  Thinning thinning_;
  Layout layout_;
  SvgCanvas canvas_;
  std::vector<std::size_t> server_row_;  // by NodeId; clients have none
  std::size_t servers_ = 0;
  bool has_clients_ = false;
  std::vector<PlacedFault> faults_;
  std::size_t fault_rows_ = 0;
  std::vector<PlacedOperation> operations_;
  std::size_t operation_rows_ = 0;
  std::size_t operations_left_out_ = 0;
  std::vector<Cross> crosses_;
  std::vector<TurningPoint> story_;
  std::vector<std::string> notes_;  // lines
  double legend_height_ = 0;
};

/// The classes used by the drawing, and the arrow heads.
[[nodiscard]] std::string style_sheet();
/// The class suffix of a group or a state: `election`, `pre_candidate`.
[[nodiscard]] std::string_view style_of(MessageGroup group);
[[nodiscard]] std::string_view style_of(LaneState state);
[[nodiscard]] std::string_view style_of(const ClientOperation& operation);

/// At most so many of the turning points, in their order: faults, leaders and marks before the
/// steps that led to them.
[[nodiscard]] std::vector<TurningPoint> most_telling(std::span<const TurningPoint> points,
                                                     std::size_t count);

/// The distance of ticks, a 1, 2 or 5 of some decade, so that at most `count` fit into the length.
[[nodiscard]] sim::Duration tick_distance(sim::Duration length, std::int64_t count);
/// A tick's label in seconds or milliseconds, with the decimals its distance needs.
[[nodiscard]] std::string tick_label(sim::Instant time, sim::Duration distance);

}  // namespace splitvote::reports
