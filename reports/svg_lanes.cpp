// The lanes of the diagram: states and terms, faults over them, crashes, commits, client
// operations.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/svg_drawing.hpp"
#include "reports/text.hpp"

namespace splitvote::reports {

void Drawing::draw_cuts() {
  for (const FaultPeriod& fault : timeline_.faults) {
    if (!fault.on_network) continue;
    const double from = x(fault.period.from);
    const double to = x(fault.period.to);
    const double bottom = layout_.plot_bottom;
    canvas_.rect({from, layout_.faults_top, to - from, bottom - layout_.faults_top}, "cut",
                 fault.text);
    if (!fault.began_before) canvas_.line({from, layout_.faults_top}, {from, bottom}, "cut-edge");
    if (!fault.lasts_beyond) canvas_.line({to, layout_.faults_top}, {to, bottom}, "cut-edge");
  }
}

void Drawing::draw_faults() {
  for (const auto& [fault, row] : faults_) {
    const double from = x(fault->period.from);
    const double to = std::max(x(fault->period.to), from + 4);
    const double top = layout_.faults_top + static_cast<double>(row) * fault_row_height;
    canvas_.rect({from, top, to - from, fault_row_height - 3},
                 fault->on_network ? "fault-cut" : "fault-node", fault->text, 3);
    const std::string label = fit_text(fault->text, 11.5, layout_.right - from - 12);
    const bool inside = text_width(label, 11.5) + 12 <= to - from;
    canvas_.text({inside || to + 200 > layout_.right ? from + 7 : to + 5, top + 12.5}, label,
                 "fault-text");
  }
}

void Drawing::draw_names() {
  for (const Lane& lane : timeline_.lanes) {
    if (lane.client) continue;
    canvas_.text({layout_.left - 12, y(lane.node) + 5}, fit_text(lane.name, 14, layout_.left - 16),
                 "name");
    canvas_.occupy(
        {layout_.left, y(lane.node) - bar_height / 2, layout_.right - layout_.left, bar_height});
  }
  if (!has_clients_) return;
  canvas_.text({layout_.left - 12, layout_.clients_top + 18}, "clients", "name");
  canvas_.line({layout_.left, layout_.clients_top}, {layout_.right, layout_.clients_top},
               "baseline");
}

void Drawing::draw_lanes() {
  for (const Lane& lane : timeline_.lanes) {
    if (lane.client) continue;
    for (const Span& span : lane.spans) draw_span(span, y(lane.node));
  }
}

void Drawing::draw_span(const Span& span, double middle) {
  const double from = x(span.period.from);
  const double to = x(span.period.to);
  const std::string state(to_string(span.state));
  const std::string term = span.term == 0 ? "" : fmt::format("term {}", span.term);
  const std::string both = term.empty() ? state : state + " · " + term;
  canvas_.rect(
      {from, middle - bar_height / 2, to - from, bar_height}, style_of(span.state),
      fmt::format("{}, {} to {}", both, time_text(span.period.from), time_text(span.period.to)), 3);
  const std::string short_term = span.term == 0 ? "" : fmt::format("{}", span.term);
  for (const std::string& label : {both, term, short_term}) {
    if (label.empty() ||
        text_width(label, 11) + (span.state == LaneState::down ? 15 : 8) > to - from)
      continue;
    // A lane that goes down begins with a cross.
    canvas_.text({from + (span.state == LaneState::down ? 12 : 5), middle + 4}, label,
                 span.state == LaneState::leader ? "on-dark" : "in-span");
    return;
  }
}

void Drawing::draw_commits() {
  std::map<sim::NodeId, double> last;  // ticks that would touch are left out
  for (const Commit& commit : timeline_.commits) {
    const double place = x(commit.time);
    const auto [known, first] = last.try_emplace(commit.node, place);
    if (!first && place - known->second < 4) continue;
    known->second = place;
    const double top = y(commit.node) + bar_height / 2 + 1;
    canvas_.line({place, top}, {place, top + 6}, "commit",
                 fmt::format("commit index {} of term {}", commit.index, commit.term));
  }
}

void Drawing::draw_lives() {
  for (const LifeMark& life : timeline_.lives) {
    if (is_client(life.node)) continue;
    const Point at{x(life.time), y(life.node)};
    const std::string when = " at " + time_text(life.time);
    switch (life.event) {
      case LifeEvent::crash:
      case LifeEvent::power_loss:
      case LifeEvent::halt:
        canvas_.path(fmt::format("M{:.1f} {:.1f}l14 14m0 -14l-14 14", at.x - 7, at.y - 7), "crash",
                     (life.event == LifeEvent::crash        ? "crash"
                      : life.event == LifeEvent::power_loss ? "power loss"
                                                            : "halt") +
                         when);
        break;
      case LifeEvent::start:
      case LifeEvent::restart:
        canvas_.path(fmt::format("M{:.1f} {:.1f}l11 7l-11 7z", at.x, at.y - 7), "start",
                     "start" + when);
        break;
    }
  }
}

void Drawing::draw_operations() {
  const double top = layout_.clients_top + 10;
  for (const PlacedOperation& placed : operations_) {
    const ClientOperation& operation = *placed.operation;
    std::string title = fmt::format("operation {} of {}", operation.number,
                                    timeline_.run.node_name(operation.client));
    if (!operation.key.empty()) title += ", key " + operation.key;
    if (operation.invoke && operation.complete)
      title += ", " + duration_text(*operation.complete - *operation.invoke);
    canvas_.rect({placed.from, top + static_cast<double>(placed.row) * operation_pitch,
                  placed.to - placed.from, operation_height},
                 style_of(operation), title, 1.5);
  }
}

}  // namespace splitvote::reports
