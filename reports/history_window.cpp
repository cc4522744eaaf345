// What of a history a picture of its contradiction shows, and where: a lane a session, invocations
// and returns from left to right.
#include "reports/history_window.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "reports/svg_canvas.hpp"

namespace splitvote::reports {

using consistency::OperationId;
using consistency::Position;

namespace {

constexpr std::size_t explained_min = 6;  // of the order
constexpr double width_max = 2400;        // kept if leaving operations out can keep it
constexpr double step_width_min = 48;
constexpr double label_width_max = 330;

}  // namespace

HistoryWindow::HistoryWindow(const HistoryView& view)
    : view_(view), contradiction_(view.contradiction()) {
  choose_needed();
  const std::vector<OperationId> needed = shown_;
  const std::vector<OperationId> others = others_beside(needed);
  const std::size_t room = view.shown_max() - std::min(view.shown_max(), needed.size());
  for (std::size_t count = std::min(others.size(), room);; count = count * 3 / 4) {
    shown_ = needed;
    shown_.insert(shown_.end(), others.begin(),
                  others.begin() + static_cast<std::ptrdiff_t>(count));
    std::ranges::sort(shown_);
    left_out_ = others.size() - count;
    lay_out();
    if (count == 0 || right() <= width_max) return;
  }
}

void HistoryWindow::choose_needed() {
  const std::span all(contradiction_.operations);
  contradicting_left_out_ = all.size() - std::min(all.size(), contradicting_max);
  const auto last = all.subspan(contradicting_left_out_);
  shown_.assign(last.begin(), last.end());
  if (contradiction_.prefix &&
      std::ranges::find(shown_, contradiction_.prefix->next) == shown_.end())
    shown_.push_back(contradiction_.prefix->next);
  for (const OperationId id : shown_) {
    const Lifetime life = view_.lifetime(id);
    first_ = std::min(first_, life.invoked);
    last_ = std::max(last_, life.has_returned() ? life.returned : life.invoked);
  }
  ++last_;  // open operations end behind all others
  if (!contradiction_.prefix) return;
  const auto& order = contradiction_.prefix->order;
  for (const OperationId id : order | std::views::reverse | std::views::take(explained_min))
    if (std::ranges::find(shown_, id) == shown_.end()) shown_.push_back(id);
}

// Of those that overlap with one that is needed the latest first, and then of all others.
std::vector<OperationId> HistoryWindow::others_beside(std::span<const OperationId> needed) const {
  const auto overlaps = [&](const Lifetime& life) {
    return std::ranges::any_of(needed, [&](OperationId id) {
      const Lifetime other = view_.lifetime(id);
      return life.invoked < other.returned && other.invoked < life.returned;
    });
  };
  std::vector<OperationId> beside;
  std::vector<OperationId> between;
  for (std::size_t at = view_.size(); at-- > 0;) {
    const OperationId id{static_cast<std::uint32_t>(at)};
    const Lifetime life = view_.lifetime(id);
    const bool lasts = life.has_returned() ? life.returned > first_ : life.invoked >= first_;
    if (life.invoked >= last_ || !lasts || !view_.is_related(id)) continue;
    if (std::ranges::find(needed, id) != needed.end() || contradicts(id)) continue;
    (overlaps(life) ? beside : between).push_back(id);
  }
  beside.insert(beside.end(), between.begin(), between.end());
  return beside;
}

void HistoryWindow::lay_out() {
  lay_out_lanes();
  marks_.clear();
  for (const OperationId id : shown_) {
    marks_.push_back(view_.lifetime(id).invoked);
    marks_.push_back(end_of(id));
  }
  std::ranges::sort(marks_);
  const auto repeated = std::ranges::unique(marks_);
  marks_.erase(repeated.begin(), repeated.end());
  make_room();
}

// Clients that have no names are one session, and do several things at once.
void HistoryWindow::lay_out_lanes() {
  struct Session {
    std::string name;
    std::vector<Position> ends;  // of the last one, by row
  };
  std::vector<Session> sessions;
  std::vector<std::pair<std::size_t, std::size_t>> places;  // session and row
  for (const OperationId id : shown_) {
    const std::string name = view_.session(id);
    auto session = std::ranges::find(sessions, name, &Session::name);
    if (session == sessions.end()) session = sessions.insert(session, {name, {}});
    const auto is_free = [&](Position end) { return end < view_.lifetime(id).invoked; };
    auto row = std::ranges::find_if(session->ends, is_free);
    if (row == session->ends.end()) row = session->ends.insert(row, 0);
    *row = end_of(id);
    places.emplace_back(session - sessions.begin(), row - session->ends.begin());
  }
  std::vector<std::size_t> firsts;  // lanes, by session
  lanes_.clear();
  for (const Session& session : sessions) {
    firsts.push_back(lanes_.size());
    lanes_.insert(lanes_.end(), session.ends.size(), session.name);
  }
  lane_of_.clear();
  for (const auto& [session, row] : places) lane_of_.push_back(firsts[session] + row);
}

bool HistoryWindow::contradicts(OperationId id) const {
  return std::ranges::find(contradiction_.operations, id) != contradiction_.operations.end();
}

bool HistoryWindow::shows(OperationId id) const { return std::ranges::binary_search(shown_, id); }

Position HistoryWindow::end_of(OperationId id) const {
  return std::min(view_.lifetime(id).returned, last_);
}

std::size_t HistoryWindow::rank(Position position) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(marks_, position) - marks_.begin());
}

// Steps are as wide as the labels above them need, and no step is lost.
void HistoryWindow::make_room() {
  std::vector<double> steps(marks_.size(), step_width_min);
  for (const OperationId id : shown_) {
    const std::size_t first = rank(view_.lifetime(id).invoked);
    const std::size_t last = rank(end_of(id));
    double width = 0;
    for (const std::string& line : view_.label(id)) width = std::max(width, text_width(line, 11));
    width = std::min(width + 14, label_width_max);
    for (std::size_t i = first; i < last; ++i)
      steps[i] = std::max(steps[i], width / static_cast<double>(last - first));
  }
  places_.clear();
  double place = left;
  for (const double step : steps) places_.push_back(std::exchange(place, place + step));
}

std::size_t HistoryWindow::lane(OperationId id) const {
  return lane_of_[static_cast<std::size_t>(std::ranges::lower_bound(shown_, id) - shown_.begin())];
}

double HistoryWindow::begin(OperationId id) const { return at(view_.lifetime(id).invoked); }

double HistoryWindow::end(OperationId id) const { return at(end_of(id)); }

double HistoryWindow::before(Position position, double share) const {
  const std::size_t next = rank(position);
  if (next == 0) return left;
  if (next == marks_.size()) return right();
  return places_[next - 1] + share * (places_[next] - places_[next - 1]);
}

bool HistoryWindow::meets(Position from, Position to) const {
  return from <= marks_.back() && marks_.front() < to;
}

std::vector<HistoryWindow::Point> HistoryWindow::points(std::span<const OperationId> order) const {
  std::vector<Point> points;
  std::vector<std::size_t> steps;
  std::size_t step = 0;
  for (const OperationId id : order) {
    if (!shows(id)) continue;
    step = std::max(step, rank(view_.lifetime(id).invoked));
    points.push_back({id});
    steps.push_back(step);
  }
  for (std::size_t at = 0; at < points.size(); ++at) {
    const auto alike = std::ranges::equal_range(steps, steps[at]);
    const auto number =
        static_cast<double>(at - static_cast<std::size_t>(alike.begin() - steps.begin()));
    const double share = (number + 1) / static_cast<double>(alike.size() + 1);
    const double begin = places_[steps[at]];
    points[at].x = begin + share * (places_[steps[at] + 1] - begin);
  }
  return points;
}

}  // namespace splitvote::reports
