// What of a history a picture of its contradiction shows, and where: a lane a session, invocations
// and returns from left to right.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/verdict.hpp"
#include "reports/history_view.hpp"

namespace splitvote::reports {

/// Places in pixels. The operations that contradict are shown, the return that ends the longest
/// prefix, the last ones of its order, and others that have to do with the same in the same time,
/// up to what can be read: those that overlap with them before others, the latest first.
class HistoryWindow {
 public:
  explicit HistoryWindow(const HistoryView& view);

  static constexpr double left = 150;  // of the first event
  [[nodiscard]] double right() const { return places_.back(); }

  /// In the order of their invocations.
  [[nodiscard]] std::span<const consistency::OperationId> shown() const { return shown_; }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }
  /// Of more that contradict than can be read the last ones are shown.
  static constexpr std::size_t contradicting_max = 60;
  [[nodiscard]] std::size_t contradicting_left_out() const { return contradicting_left_out_; }
  /// The names of the sessions; one whose own overlap has several.
  [[nodiscard]] std::span<const std::string> lanes() const { return lanes_; }

  [[nodiscard]] bool contradicts(consistency::OperationId id) const;
  [[nodiscard]] std::size_t lane(consistency::OperationId id) const;
  [[nodiscard]] double begin(consistency::OperationId id) const;
  /// What never returned lasts until the last event of the window.
  [[nodiscard]] double end(consistency::OperationId id) const;

  /// The place of the event at that position, which is shown.
  [[nodiscard]] double at(consistency::Position position) const { return places_[rank(position)]; }
  /// A place between the last event shown before the position and the next, a share of the way; at
  /// the edge of the window for what lies beyond.
  [[nodiscard]] double before(consistency::Position position, double share) const;
  /// Whether an event that is shown lies between the two, the second not included.
  [[nodiscard]] bool meets(consistency::Position from, consistency::Position to) const;

  struct Point {
    consistency::OperationId operation{};
    double x = 0;
  };
  /// The moments at which those that are shown take effect in an order that keeps real time: each
  /// as early as it can, those that share a step spread over it.
  [[nodiscard]] std::vector<Point> points(std::span<const consistency::OperationId> order) const;

 private:
  void choose_needed();
  [[nodiscard]] std::vector<consistency::OperationId> others_beside(
      std::span<const consistency::OperationId> needed) const;
  void lay_out();
  void lay_out_lanes();
  void make_room();
  [[nodiscard]] bool shows(consistency::OperationId id) const;
  [[nodiscard]] std::size_t rank(consistency::Position position) const;
  [[nodiscard]] consistency::Position end_of(consistency::OperationId id) const;

  const HistoryView& view_;
  const consistency::Contradiction& contradiction_;
  std::vector<consistency::OperationId> shown_;
  std::size_t left_out_ = 0;
  std::size_t contradicting_left_out_ = 0;
  std::vector<std::string> lanes_;
  std::vector<std::size_t> lane_of_;          // by the place in `shown_`
  std::vector<consistency::Position> marks_;  // invocations and returns
  std::vector<double> places_;                // of the marks
  consistency::Position first_ = consistency::never_returned;
  consistency::Position last_ = 0;
};

}  // namespace splitvote::reports
